"""A time as a vector."""

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class TimeEmbedding(FixedSettings, keras.layers.Layer):
    """Sines and cosines of a time, of many wavelengths.

    A network hardly sees the difference of two near numbers, and that of two
    near angles well. The frequencies fall geometrically from `highest` to
    `highest` / 10000.

    Args:
        units: Even int >= 2, length of the vector.
        highest: Float > 0, the highest angular frequency. Defaults to 1000. A
            model that differentiates its network with respect to the time needs
            a lower one, or the derivative is of that size.

    Call arguments:
        t: Tensor `(batch, ...)` of times in [0, 1].

    Returns:
        Tensor `(batch, ..., units)`: sines, then cosines. They are computed in
        float32 even under mixed precision, where large angles would be
        rounded to steps of 4.

    Raises:
        ValueError: If `units` is odd or less than 2, or `highest` not above 0.

    Reference:
        [Vaswani et al., 2017](https://arxiv.org/abs/1706.03762), section 3.5;
        of times: [Ho et al., 2020](https://arxiv.org/abs/2006.11239), appendix
        B.
    """

    def __init__(self, units, *, highest=1000.0, **kwargs):
        # Else Keras would round the times before `call` sees them.
        super().__init__(autocast=False, **kwargs)
        self.units = check_count("units", units, least=2)
        if self.units % 2:
            raise ValueError(
                f"Expected `units` to be even. Received: units={units}"
            )
        if not 0 < highest < math.inf:
            raise ValueError(
                f"Expected `highest` above 0. Received: highest={highest}"
            )
        self.highest = float(highest)
        self.built = True

    def call(self, t):
        half = self.units // 2
        steps = ops.arange(half, dtype=self.variable_dtype) / max(half - 1, 1)
        frequencies = ops.exp(-math.log(10_000.0) * steps)
        t = ops.cast(t, self.variable_dtype)
        angles = self.highest * t[..., None] * frequencies
        waves = ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)
        return ops.cast(waves, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "highest": self.highest,
        }
