"""Several maps, one after the other."""

import keras
from keras import ops

from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.bijection import no_change


@keras.saving.register_keras_serializable("keras_genmodels")
class Chain(Bijection):
    """Maps in the order in which they are applied to data.

    Args:
        bijections: List of `Bijection`. Without any, it is the identity.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If something in the list is none.

    Example:
        >>> flow = Chain([Logit(), Squeeze(), ActNorm(4)])

    Reference:
        [Papamakarios et al., 2021](https://arxiv.org/abs/1912.02762), section
        2.1.
    """

    def __init__(self, bijections, **kwargs):
        super().__init__(**kwargs)
        for bijection in bijections:
            check_bijection("bijections", bijection)
        self.bijections = list(bijections)

    def forward(self, x, context=None, training=False):
        total = no_change(x)
        for bijection in self.bijections:
            x, log_det = bijection.forward(x, context, training=training)
            total = total + log_det
        return x, total

    def inverse(self, z, context=None):
        total = no_change(z)
        for bijection in reversed(self.bijections):
            z, log_det = bijection.inverse(z, context)
            total = total + log_det
        return z, total

    def solve(self, z, context=None):
        total = ops.zeros((), dtype="int32")
        for bijection in reversed(self.bijections):
            z, passes = bijection.solve(z, context)
            total = total + passes
        return z, total

    def get_config(self):
        parts = map(keras.saving.serialize_keras_object, self.bijections)
        return {**super().get_config(), "bijections": list(parts)}


def check_bijection(name, bijection):
    """Raise a `ValueError` if an argument is no `Bijection`."""
    if not isinstance(bijection, Bijection):
        raise ValueError(
            f"Expected a `Bijection` for `{name}`. "
            f"Received: {name}={bijection!r}"
        )
