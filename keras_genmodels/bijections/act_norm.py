"""Shift and scale of each channel, begun by the data."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.bijection import of_all_places
from keras_genmodels.training import sum_over_replicas


@keras.saving.register_keras_serializable("keras_genmodels")
class ActNorm(Bijection):
    """z = (x + shift) exp(log_scale), for each entry of the last axis.

    The first batch of training sets both so that each channel of it has mean 0
    and variance 1; from then on they are trained like all weights. That it has
    happened is a weight, too: a model that is loaded does not begin anew. Until
    then it is the identity. A channel that does not vary is only shifted.

    Args:
        num_channels: Int >= 1, the length of the last axis.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If it is out of range.

    Reference:
        [Kingma & Dhariwal, 2018](https://arxiv.org/abs/1807.03039), section
        3.1.
    """

    def __init__(self, num_channels, **kwargs):
        super().__init__(**kwargs)
        self.num_channels = check_count("num_channels", num_channels)
        zeros = np.zeros(self.num_channels)
        self.shift = self.add_array("shift", zeros)
        self.log_scale = self.add_array("log_scale", zeros)
        self.done = self.add_array("done", 0.0, trainable=False)

    def forward(self, x, context=None, training=False):
        shift, log_scale = self.shift.value, self.log_scale.value
        if training:
            shift, log_scale = self._begun(x, shift, log_scale)
        z = (x + shift) * ops.exp(log_scale)
        return z, of_all_places(log_scale, x)

    def inverse(self, z, context=None):
        log_scale = self.log_scale.value
        x = z * ops.exp(-log_scale) - self.shift.value
        return x, of_all_places(-log_scale, z)

    def _begun(self, x, shift, log_scale):
        """Both weights, of the batch where this is the first."""
        done = self.done.value > 0
        first_shift, first_log_scale = statistics(x)
        first_shift = ops.where(done, shift, first_shift)
        first_log_scale = ops.where(done, log_scale, first_log_scale)
        self.shift.assign(first_shift)
        self.log_scale.assign(first_log_scale)
        self.done.assign(ops.ones_like(self.done.value))
        # Their values, with the gradient of the weights.
        return (
            shift + ops.stop_gradient(first_shift - shift),
            log_scale + ops.stop_gradient(first_log_scale - log_scale),
        )

    def get_config(self):
        return {**super().get_config(), "num_channels": self.num_channels}


def statistics(x):
    """Minus the mean of each channel, and minus the log of its deviation.

    Of all replicas together, where several share a batch.

    Args:
        x: Tensor `(batch, ..., channels)`.

    Returns:
        `(shift, log_scale)`, tensors `(channels,)`, not differentiated.
    """
    rows = ops.reshape(ops.stop_gradient(x), (-1, x.shape[-1]))
    total, count = sum_over_replicas(
        (ops.sum(rows, axis=0), ops.sum(ops.ones_like(rows), axis=0))
    )
    mean = total / count
    squares = sum_over_replicas(ops.sum(ops.square(rows - mean), axis=0))
    variance = squares / count
    # What rounding leaves of a channel that does not vary is no variance.
    varies = variance > 1e-10 * (1.0 + ops.square(mean))
    return -mean, -0.5 * ops.log(ops.where(varies, variance, 1.0))
