"""MeanFlow: the average velocity, learned from an identity.

The average velocity between s and t is (t - s) u(x_t, t, s) = int_s^t v dtau.
Differentiated with respect to t along the way,

    u = v - (t - s) du/dt,      du/dt = v d_x u + d_t u,

which holds no integral any more. The right-hand side, with the velocity eps - x
of one example in the place of v, is what the network is to say. du/dt is a
derivative in one direction, which takes one forward pass.

Symbols: u is `compute_output`; s is the paper's r.

Simplified: guidance is that of the other models, outside of the network, where
the paper trains it in.

Reference: Geng et al., 2025, https://arxiv.org/abs/2505.13447, eq. 6-11 and
algorithm 1.
"""

import math

import keras
from keras import ops

from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.few_step_model import FewStepModel
from keras_genmodels.training import jvp


@keras.saving.register_keras_serializable("keras_genmodels")
class MeanFlow(FewStepModel):
    """Draws in one step, learned without a teacher.

    `from_shape` makes one with a small network of its own. The loss that is
    logged is the squared error; what is minimised is it over its own size, to
    the power of `adaptive_power`, so that no example counts much more than the
    others.

    Args:
        network: Built `keras.Model` of a list: x_t `(batch, *data_shape)`,
            times `(batch, 2)`, which are t and t - s, and, if the model is
            conditional, one-hot labels `(batch, num_classes)`; to
            `(batch, *data_shape)`.
        jump_share: Float in [0, 1], the part of the examples with s < t; the
            others teach the velocity. Defaults to 0.25.
        adaptive_power: Float >= 0. Defaults to 1; with 0 the squared error
            itself is minimised.
        **kwargs: `data_range`, `label_dropout`, `ema_momentum` and `seed`: see
            `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> model = MeanFlow.from_shape((8, 8, 1))
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)
        >>> model.sample(16, num_steps=1, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Geng et al., 2025](https://arxiv.org/abs/2505.13447).
    """

    def __init__(
        self, network, *, jump_share=0.25, adaptive_power=1.0, **kwargs
    ):
        if not 0 <= adaptive_power < math.inf:
            raise ValueError(
                "Expected `adaptive_power` >= 0. "
                f"Received: adaptive_power={adaptive_power}"
            )
        super().__init__(network, jump_share=jump_share, **kwargs)
        self.adaptive_power = float(adaptive_power)

    def compute_loss_terms(self, x, y=None, *, network=None, training=False):
        """||u - (v - (t - s) du/dt)||^2, `(batch,)`: eq. 9-11."""
        x = self.from_data(x)
        rows = ops.shape(x)[0]
        t, s = self.compute_time_pairs(rows)
        noise = self.compute_normal(ops.shape(x))
        average, target = self.compute_average(
            self.noise_path.mix(x, noise, t),
            t,
            y,
            gap=t - s,
            velocity=noise - x,
            network=network,
            keep=self.hide_labels(t, y, training),
            training=training,
        )
        return sum_per_example(ops.square(average - target))

    def compute_average(self, x, t, y=None, *, gap, velocity, **options):
        """The average velocity, and what the identity says it should be.

        Args:
            x: Tensor `(batch, *data_shape)`, x_t.
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, if the model is conditional.
            gap: Tensor `(batch,)`, t - s.
            velocity: Tensor like `x`, at t.
            **options: See `compute_output`.

        Returns:
            Two tensors like `x`, the second without a gradient.
        """

        def along(step):
            # Where the example is a little later, s staying where it is.
            return self.compute_output(
                x + step * velocity, t + step, y, gap=gap + step, **options
            )

        zero = ops.zeros((), dtype=x.dtype)
        average, slope = jvp(along, zero, ops.ones_like(zero))
        return average, ops.stop_gradient(velocity - column(gap, x) * slope)

    def compute_time_pairs(self, rows):
        """t and s <= t, `(rows,)` each; s = t but for `jump_share` of them."""
        first = self.compute_times(rows)
        second = self.compute_uniform(ops.shape(first))
        jumps = self.compute_uniform(ops.shape(first)) < self.jump_share
        t = ops.where(jumps, ops.maximum(first, second), first)
        return t, ops.where(jumps, ops.minimum(first, second), first)

    def weigh_loss(self, loss):
        """The adaptive loss: over its own size to a power, held fixed."""
        if self.adaptive_power == 0:
            return loss
        weight = ops.stop_gradient((loss + 1e-3) ** -self.adaptive_power)
        return weight * loss

    def get_config(self):
        return {**super().get_config(), "adaptive_power": self.adaptive_power}
