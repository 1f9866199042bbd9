"""Numbers beside sines and cosines of them."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class FourierFeatures(FixedSettings, keras.layers.Layer):
    """A tensor, beside its sines and cosines of some frequencies.

    A network is a smooth function of its input. What changes much between two
    near inputs it learns from waves that are as short.

    Args:
        frequencies: Sequence of floats, angular frequencies, not 0.

    Call arguments:
        x: Tensor `(batch, ..., channels)`.

    Returns:
        Tensor `(batch, ..., channels * (1 + 2 * len(frequencies)))`: what came
        in, then sines, then cosines. The waves are computed in float32 even
        under mixed precision.

    Raises:
        ValueError: If a frequency is 0 or not finite, or if there is none.

    Reference:
        [Tancik et al., 2020](https://arxiv.org/abs/2006.10739); of noisy data:
        [Kingma et al., 2021](https://arxiv.org/abs/2107.00630), appendix C.
    """

    def __init__(self, frequencies, **kwargs):
        # Else Keras would round the input before `call` sees it.
        super().__init__(autocast=False, **kwargs)
        values = np.asarray(frequencies, "float64")
        if values.ndim != 1 or not (np.isfinite(values) & (values != 0)).all():
            raise ValueError(
                "Expected `frequencies` to be some numbers other than 0. "
                f"Received: frequencies={frequencies}"
            )
        if not values.size:
            raise ValueError(
                "Expected at least one frequency. Received: frequencies=[]"
            )
        self.frequencies = values.tolist()
        self.built = True

    def call(self, x):
        x = ops.cast(x, self.variable_dtype)
        angles = ops.concatenate([f * x for f in self.frequencies], axis=-1)
        waves = [x, ops.sin(angles), ops.cos(angles)]
        return ops.cast(ops.concatenate(waves, axis=-1), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        *rest, channels = input_shape
        return (*rest, channels * (1 + 2 * len(self.frequencies)))

    def get_config(self):
        return {**super().get_config(), "frequencies": self.frequencies}
