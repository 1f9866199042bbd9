"""Dilated causal convolution with a gate, a residual and a skip."""

import keras
from keras import layers

from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.layers.causal_conv_1d import CausalConv1D
from keras_genmodels.layers.gated_activation import GatedActivation


@keras.saving.register_keras_serializable("keras_genmodels")
class WaveNetBlock(FixedSettings, layers.Layer):
    """One of the blocks that a WaveNet stacks.

    Args:
        filters: Int >= 1, features inside the block.
        kernel_size: Int >= 1; see `CausalConv1D`.
        dilation_rate: Int >= 1; see `CausalConv1D`.
        residual: Bool. Whether there is a next block; the last one of a stack
            passes its inputs on as they are. Defaults to `True`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, length, features)`.
        cache: Optional; see `CausalConv1D`.

    Returns:
        What the next block takes, and the skip to the outputs, both
        `(batch, length, features)`; with a cache also the next cache.

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1609.03499), eq. 2 and
        figure 4.
    """

    def __init__(
        self,
        filters,
        kernel_size=2,
        *,
        dilation_rate=1,
        residual=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.residual = residual
        self.conv = CausalConv1D(
            2 * filters, kernel_size, dilation_rate=dilation_rate, name="conv"
        )
        self.gate = GatedActivation(name="gate")

    def build(self, input_shape):
        self.conv.build(input_shape)
        features = input_shape[-1]
        self.to_skip = layers.Dense(features, name="skip")
        self.to_skip.build((None, self.filters))
        if self.residual:
            self.to_residual = layers.Dense(features, name="residual")
            self.to_residual.build((None, self.filters))

    def empty_cache(self, batch_size):
        """The cache at the beginning of a sequence."""
        return self.conv.empty_cache(batch_size)

    def call(self, inputs, cache=None):
        if cache is None:
            features = self.conv(inputs)
        else:
            features, cache = self.conv(inputs, cache=cache)
        features = self.gate(features)
        skip = self.to_skip(features)
        if self.residual:
            inputs = inputs + self.to_residual(features)
        return (inputs, skip) if cache is None else (inputs, skip, cache)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.conv.kernel_size,
            "dilation_rate": self.conv.dilation_rate,
            "residual": self.residual,
        }
