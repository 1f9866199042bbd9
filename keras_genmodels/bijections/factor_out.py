"""Some channels stay as they are, the others go on."""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.chain import check_bijection


@keras.saving.register_keras_serializable("keras_genmodels")
class FactorOut(Bijection):
    """The last channels are noise already; a map acts on those before them.

    So a flow has several scales: half of the values leave at each, which saves
    time, and makes them the noise of what is small in an image. If the coupling
    before it keeps the channels that go on, it is the learned prior of those
    that leave.

    Args:
        bijection: `Bijection` of the channels that go on, of equal shape on
            both sides.
        num_channels: Int >= 1, channels that leave.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If an argument does not fit.

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803), section 3.6.
    """

    def __init__(self, bijection, num_channels, **kwargs):
        super().__init__(**kwargs)
        check_bijection("bijection", bijection)
        self.bijection = bijection
        self.num_channels = check_count("num_channels", num_channels)

    def forward(self, x, context=None, training=False):
        rest, gone = self._split(x)
        rest, log_det = self.bijection.forward(rest, context, training=training)
        return ops.concatenate([rest, gone], axis=-1), log_det

    def inverse(self, z, context=None):
        rest, gone = self._split(z)
        rest, log_det = self.bijection.inverse(rest, context)
        return ops.concatenate([rest, gone], axis=-1), log_det

    def solve(self, z, context=None):
        rest, gone = self._split(z)
        rest, passes = self.bijection.solve(rest, context)
        return ops.concatenate([rest, gone], axis=-1), passes

    def _split(self, x):
        return x[..., : -self.num_channels], x[..., -self.num_channels :]

    def get_config(self):
        return {
            **super().get_config(),
            "bijection": keras.saving.serialize_keras_object(self.bijection),
            "num_channels": self.num_channels,
        }
