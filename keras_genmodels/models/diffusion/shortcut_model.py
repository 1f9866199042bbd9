"""Shortcut model: long jumps learned from two jumps of half the length.

With no gap the network learns the velocity, as in flow matching. A jump of
length d is to lead where two of length d / 2 do:

    u(x_t, t, d) = 1/2 (u(x_t, t, d/2) + u(x', t - d/2, d/2)),
    x' = x_t - d/2 u(x_t, t, d/2),

with the average of weights on the right, held fixed. So what is known of short
jumps spreads to twice their length, and at last to the whole way, without a
derivative of the network.

Symbols: u is `compute_output`, the paper's s.

Reference: Frans et al., 2024, https://arxiv.org/abs/2410.12557, eq. 4-5 and
algorithm 1.
"""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.few_step_model import FewStepModel


@keras.saving.register_keras_serializable("keras_genmodels")
class ShortcutModel(FewStepModel):
    """Draws in one step or a few, learned by consistency with itself.

    `from_shape` makes one with a small network of its own. Jumps are learned
    of the lengths 1, 1/2, 1/4, ...: `num_steps` should be a power of two.

    Args:
        network: Built `keras.Model` of a list: x_t `(batch, *data_shape)`,
            times `(batch, 2)`, which are t and the length of the jump, and, if
            the model is conditional, one-hot labels `(batch, num_classes)`; to
            `(batch, *data_shape)`.
        jump_share: Float in [0, 1], the part of the examples that teach jumps;
            the others teach the velocity. Defaults to 0.25.
        num_halvings: Int >= 1: the shortest jump is of length
            2^-`num_halvings`. Defaults to 7, that is 1/128.
        **kwargs: `data_range`, `label_dropout`, `ema_momentum` and `seed`: see
            `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> model = ShortcutModel.from_shape((8, 8, 1))
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)
        >>> model.sample(16, num_steps=1, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Frans et al., 2024](https://arxiv.org/abs/2410.12557).
    """

    def __init__(self, network, *, jump_share=0.25, num_halvings=7, **kwargs):
        super().__init__(network, jump_share=jump_share, **kwargs)
        self.num_halvings = check_count("num_halvings", num_halvings)

    def compute_loss_terms(self, x, y=None, *, network=None, training=False):
        """Squared error of the velocity, or of a jump: `(batch,)`, eq. 5."""
        x = self.from_data(x)
        noise = self.compute_normal(ops.shape(x))
        t, gap = self.compute_jumps(ops.shape(x)[0])
        x_t = self.noise_path.mix(x, noise, t)
        keep = self.hide_labels(t, y, training)
        jumps = column(gap, x) > 0
        target = ops.where(
            jumps, self.compute_two_jumps(x_t, t, y, gap, keep), noise - x
        )
        output = self.compute_output(
            x_t,
            t,
            y,
            gap=gap,
            network=network,
            keep=keep,
            training=training,
        )
        error = output - ops.stop_gradient(target)
        return sum_per_example(ops.square(error))

    def compute_two_jumps(self, x, t, y, gap, keep):
        """The average velocity of two jumps of half the length, like `x`.

        The shortest two are steps of Euler's method, along the velocity.
        """
        half = 0.5 * gap
        shortest = 2.0**-self.num_halvings
        seen = ops.where(half < shortest, 0.0, half)
        first = self.compute_output(x, t, y, gap=seen, keep=keep)
        x = x - column(half, x) * first
        second = self.compute_output(x, t - half, y, gap=seen, keep=keep)
        return 0.5 * (first + second)

    def compute_jumps(self, rows):
        """Times and lengths of jumps, `(rows,)` each; most lengths are 0.

        A jump of length d begins at a multiple of d.
        """
        t = self.compute_times(rows)
        jumps = self.compute_uniform(ops.shape(t)) < self.jump_share
        # 1, 1/2, ..., and the shortest.
        halvings = ops.floor(
            self.compute_uniform(ops.shape(t)) * (self.num_halvings + 1)
        )
        length = 2.0**-halvings
        start = (ops.floor(t / length) + 1.0) * length
        return ops.where(jumps, start, t), ops.where(jumps, length, 0.0)

    def get_config(self):
        return {**super().get_config(), "num_halvings": self.num_halvings}
