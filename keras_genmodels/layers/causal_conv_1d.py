"""Convolution along a sequence that sees no later element."""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class CausalConv1D(FixedSettings, layers.Layer):
    """Dilated convolution of an element and of those before it.

    As `keras.layers.Conv1D` with `padding="causal"`, and it can go on from
    where it was: with a cache of the last inputs it takes the next element
    alone. The taps are put side by side and multiplied by one matrix, which is
    the same function for whole sequences and for single elements.

    Args:
        filters: Int >= 1.
        kernel_size: Int >= 1, the number of taps. Defaults to 2.
        dilation_rate: Int >= 1, the distance of the taps. Defaults to 1.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, length, features)`.
        cache: Optional tensor `(batch, reach, features)`, the inputs before
            these; see `empty_cache`. Zeros if missing.

    Returns:
        Tensor `(batch, length, filters)`; with a cache also the next cache.

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1609.03499), section
        2.1. The cache is that of
        [Le Paine et al., 2016](https://arxiv.org/abs/1611.09482).
    """

    def __init__(self, filters, kernel_size=2, *, dilation_rate=1, **kwargs):
        super().__init__(**kwargs)
        self.filters = check_count("filters", filters)
        self.kernel_size = check_count("kernel_size", kernel_size)
        self.dilation_rate = check_count("dilation_rate", dilation_rate)
        self.reach = (self.kernel_size - 1) * self.dilation_rate
        self.dense = layers.Dense(self.filters, name="taps")

    def build(self, input_shape):
        self.num_features = input_shape[-1]
        self.dense.build((None, self.kernel_size * self.num_features))

    def empty_cache(self, batch_size):
        """The cache at the beginning of a sequence."""
        shape = (batch_size, self.reach, self.num_features)
        return ops.zeros(shape, dtype=self.compute_dtype)

    def call(self, inputs, cache=None):
        length = inputs.shape[1]
        if cache is None:
            seen = ops.pad(inputs, ((0, 0), (self.reach, 0), (0, 0)))
        else:
            seen = ops.concatenate([cache, inputs], axis=1)
        taps = [
            seen[:, start : start + length]
            for start in range(0, self.reach + 1, self.dilation_rate)
        ]
        outputs = self.dense(ops.concatenate(taps, axis=-1))
        return outputs if cache is None else (outputs, seen[:, length:])

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "dilation_rate": self.dilation_rate,
        }
