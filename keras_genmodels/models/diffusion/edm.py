"""Diffusion with preconditioning (EDM).

Noise of a standard deviation sigma is added to the data, x_sigma = x + sigma
eps, and a network learns to take it away. Input and output are scaled so that
both have variance 1 whatever sigma is:

    D(x; sigma) = c_skip x + c_out F(c_in x; c_noise),
    c_skip = s^2 / (sigma^2 + s^2),      c_out = sigma s / sqrt(sigma^2 + s^2),
    c_in = 1 / sqrt(sigma^2 + s^2),

with s the standard deviation of the data. Where there is little noise, the
network corrects its input; where there is much, it replaces it. The way back is
dx / d sigma = (x - D(x; sigma)) / sigma, by Heun's method, with steps that are
shorter the less noise there is.

Symbols: F is the network, D is `compute_output`, sigma is `sigma_max` t.

Simplified: no noise is added on the way back ("churn"); the network sees
log sigma brought to [0, 1], where the paper's sees a quarter of it.

Reference: Karras et al., 2022, https://arxiv.org/abs/2206.00364, algorithm 1
and table 1, last column.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.denoising_model import normal_quantile
from keras_genmodels.models.diffusion.exploding_model import ExplodingModel

# Of the distances of the steps: table 1.
RHO = 7.0


@keras.saving.register_keras_serializable("keras_genmodels")
class EDM(ExplodingModel):
    """Denoising with all inputs and outputs of variance 1.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model` of a list: c_in x `(batch, *data_shape)`,
            times `(batch,)` and, if the model is conditional, one-hot labels
            `(batch, num_classes)`; to `(batch, *data_shape)`.
        data_scale: Float > 0, s: the standard deviation of the data as the
            network sees them. Of images in [-1, 1] MNIST has 0.62, the digits
            0.75. Defaults to 0.5, as in the paper.
        sigma_min: Float > 0, where the way back ends. Defaults to 0.002.
        sigma_max: Float > `sigma_min`, where it begins. Defaults to 80.
        log_sigma_mean: Float, of the normal distribution of log sigma in
            training. Defaults to -1.2.
        log_sigma_scale: Float > 0, its standard deviation. Defaults to 1.2.
        **kwargs: `data_range`, `label_dropout`, `ema_momentum` and `seed`: see
            `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> edm = EDM.from_shape((8, 8, 1), data_scale=0.75)
        >>> edm.compile()
        >>> history = edm.fit(x_train, epochs=100)
        >>> edm.sample(16, num_steps=18, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Karras et al., 2022](https://arxiv.org/abs/2206.00364).
    """

    default_num_steps = 18

    def __init__(
        self,
        network,
        *,
        data_scale=0.5,
        sigma_min=0.002,
        sigma_max=80.0,
        log_sigma_mean=-1.2,
        log_sigma_scale=1.2,
        **kwargs,
    ):
        for name, value in (
            ("data_scale", data_scale),
            ("log_sigma_scale", log_sigma_scale),
        ):
            if not 0 < value < math.inf:
                raise ValueError(
                    f"Expected `{name}` above 0. Received: {name}={value}"
                )
        super().__init__(
            network,
            sigma_min=sigma_min,
            sigma_max=sigma_max,
            prediction="data",
            **kwargs,
        )
        self.data_scale = float(data_scale)
        self.log_sigma_mean = float(log_sigma_mean)
        self.log_sigma_scale = float(log_sigma_scale)

    # --- the model, of tensors --------------------------------------------

    def compute_output(self, x, t, y=None, **options):
        """D(x; sigma), the data that the network sees: eq. 7.

        Args:
            x: Tensor `(batch, *data_shape)`, x_sigma.
            t: Tensor `(batch,)`, sigma / `sigma_max`.
            y: Labels `(batch,)`, if the model is conditional.
            **options: See `DiffusionModel.compute_output`.
        """
        sigma = column(self.sigma_max * t, x)
        variance = ops.square(sigma) + self.data_scale**2
        c_skip = self.data_scale**2 / variance
        c_out = sigma * self.data_scale / ops.sqrt(variance)
        c_in = 1.0 / ops.sqrt(variance)
        output = super().compute_output(c_in * x, t, y, **options)
        return c_skip * x + c_out * output

    def compute_weight(self, t):
        """lambda = 1 / c_out^2: so the loss of F is one of variance 1."""
        variance = ops.square(self.sigma_max * t)
        scale = self.data_scale**2
        return (variance + scale) / (variance * scale)

    def compute_times(self, num_times):
        """sigma / `sigma_max`, with log sigma normal: table 1, training."""
        normal = normal_quantile(super().compute_times(num_times))
        log_sigma = self.log_sigma_mean + self.log_sigma_scale * normal
        return ops.clip(
            ops.exp(log_sigma) / self.sigma_max, self.least_time, 1.0
        )

    def compute_grid(self, method, num_steps):
        """Times from 1 down to `least_time`, eq. 5, or on to 0."""
        ends_early = method in ("euler", "heun")
        places = np.linspace(1.0, 0.0, num_steps + ends_early)
        times, _ = self.warp(places)
        times = times if ends_early else np.append(times, 0.0)
        return ops.convert_to_tensor(times, dtype=self.variable_dtype)

    def spread_times(self, uniform):
        return self.warp(uniform)

    def warp(self, places):
        """Times of places in [0, 1], and the derivative: denser near 0."""
        low = self.least_time ** (1 / RHO)
        root = low + (1.0 - low) * places
        return root**RHO, RHO * (1.0 - low) * root ** (RHO - 1)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        config = super().get_config()
        del config["weighting"]  # no argument
        return {
            **config,
            "data_scale": self.data_scale,
            "log_sigma_mean": self.log_sigma_mean,
            "log_sigma_scale": self.log_sigma_scale,
        }
