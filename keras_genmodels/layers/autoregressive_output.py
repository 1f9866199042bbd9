"""The distribution of one value, given those before it."""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.levels import check_levels
from keras_genmodels._internal.settings import FixedSettings


class AutoregressiveOutput(FixedSettings, keras.layers.Layer):
    """Values of `num_levels` equally spaced levels, their distribution open.

    A subclass sets `num_parameters`, what the network gives for each value, and
    `num_noise`, how many uniform numbers draw one. It defines two functions of
    tensors: `log_prob(x, parameters)`, the log probability in nats of each
    value, `(batch, ...)`, given parameters `(batch, ..., num_parameters)`; and
    `draw(parameters, noise)`, values `(batch, ...)` with these probabilities,
    given noise `(batch, ..., num_noise)`, uniform on [0, 1). A draw is a
    function of noise that has been drawn before, so that a value can be drawn
    again and again while the ones before it change.

    Args:
        num_levels: Int >= 2.
        data_range: `(low, high)`, the lowest and the highest level. Defaults to
            (0, 1), as images have it.
        **kwargs: Arguments of `keras.layers.Layer`.
    """

    num_channels = 1
    num_noise = 1

    def __init__(self, num_levels, *, data_range=(0.0, 1.0), **kwargs):
        super().__init__(**kwargs)
        self.num_levels = check_count("num_levels", num_levels, least=2)
        low, high = map(float, data_range)
        if not low < high:
            raise ValueError(
                "Expected `data_range` to be two numbers, the lower first. "
                f"Received: data_range={data_range}"
            )
        self.data_range = low, high
        # Never called, so Keras would try to build it by calling the model.
        self.built = True

    def embed(self, x):
        """What a network sees of each value: `(batch, ..., num_channels)`.

        Here the value, scaled to [-1, 1]: a zero beyond the edge of an image
        is then no dark pixel.
        """
        low, high = self.data_range
        return ((2 * x - (low + high)) / (high - low))[..., None]

    def levels(self, x):
        """The numbers of the levels, 0 to `num_levels - 1`, as floats."""
        low, high = self.data_range
        return (x - low) * ((self.num_levels - 1) / (high - low))

    def values(self, levels):
        """The levels of these numbers; the inverse of `levels`."""
        low, high = self.data_range
        return low + levels * ((high - low) / (self.num_levels - 1))

    def check(self, x, name="x"):
        """Raise a `ValueError` if values of an array are not levels."""
        check_levels(x, self.num_levels, self.data_range, name)

    def get_config(self):
        return {
            **super().get_config(),
            "num_levels": self.num_levels,
            "data_range": list(self.data_range),
        }


def draw_category(logits, noise):
    """A category as a function of noise.

    Args:
        logits: Tensor `(batch, ..., k)`, log odds.
        noise: Tensor `(batch, ..., 1)`, uniform on [0, 1).

    Returns:
        Tensor `(batch, ...)`, int32: where the distribution function passes the
        noise.
    """
    below = ops.cumsum(ops.softmax(logits, axis=-1), axis=-1)[..., :-1]
    return ops.sum(ops.cast(below <= noise, "int32"), axis=-1)
