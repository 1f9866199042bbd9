"""The way from data to noise, of which diffusion models learn the way back."""

import keras
from keras import ops

from keras_genmodels._internal.settings import FixedSettings


class NoisePath(FixedSettings, keras.layers.Layer):
    """How much signal and how much noise there is at a time t.

        x_t = alpha(t) x + sigma(t) eps,    eps standard normal,

    with t = 0 for data and t = 1 for noise. The ratio alpha^2 / sigma^2, the
    signal-to-noise ratio, must fall with t. A path is a layer, so that one that
    is learned is tracked and saved with the model.

    A subclass defines `coefficients(t)` and `derivatives(t)`, and, if the noise
    at t = 1 is not of variance 1, `noise_scale`, its standard deviation. All
    arithmetic is that of the layer's variables, float32 under mixed precision.

    Reference:
        [Kingma et al., 2021](https://arxiv.org/abs/2107.00630), eq. 1-2.
    """

    noise_scale = 1.0

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.built = True

    def coefficients(self, t):
        """`(alpha, sigma)` at times `(batch,)`, each `(batch,)`."""
        raise NotImplementedError

    def derivatives(self, t):
        """`(d alpha / dt, d sigma / dt)`, each `(batch,)`."""
        raise NotImplementedError

    def log_snr(self, t):
        """log(alpha^2 / sigma^2), `(batch,)`; infinite where sigma is 0."""
        alpha, sigma = self.coefficients(t)
        return 2.0 * (ops.log(alpha) - ops.log(sigma))

    def log_snr_slope(self, t):
        """d/dt log(alpha^2 / sigma^2), `(batch,)`, below 0."""
        alpha, sigma = self.coefficients(t)
        alpha_slope, sigma_slope = self.derivatives(t)
        return 2.0 * (alpha_slope / alpha - sigma_slope / sigma)

    def mix(self, x, noise, t):
        """x_t, like `x`.

        Args:
            x: Tensor `(batch, *data_shape)`, data.
            noise: Tensor like `x`, standard normal.
            t: Tensor `(batch,)`.
        """
        alpha, sigma = (column(c, x) for c in self.coefficients(t))
        return alpha * x + sigma * noise


def column(values, x):
    """`(batch,)` as `(batch, 1, ..., 1)`, to be multiplied with `x`."""
    return ops.reshape(values, (-1, *[1] * (len(x.shape) - 1)))
