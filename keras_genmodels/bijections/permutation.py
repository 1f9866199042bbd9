"""Channels in another order."""

import keras
import numpy as np
from keras import ops

from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.bijection import no_change


@keras.saving.register_keras_serializable("keras_genmodels")
class Permutation(Bijection):
    """The entries of the last axis in a fixed order.

    Without it, a chain of couplings would change some values only.

    Args:
        order: Ints, each from 0 to their number less one, once: z_i is
            x_order[i].
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If they are no permutation.
    """

    def __init__(self, order, **kwargs):
        super().__init__(**kwargs)
        self.order = [int(place) for place in order]
        if sorted(self.order) != list(range(len(self.order))):
            raise ValueError(
                "Expected `order` to be a permutation of 0, 1, 2, ... "
                f"Received: order={order}"
            )

    def forward(self, x, context=None, training=False):
        return ops.take(x, self.order, axis=-1), no_change(x)

    def inverse(self, z, context=None):
        back = np.argsort(self.order).tolist()
        return ops.take(z, back, axis=-1), no_change(z)

    def get_config(self):
        return {**super().get_config(), "order": list(self.order)}
