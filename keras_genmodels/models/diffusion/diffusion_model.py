"""What all diffusion models share: a path to noise, and a network that sees t.

Noise is added to data along a path x_t = alpha(t) x + sigma(t) eps. A network
is shown x_t and t, and learns by a squared error what is behind it: the noise,
the data, or the velocity, which are equivalent (`predictions`). Its best answer
is a conditional mean, and that is all it takes to go the way back (`sampling`)
and to measure densities (`likelihood`).

Here is the training: a time and a noise for each example, one squared error.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.denoising_model import make_network
from keras_genmodels.models.diffusion.denoising_model import network_shapes
from keras_genmodels.models.diffusion.likelihood import DiffusionLikelihood
from keras_genmodels.models.diffusion.predictions import PREDICTIONS
from keras_genmodels.models.diffusion.predictions import data_and_noise
from keras_genmodels.models.diffusion.predictions import prediction_target
from keras_genmodels.models.diffusion.weightings import WEIGHTINGS


class DiffusionModel(DiffusionLikelihood):
    """A model that learns the way back from noise.

    Args:
        network: Built `keras.Model` of a list: x_t `(batch, *data_shape)`,
            times `(batch,)` and, if the model is conditional, one-hot labels
            `(batch, num_classes)`, zeros where there is none; to
            `(batch, *data_shape)`.
        noise_path: `layers.NoisePath`.
        prediction: What the network says of x_t: `"noise"`, `"data"` or
            `"velocity"`.
        weighting: `"simple"`, all times alike; `"elbo"`; `"sigmoid"` or
            `"min_snr"`: see `weightings`.
        data_range: `(low, high)` of the data, which the network sees brought to
            [-1, 1], or `None` for data of a spread near 1.
        **kwargs: `label_dropout`, `ema_momentum` and `seed`: see
            `DenoisingModel`.

    Raises:
        ValueError: If the network or the path does not fit, or an argument is
            out of range.
    """

    times_shape = ()  # of one example's times, as the network takes them

    def __init__(
        self,
        network,
        *,
        noise_path,
        prediction,
        weighting="simple",
        data_range=None,
        **kwargs,
    ):
        shape, output, num_classes = network_shapes(network, self.times_shape)
        if output != shape:
            raise ValueError(
                "Expected a network whose output has the shape of the data, "
                f"{shape}. Received: network with output {output}"
            )
        super().__init__(
            network,
            shape,
            data_range=data_range and tuple(data_range),
            num_classes=num_classes,
            **kwargs,
        )
        for name, value, known in (
            ("prediction", prediction, PREDICTIONS),
            ("weighting", weighting, WEIGHTINGS),
        ):
            if value not in known:
                raise ValueError(
                    f"Expected `{name}` to be one of {list(known)}. "
                    f"Received: {name}={value!r}"
                )
        check_path(noise_path, prediction)
        self.noise_path = noise_path
        self.prediction = prediction
        self.weighting = weighting
        # Where velocities that are computed of something else begin.
        self.least_time = 0.0 if prediction == "velocity" else 1e-3

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        num_classes=None,
        network="dense",
        network_options=None,
        data_range="auto",
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            num_classes: Optional int >= 1, of a conditional model.
            network: `"dense"`, the default; for images also `"unet"` or
                `"transformer"`: see `networks.time_mlp`, `networks.time_unet`
                and `networks.diffusion_transformer`.
            network_options: Optional dict, arguments of that function.
            data_range: `(low, high)`; `None` for real numbers. Defaults to
                (0, 1) for images, `None` for vectors.
            **kwargs: Arguments of the constructor.
        """
        if data_range == "auto":
            data_range = (0.0, 1.0) if np.size(data_shape) == 3 else None
        network = make_network(
            data_shape,
            num_classes,
            network,
            network_options,
            num_times=cls.times_shape[0] if cls.times_shape else None,
        )
        return cls(network, data_range=data_range, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_denoised(self, x, t, y=None, *, guidance=0.0, clip=False):
        """The data and the noise that the network sees in x_t.

        Args:
            x: Tensor `(batch, *data_shape)`, x_t.
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, if the model is conditional.
            guidance: Float.
            clip: Bool. Whether to bring the data into their range, if they
                have one, and the noise into agreement with that.

        Returns:
            Two tensors like `x`.
        """
        output = self.compute_guided(x, t, y, guidance)
        data, noise = data_and_noise(
            self.prediction, output, x, t, self.noise_path
        )
        if clip and self.data_range is not None:
            clipped = ops.clip(data, -1.0, 1.0)
            alpha, sigma = (
                column(c, x) for c in self.noise_path.coefficients(t)
            )
            noise = noise + alpha * (data - clipped) / ops.maximum(sigma, 1e-3)
            data = clipped
        return data, noise

    def compute_velocity(self, x, t, y=None, *, guidance=0.0):
        """dx_t / dt of the flow, like `x`."""
        output = self.compute_guided(x, t, y, guidance)
        if self.prediction == "velocity":
            return output
        data, noise = data_and_noise(
            self.prediction, output, x, t, self.noise_path
        )
        alpha, sigma = (column(c, x) for c in self.noise_path.derivatives(t))
        return alpha * data + sigma * noise

    def compute_squared_error(
        self, x, t, noise, y=None, *, network=None, training=False
    ):
        """||output - target||^2 at x_t, `(batch,)`.

        Args:
            x: Tensor `(batch, *data_shape)`, in the network's units.
            t: Tensor `(batch,)`.
            noise: Tensor like `x`.
            y: Labels `(batch,)`, if the model is conditional.
            network: Optional `keras.Model`; the average, if there is none.
            training: Bool. Whether to hide some of the labels.
        """
        output = self.compute_output(
            self.noise_path.mix(x, noise, t),
            t,
            y,
            network=network,
            keep=self.hide_labels(t, y, training),
            training=training,
        )
        target = prediction_target(
            self.prediction, x, noise, t, self.noise_path
        )
        return sum_per_example(ops.square(output - target))

    def call(self, x, y=None, training=False):
        """What the network sees in data without noise, a tensor like `x`."""
        x = self.from_data(ops.cast(x, self.variable_dtype))
        t = ops.zeros(ops.shape(x)[:1], dtype=x.dtype)
        return self.to_data(self.compute_denoised(x, t, y)[0])

    # --- units ------------------------------------------------------------

    def from_data(self, x):
        """Data as the network sees them: their range brought to [-1, 1]."""
        if self.data_range is None:
            return x
        low, high = self.data_range
        return (2.0 * x - (low + high)) / (high - low)

    def to_data(self, x):
        """The other way round; what lies outside of the range is clipped."""
        if self.data_range is None:
            return x
        low, high = self.data_range
        x = 0.5 * (low + high) + 0.5 * (high - low) * x
        return ops.clip(x, low, high)

    @property
    def log_det(self):
        """log |det| of `from_data`, a float: log p(x) = log p(z) + log_det."""
        if self.data_range is None:
            return 0.0
        low, high = self.data_range
        return float(np.prod(self.data_shape) * np.log(2.0 / (high - low)))

    # --- training ---------------------------------------------------------

    def compute_loss_terms(self, x, y=None, *, network=None, training=False):
        """The squared error at a random time, weighed: `(batch,)`.

        Ho et al., 2020, algorithm 1; Lipman et al., 2023, eq. 9.
        """
        x = self.from_data(x)
        t = self.compute_times(ops.shape(x)[0])
        noise = self.compute_normal(ops.shape(x))
        error = self.compute_squared_error(
            x, t, noise, y, network=network, training=training
        )
        return self.compute_weight(t) * error

    def compute_weight(self, t):
        """What squared errors count at times `(batch,)`, in the loss."""
        weigh = WEIGHTINGS[self.weighting]
        return weigh(self.prediction, t, self.noise_path)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "noise_path": keras.saving.serialize_keras_object(self.noise_path),
            "prediction": self.prediction,
            "weighting": self.weighting,
            "data_range": self.data_range,
        }


def check_path(path, prediction):
    """Raise a `ValueError` if a path, or the velocity along it, will not do.

    Args:
        path: `layers.NoisePath`.
        prediction: String.
    """
    times = np.linspace(1e-3, 1 - 1e-3, 101)
    snr = ops.convert_to_numpy(
        path.log_snr(ops.convert_to_tensor(times, dtype=path.variable_dtype))
    )
    if not np.isfinite(snr).all() or not np.all(np.diff(snr) < 0):
        raise ValueError(
            "Expected a path whose signal-to-noise ratio falls from t = 0 to "
            f"t = 1. Received: {type(path).__name__} with log SNR from "
            f"{snr[0]:.3g} to {snr[-1]:.3g}, not falling everywhere"
        )
    first = ops.zeros((1,), dtype=path.variable_dtype)
    speed = float(ops.max(ops.abs(path.derivatives(first)[1])))
    if prediction == "velocity" and speed > 100:
        raise ValueError(
            "Expected another `prediction` than the velocity, or a path along "
            "which that is bounded, such as `layers.CosinePath`: where noise "
            f"sets in. Received: {type(path).__name__}"
        )
