"""A matrix that mixes channels, as a product of triangular ones."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.bijection import of_all_places


@keras.saving.register_keras_serializable("keras_genmodels")
class InvertibleLinear(Bijection):
    """z = W x along the last axis; of images, a convolution of 1 x 1.

        W = P L (U + diag(signs * exp(log_scales))),

    with P a permutation, L and U triangular, ones and zeros on their diagonals.
    P and the signs are fixed, the rest is learned: W stays invertible, and its
    log determinant is the sum of the log scales. It begins as a rotation that
    is drawn by NumPy; nothing is factored later.

    Args:
        num_channels: Int >= 1, the length of the last axis.
        seed: Int, of the rotation. Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        [Kingma & Dhariwal, 2018](https://arxiv.org/abs/1807.03039), eq. 9-11.
    """

    def __init__(self, num_channels, *, seed=0, **kwargs):
        # Imported here: it would double the time to import the package.
        from scipy.linalg import lu

        super().__init__(**kwargs)
        self.num_channels = check_count("num_channels", num_channels)
        self.seed = check_seed(seed)
        rng = np.random.Generator(np.random.PCG64(self.seed))
        rotation, _ = np.linalg.qr(rng.normal(size=2 * (self.num_channels,)))
        permutation, lower, upper = lu(rotation)
        scales = np.diagonal(upper)
        # Saved, since other machines may factor the rotation differently.
        self.order = self.add_array(
            "order", permutation.argmax(axis=1), dtype="int32", trainable=False
        )
        self.signs = self.add_array("signs", np.sign(scales), trainable=False)
        self.lower = self.add_array("lower", np.tril(lower, -1))
        self.upper = self.add_array("upper", np.triu(upper, 1))
        self.log_scales = self.add_array("log_scales", np.log(np.abs(scales)))

    def forward(self, x, context=None, training=False):
        weights = ops.matmul(*self._factors())
        weights = ops.take(weights, self.order.value, axis=0)
        z = ops.matmul(x, ops.transpose(weights))
        return z, of_all_places(self.log_scales.value, x)

    def inverse(self, z, context=None):
        lower, upper = self._factors()
        # Solving for the identity is faster than solving for every row.
        identity = ops.eye(self.num_channels, dtype=z.dtype)
        inverse = ops.solve_triangular(lower, identity, lower=True)
        inverse = ops.solve_triangular(upper, inverse, lower=False)
        z = ops.take(z, ops.argsort(self.order.value), axis=-1)
        x = ops.matmul(z, ops.transpose(inverse))
        return x, of_all_places(-self.log_scales.value, z)

    def _factors(self):
        """L and the upper triangle with its diagonal."""
        below = np.tril(np.ones(self.lower.shape), -1)
        below = ops.convert_to_tensor(below, dtype=self.lower.dtype)
        identity = ops.eye(self.num_channels, dtype=self.lower.dtype)
        scales = self.signs.value * ops.exp(self.log_scales.value)
        lower = below * self.lower.value + identity
        upper = ops.transpose(below) * self.upper.value + identity * scales
        return lower, upper

    def get_config(self):
        return {
            **super().get_config(),
            "num_channels": self.num_channels,
            "seed": self.seed,
        }
