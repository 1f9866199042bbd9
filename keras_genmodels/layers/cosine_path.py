"""A quarter of a circle from data to noise."""

import math

import keras
from keras import ops

from keras_genmodels.layers.noise_path import NoisePath


@keras.saving.register_keras_serializable("keras_genmodels")
class CosinePath(NoisePath):
    """x_t = cos(pi t / 2) x + sin(pi t / 2) eps: the variance stays as it is.

    For data of variance 1. The signal fades more evenly than along
    `LinearBetaPath`, which spends much time among noise.

    Reference:
        [Nichol & Dhariwal, 2021](https://arxiv.org/abs/2102.09672), eq. 17,
        without the small offset.
    """

    def coefficients(self, t):
        # The cosine, written so that it is exactly 0 at t = 1.
        return ops.sin(0.5 * math.pi * (1.0 - t)), ops.sin(0.5 * math.pi * t)

    def derivatives(self, t):
        alpha, sigma = self.coefficients(t)
        return -0.5 * math.pi * sigma, 0.5 * math.pi * alpha
