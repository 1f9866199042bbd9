"""The path of the first diffusion models."""

import math

import keras
from keras import ops

from keras_genmodels.layers.noise_path import NoisePath


@keras.saving.register_keras_serializable("keras_genmodels")
class LinearBetaPath(NoisePath):
    """Noise is added at a rate beta(t) that grows linearly.

        alpha(t)^2 = exp(-int_0^t beta),    sigma^2 = 1 - alpha^2,

    with beta from `beta_min` to `beta_max`. The defaults are the limit of the
    1,000 small steps of Ho et al., and serve any number of steps: the signal
    that is left at t = 1 does not depend on it.

    Args:
        beta_min: Float > 0. Defaults to 0.1.
        beta_max: Float > `beta_min`. Defaults to 20.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        [Ho et al., 2020](https://arxiv.org/abs/2006.11239), section 4; [Song et
        al., 2021](https://arxiv.org/abs/2011.13456), eq. 32-33.
    """

    def __init__(self, beta_min=0.1, beta_max=20.0, **kwargs):
        if not 0 < beta_min < beta_max < math.inf:
            raise ValueError(
                "Expected 0 < `beta_min` < `beta_max`, or the signal does not "
                f"fade. Received: beta_min={beta_min}, beta_max={beta_max}"
            )
        super().__init__(**kwargs)
        self.beta_min = float(beta_min)
        self.beta_max = float(beta_max)

    def coefficients(self, t):
        integral = self._integral(t)
        return ops.exp(-0.5 * integral), ops.sqrt(-ops.expm1(-integral))

    def derivatives(self, t):
        alpha, sigma = self.coefficients(t)
        beta = self.beta_min + t * (self.beta_max - self.beta_min)
        # At t = 0 sigma rises from 0 with an infinite slope.
        least = keras.config.epsilon()
        slope = ops.square(alpha) / ops.maximum(sigma, least)
        return -0.5 * beta * alpha, 0.5 * beta * slope

    def _integral(self, t):
        """Of beta, from 0 to t."""
        return t * (self.beta_min + 0.5 * t * (self.beta_max - self.beta_min))

    def get_config(self):
        return {
            **super().get_config(),
            "beta_min": self.beta_min,
            "beta_max": self.beta_max,
        }
