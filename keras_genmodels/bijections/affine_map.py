"""A shift and a scale."""

import math

import keras
from keras import ops

from keras_genmodels.bijections.elementwise_map import ElementwiseMap


@keras.saving.register_keras_serializable("keras_genmodels")
class AffineMap(ElementwiseMap):
    """z = x exp(log_scale) + shift, the scale bounded on both sides.

        log_scale = c tanh(raw / c).

    Without a bound, one step of training may make a scale that overflows.

    Args:
        max_log_scale: Float > 0, c. Defaults to 3: scales from 0.05 to 20.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If it is not above 0.

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803), eq. 4 and 5.
    """

    num_parameters = 2

    def __init__(self, max_log_scale=3.0, **kwargs):
        super().__init__(**kwargs)
        if not 0 < max_log_scale < math.inf:
            raise ValueError(
                "Expected `max_log_scale` above 0. "
                f"Received: max_log_scale={max_log_scale}"
            )
        self.max_log_scale = float(max_log_scale)

    def forward(self, x, parameters):
        shift, log_scale = self._shift_and_log_scale(parameters)
        return x * ops.exp(log_scale) + shift, log_scale

    def inverse(self, z, parameters):
        shift, log_scale = self._shift_and_log_scale(parameters)
        return (z - shift) * ops.exp(-log_scale), -log_scale

    def _shift_and_log_scale(self, parameters):
        bound = self.max_log_scale
        shift, raw = parameters[..., 0], parameters[..., 1]
        return shift, bound * ops.tanh(raw / bound)

    def get_config(self):
        return {**super().get_config(), "max_log_scale": self.max_log_scale}
