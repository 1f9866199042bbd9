"""A shift."""

import keras
from keras import ops

from keras_genmodels.bijections.elementwise_map import ElementwiseMap


@keras.saving.register_keras_serializable("keras_genmodels")
class AdditiveMap(ElementwiseMap):
    """z = x + shift: volumes stay the same.

    Reference:
        [Dinh et al., 2015](https://arxiv.org/abs/1410.8516), section 3.2.
    """

    num_parameters = 1

    def forward(self, x, parameters):
        return x + parameters[..., 0], ops.zeros_like(x)

    def inverse(self, z, parameters):
        return z - parameters[..., 0], ops.zeros_like(z)
