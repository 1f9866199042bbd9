"""Data to which more and more noise is added."""

import math

import keras
from keras import ops

from keras_genmodels.layers.noise_path import NoisePath


@keras.saving.register_keras_serializable("keras_genmodels")
class ExplodingPath(NoisePath):
    """x_t = x + sigma_max t eps: the data stay, and the variance grows.

    Args:
        sigma_max: Float > 0, standard deviation of the noise at t = 1. It must
            be far above that of the data. Defaults to 80.

    Raises:
        ValueError: If it is out of range.

    Reference:
        The "variance exploding" path of [Song et al.,
        2021](https://arxiv.org/abs/2011.13456), section 3.4, with the time of
        [Karras et al., 2022](https://arxiv.org/abs/2206.00364), section 3.
    """

    def __init__(self, sigma_max=80.0, **kwargs):
        if not 0 < sigma_max < math.inf:
            raise ValueError(
                f"Expected `sigma_max` above 0. Received: sigma_max={sigma_max}"
            )
        super().__init__(**kwargs)
        self.sigma_max = self.noise_scale = float(sigma_max)

    def coefficients(self, t):
        return ops.ones_like(t), self.sigma_max * t

    def derivatives(self, t):
        return ops.zeros_like(t), ops.full_like(t, self.sigma_max)

    def get_config(self):
        return {**super().get_config(), "sigma_max": self.sigma_max}
