"""Values lost at random."""

import keras
from keras import ops

from keras_genmodels.layers.corruption import Corruption


@keras.saving.register_keras_serializable("keras_genmodels")
class MaskingCorruption(Corruption):
    """Sets a part of the values to zero.

    Unlike `keras.layers.Dropout` it leaves the other values as they are, where
    dropout multiplies them by `1 / (1 - rate)`, and it acts in validation too.

    Args:
        rate: Float in [0, 1], the probability of each value to be lost.
        seed: Optional int for the noise.

    Raises:
        ValueError: If `rate` is out of range.

    Reference:
        [Vincent et al., 2008](https://doi.org/10.1145/1390156.1390294).
    """

    def __init__(self, rate, *, seed=None, **kwargs):
        rate = self._check_rate(rate)
        super().__init__(seed=seed, **kwargs)
        self.rate = rate

    def compute_corrupted(self, x, seed):
        """`x` where a uniform draw is at least `rate`, else 0."""
        uniform = keras.random.uniform(ops.shape(x), dtype="float32", seed=seed)
        return ops.where(uniform < self.rate, ops.zeros_like(x), x)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate}
