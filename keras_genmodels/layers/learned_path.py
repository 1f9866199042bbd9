"""A path that is trained with the model."""

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.noise_path import NoisePath


@keras.saving.register_keras_serializable("keras_genmodels")
class LearnedPath(NoisePath):
    """log SNR(t) as a small network that falls with t by its construction.

        -log SNR(t) = g_0 + (g_1 - g_0) (f(t) - f(0)) / (f(1) - f(0)),
        f(t) = a t + sum_k w_k sigmoid(b_k + c_k t),

    with a, w_k and c_k above 0, alpha^2 = sigmoid(log SNR) and sigma^2 =
    1 - alpha^2. The bound of a diffusion model depends on the ends g_0 and g_1
    alone; what happens between them, the course, changes only how noisy its
    estimate is. So `coefficients` and all that comes of them have no gradient
    with respect to the course, which is trained by `course_slope`.

    Args:
        units: Int >= 1, number of the w_k. Defaults to 16.
        first: Float, log SNR at t = 0, where it begins. Defaults to 13.3.
        last: Float below `first`, log SNR at t = 1. Defaults to -5.

    Raises:
        ValueError: If the signal-to-noise ratio would not fall.

    Reference:
        [Kingma et al., 2021](https://arxiv.org/abs/2107.00630), section 3.1 and
        appendix H.
    """

    def __init__(self, units=16, *, first=13.3, last=-5.0, **kwargs):
        if not -math.inf < last < first < math.inf:
            raise ValueError(
                "Expected `last` < `first`, since the signal-to-noise ratio "
                f"must fall. Received: first={first}, last={last}"
            )
        super().__init__(**kwargs)
        self.units = check_count("units", units)
        self.first = float(first)
        self.last = float(last)

        def weight(name, shape, value):
            initializer = keras.initializers.Constant(value)
            return self.add_weight(
                name=name, shape=shape, initializer=initializer
            )

        self.start = weight("start", (), -self.first)
        # In logarithms, so that the ends cannot change places.
        self.log_range = weight("log_range", (), math.log(first - last))
        self.log_linear = weight("log_linear", (), 0.0)
        self.log_heights = weight("log_heights", (self.units,), -3.0)
        self.log_steepness = weight("log_steepness", (self.units,), 2.0)
        centres = [-(i + 0.5) / self.units for i in range(self.units)]
        self.centres = self.add_weight(
            name="centres", shape=(self.units,), initializer="zeros"
        )
        self.centres.assign(centres)

    def coefficients(self, t):
        log_snr = self.log_snr(t)
        return (
            ops.exp(0.5 * ops.log_sigmoid(log_snr)),
            ops.exp(0.5 * ops.log_sigmoid(-log_snr)),
        )

    def derivatives(self, t):
        alpha, sigma = self.coefficients(t)
        slope = self.log_snr_slope(t)
        return (
            0.5 * slope * alpha * ops.square(sigma),
            -0.5 * slope * sigma * ops.square(alpha),
        )

    def log_snr(self, t):
        value, _ = self._course(t)
        value = ops.stop_gradient(value)
        return -(self.start.value + ops.exp(self.log_range.value) * value)

    def log_snr_slope(self, t):
        slope = ops.stop_gradient(self.course_slope(t))
        return -ops.exp(self.log_range.value) * slope

    def course_slope(self, t):
        """How fast the share of the way from g_0 to g_1 grows, `(batch,)`."""
        _, slope = self._course(t)
        return slope

    def _course(self, t):
        """(f(t) - f(0)) / (f(1) - f(0)) and its derivative."""
        linear = ops.exp(self.log_linear.value)
        heights = ops.exp(self.log_heights.value)
        steepness = ops.exp(self.log_steepness.value)

        def f(t):
            share = ops.sigmoid(
                steepness * (ops.expand_dims(t, -1) + self.centres.value)
            )
            value = linear * t + ops.sum(heights * share, axis=-1)
            slopes = heights * steepness * share * (1.0 - share)
            return value, linear + ops.sum(slopes, axis=-1)

        (low, _), (high, _) = f(ops.zeros_like(t)), f(ops.ones_like(t))
        value, slope = f(t)
        return (value - low) / (high - low), slope / (high - low)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "first": self.first,
            "last": self.last,
        }
