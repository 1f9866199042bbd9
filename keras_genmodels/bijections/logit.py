"""From an interval to all real numbers."""

import math

import keras
from keras import ops

from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.distributions import sum_per_example


@keras.saving.register_keras_serializable("keras_genmodels")
class Logit(Bijection):
    """Data of a range, such as pixels, on the real line.

        s = a + (1 - 2 a) (x - low) / (high - low),   z = log s - log(1 - s).

    The margin a keeps the ends of the range away from infinity. The inverse of
    a real number lies up to a / (1 - 2 a) of the range's length beyond it: a
    model has some density there. (The paper has a = 0.05.)

    Args:
        data_range: `(low, high)`. Defaults to (0, 1).
        margin: Float in (0, 0.5). Defaults to 1e-3. A large one keeps the
            middle of the range and its ends as wide as they were; a small one
            stretches the ends, where most pixels of many images lie.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803), section 4.1.
    """

    def __init__(self, data_range=(0.0, 1.0), *, margin=1e-3, **kwargs):
        super().__init__(**kwargs)
        low, high = map(float, data_range)
        if not -math.inf < low < high < math.inf:
            raise ValueError(
                "Expected `data_range` to be two finite numbers, the lower "
                f"first. Received: data_range={data_range}"
            )
        if not 0 < margin < 0.5:
            raise ValueError(
                "Expected `margin` above 0 and below 0.5. "
                f"Received: margin={margin}"
            )
        self.data_range = low, high
        self.margin = float(margin)

    def forward(self, x, context=None, training=False):
        low, _ = self.data_range
        share = self.margin + self._slope() * (x - low)
        log_share, log_rest = ops.log(share), ops.log1p(-share)
        log_slope = math.log(self._slope()) - log_share - log_rest
        return log_share - log_rest, sum_per_example(log_slope)

    def inverse(self, z, context=None):
        low, _ = self.data_range
        x = low + (ops.sigmoid(z) - self.margin) / self._slope()
        # The derivative of the sigmoid is s (1 - s).
        log_slope = ops.log_sigmoid(z) + ops.log_sigmoid(-z)
        return x, sum_per_example(log_slope - math.log(self._slope()))

    def _slope(self):
        """ds/dx, a float."""
        low, high = self.data_range
        return (1.0 - 2.0 * self.margin) / (high - low)

    def get_config(self):
        return {
            **super().get_config(),
            "data_range": list(self.data_range),
            "margin": self.margin,
        }
