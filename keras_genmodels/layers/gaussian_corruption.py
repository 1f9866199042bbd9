"""Gaussian noise on every value."""

import math

import keras
from keras import ops

from keras_genmodels.layers.corruption import Corruption


@keras.saving.register_keras_serializable("keras_genmodels")
class GaussianCorruption(Corruption):
    """Adds independent normal noise to every value.

    Unlike `keras.layers.GaussianNoise` it acts in validation too, and `scale`
    may exceed 1, for data of any range.

    Args:
        scale: Float > 0, standard deviation of the noise.
        seed: Optional int for the noise.

    Raises:
        ValueError: If `scale` is out of range.

    Reference:
        [Vincent et al., 2010](https://www.jmlr.org/papers/v11/vincent10a.html).
    """

    def __init__(self, scale, *, seed=None, **kwargs):
        if not 0 < scale < math.inf:
            raise ValueError(
                f"Expected `scale` to be a float > 0. Received: scale={scale}"
            )
        super().__init__(seed=seed, **kwargs)
        self.scale = float(scale)

    def compute_corrupted(self, x, seed):
        """`x + scale * noise`, with standard normal noise."""
        noise = keras.random.normal(ops.shape(x), dtype=x.dtype, seed=seed)
        return x + self.scale * noise

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}
