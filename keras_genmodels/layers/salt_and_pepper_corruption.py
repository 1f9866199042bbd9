"""Values replaced by the extremes."""

import keras
from keras import ops

from keras_genmodels.layers.corruption import Corruption


@keras.saving.register_keras_serializable("keras_genmodels")
class SaltAndPepperCorruption(Corruption):
    """Sets a part of the values to the lowest or the highest, by a fair coin.

    A masked zero may be a zero of the data; here even the values that look
    certain, black and white, are suspect.

    Args:
        rate: Float in [0, 1], the probability of each value to be replaced.
        low: Float, the pepper. Defaults to 0.
        high: Float > low, the salt. Defaults to 1.
        seed: Optional int for the noise.

    Raises:
        ValueError: If `rate` is out of range, or `high` not above `low`.

    Reference:
        [Vincent et al., 2010](https://www.jmlr.org/papers/v11/vincent10a.html).
    """

    def __init__(self, rate, *, low=0.0, high=1.0, seed=None, **kwargs):
        rate = self._check_rate(rate)
        if not low < high:
            raise ValueError(
                f"Expected `low` < `high`. Received: low={low}, high={high}"
            )
        super().__init__(seed=seed, **kwargs)
        self.rate = rate
        self.low = float(low)
        self.high = float(high)

    def compute_corrupted(self, x, seed):
        """Of a uniform draw, [0, rate/2) is pepper and [rate/2, rate) salt."""
        uniform = keras.random.uniform(ops.shape(x), dtype="float32", seed=seed)
        extreme = ops.where(uniform < self.rate / 2, self.low, self.high)
        return ops.where(uniform < self.rate, ops.cast(extreme, x.dtype), x)

    def get_config(self):
        return {
            **super().get_config(),
            "rate": self.rate,
            "low": self.low,
            "high": self.high,
        }
