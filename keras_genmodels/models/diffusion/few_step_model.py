"""Models that jump: what MeanFlow and the shortcut model share.

The velocity says where to go now. The average velocity of a stretch of the way
says where one will be at its end:

    x_s = x_t - (t - s) u(x_t, t, t - s),

one call of the network, however long the stretch. A network that knows u for
all t and s draws in one step, or better in a few. At t - s = 0, u is the
velocity, and the model one of flow matching. The models differ in how they
learn u.
"""

from keras import ops

from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.flow_matching import FlowMatching
from keras_genmodels.models.diffusion.sampling import METHODS


class FewStepModel(FlowMatching):
    """Flow matching with a network that sees how far it is to jump.

    A subclass defines `compute_loss_terms`. The verbs are those of
    `FlowMatching`, with one more method of drawing, `"jump"`, the default;
    `encode`, `log_prob` and the other methods use the velocity.

    Args:
        network: Built `keras.Model` of a list: x_t `(batch, *data_shape)`,
            times `(batch, 2)`, which are t and t - s, and, if the model is
            conditional, one-hot labels `(batch, num_classes)`; to
            `(batch, *data_shape)`.
        jump_share: Float in [0, 1], the part of the examples that teach jumps;
            the others teach the velocity. Defaults to 0.25.
        **kwargs: `data_range`, `label_dropout`, `ema_momentum` and `seed`: see
            `DiffusionModel`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.
    """

    times_shape = (2,)
    methods = ("jump", *METHODS)
    default_method = "jump"
    default_num_steps = 1

    def __init__(self, network, *, jump_share=0.25, **kwargs):
        if not 0 <= jump_share <= 1:
            raise ValueError(
                "Expected `jump_share` in [0, 1]. "
                f"Received: jump_share={jump_share}"
            )
        # Neither can be chosen: jumps are those of the straight path.
        super().__init__(network, noise_path=None, weighting="simple", **kwargs)
        self.jump_share = float(jump_share)

    def compute_output(self, x, t, y=None, *, gap=None, **options):
        """u(x_t, t, t - s), the average velocity between t and s.

        Args:
            x: Tensor `(batch, *data_shape)`, x_t.
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, if the model is conditional.
            gap: Optional tensor `(batch,)`, t - s; 0, if there is none.
            **options: See `DiffusionModel.compute_output`.
        """
        gap = ops.zeros_like(t) if gap is None else gap
        times = ops.stack([t, gap], axis=-1)
        return super().compute_output(x, times, y, **options)

    def compute_step(self, x, before, state, times, y=None, **options):
        """As for all models; and a jump, along the average velocity."""
        if options["method"] != "jump":
            return super().compute_step(x, before, state, times, y, **options)
        now, later = (self._at(time, x) for time in times)
        gap = now - later
        velocity = self.compute_guided(x, now, y, options["guidance"], gap=gap)
        return x - column(gap, x) * velocity, before, state

    def get_config(self):
        config = super().get_config()
        for name in ("noise_path", "weighting"):
            del config[name]  # no arguments
        return {**config, "jump_share": self.jump_share}
