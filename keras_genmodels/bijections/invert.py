"""A map the other way round."""

import keras

from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.chain import check_bijection


@keras.saving.register_keras_serializable("keras_genmodels")
class Invert(Bijection):
    """Forward becomes inverse, and inverse forward.

    `Invert(Squeeze())` puts channels back into pixels. With a
    `MaskedAutoregression` in it, draws take one pass and densities many: the
    inverse autoregressive flow.

    Args:
        bijection: `Bijection`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If it is none.

    Reference:
        [Kingma et al., 2016](https://arxiv.org/abs/1606.04934), section 3.
    """

    def __init__(self, bijection, **kwargs):
        super().__init__(**kwargs)
        check_bijection("bijection", bijection)
        self.bijection = bijection

    def forward(self, x, context=None, training=False):
        return self.bijection.inverse(x, context)

    def inverse(self, z, context=None):
        return self.bijection.forward(z, context)

    def get_config(self):
        bijection = keras.saving.serialize_keras_object(self.bijection)
        return {**super().get_config(), "bijection": bijection}
