"""A straight line from data to noise."""

import keras
from keras import ops

from keras_genmodels.layers.noise_path import NoisePath


@keras.saving.register_keras_serializable("keras_genmodels")
class StraightPath(NoisePath):
    """x_t = (1 - t) x + t eps: every particle moves at a constant velocity.

    Reference:
        [Lipman et al., 2023](https://arxiv.org/abs/2210.02747), eq. 20-22, with
        t the other way round; [Liu et al.,
        2023](https://arxiv.org/abs/2209.03003), eq. 1.
    """

    def coefficients(self, t):
        return 1.0 - t, t

    def derivatives(self, t):
        ones = ops.ones_like(t)
        return -ones, ones
