"""What all invertible maps have in common.

A density that is simple becomes one that is not by a map that can be undone.
With z = f(x),

    log p(x) = log p(z) + log |det df/dx|,

so a map must say three things: what f does, how it is undone, and how much it
stretches volumes. They add up: of a chain of maps, the logarithms are summed.

Reference: Papamakarios et al., 2021, https://arxiv.org/abs/1912.02762, section
2.1.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.settings import FixedSettings


class Bijection(FixedSettings, keras.layers.Layer):
    """An invertible map, with the logarithm of its Jacobian's determinant.

    A subclass defines `forward` and `inverse`. All arithmetic is that of its
    weights, float32 under mixed precision; only networks within it compute in
    less.

    Call arguments:
        x: Tensor `(batch, ...)`.
        context: Optional tensor `(batch, num_classes)`, one-hot labels.

    Returns:
        As `forward`.
    """

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.built = True

    def forward(self, x, context=None, training=False):
        """From data towards noise.

        Args:
            x: Tensor `(batch, ...)`.
            context: Optional tensor `(batch, num_classes)`, one-hot labels.
            training: Bool.

        Returns:
            `(z, log_det)`: a tensor, and log |det dz/dx|, `(batch,)`.
        """
        raise NotImplementedError

    def inverse(self, z, context=None):
        """From noise towards data: what `forward` did, undone.

        Args:
            z: Tensor `(batch, ...)`.
            context: Optional tensor `(batch, num_classes)`, one-hot labels.

        Returns:
            `(x, log_det)`: a tensor, and log |det dx/dz|, `(batch,)`.
        """
        raise NotImplementedError

    def solve(self, z, context=None):
        """The x of `inverse`, and what it took to find it.

        Args:
            z: Tensor `(batch, ...)`.
            context: Optional tensor `(batch, num_classes)`, one-hot labels.

        Returns:
            `(x, passes)`: a tensor, and how often networks ran that had to run
            again and again, an int tensor `()`; 0 of a map that is undone in
            one go.
        """
        return self.inverse(z, context)[0], ops.zeros((), dtype="int32")

    def call(self, x, context=None, training=False):
        return self.forward(x, context, training=training)

    def add_array(self, name, value, **kwargs):
        """A weight that begins as a NumPy array and is never cast."""
        value = np.asarray(value)
        return self.add_weight(
            name=name,
            shape=value.shape,
            initializer=lambda shape, dtype: ops.convert_to_tensor(
                value, dtype=dtype
            ),
            autocast=False,
            **kwargs,
        )

    @classmethod
    def from_config(cls, config):
        """Rebuild it from `get_config()`, with what is in it."""
        return cls(**{k: _deserialized(value) for k, value in config.items()})


def no_change(x):
    """The log determinant of a map that keeps volumes: zeros `(batch,)`."""
    return ops.zeros(ops.shape(x)[:1], dtype=x.dtype)


def of_all_places(log_scales, x):
    """The log determinant of one map of the channels, at each place of x.

    Args:
        log_scales: Tensor `(channels,)`, whose sum is that of one place.
        x: Tensor `(batch, ..., channels)`.

    Returns:
        Tensor `(batch,)`.
    """
    places = math.prod(x.shape[1:-1])
    return no_change(x) + places * ops.sum(log_scales)


def _deserialized(value):
    if isinstance(value, (list, tuple)):
        return [_deserialized(item) for item in value]
    if isinstance(value, dict) and "class_name" in value:
        return keras.saving.deserialize_keras_object(value)
    return value
