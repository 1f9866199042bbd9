"""Variational diffusion model, of levels.

A latent-variable model with infinitely many layers, trained on its bound:

    -log p(x) <= E -log p(x | z_0) + KL(q(z_1 | x) || N(0, I))
                 - 1/2 E_t dlogSNR/dt || eps - eps_theta(z_t, t) ||^2.

The data are levels, and p(x | z_0) says how likely each is to have become z_0
with the noise of t = 0: so the bound is one of probabilities, not of densities.
The path is learned too. Its ends, how much noise there is at t = 0 and 1, are
trained on the bound. What happens between them does not change the bound. It is
trained to make all times cost alike, so that one of them tells most.

Symbols: z_t is x_t, eps_theta is `compute_output`.

Simplified: the levels of a sample are the most likely ones given z_0, not
drawn; the course of the path evens out what each time costs on average, where
the authors minimise the variance of the whole loss.

Reference: Kingma et al., 2021, https://arxiv.org/abs/2107.00630, section 3.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.categorical_output import CategoricalOutput
from keras_genmodels.layers.fourier_features import FourierFeatures
from keras_genmodels.layers.learned_path import LearnedPath
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.denoising_model import make_network
from keras_genmodels.models.diffusion.diffusion_model import DiffusionModel


@keras.saving.register_keras_serializable("keras_genmodels")
class VariationalDiffusion(DiffusionModel):
    """Diffusion of levels, trained on a bound of their probability.

    `from_shape` makes one with a small network of its own. `log_prob` is the
    density of the flow, which is none of levels; their bound is `elbo`.

    Args:
        network: Built `keras.Model` of a list: z_t `(batch, *data_shape)`,
            times `(batch,)` and, if the model is conditional, one-hot labels
            `(batch, num_classes)`; to the noise, `(batch, *data_shape)`.
        num_levels: Int >= 2, equally spaced levels of the data. Defaults to
            256, as 8-bit images have it.
        noise_path: Optional `layers.LearnedPath`.
        data_range: `(low, high)`, the lowest and the highest level. Defaults to
            (0, 1).
        **kwargs: `label_dropout`, `ema_momentum` and `seed`: see
            `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network or the path does not fit, or an argument is
            out of range.

    Example:
        >>> model = VariationalDiffusion.from_shape((8, 8, 1), num_levels=17)
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)
        >>> model.elbo(x_test).shape
        (360,)

    Reference:
        [Kingma et al., 2021](https://arxiv.org/abs/2107.00630).
    """

    log_names = ("loss", "bits_per_dim")
    default_method = "ancestral"
    default_num_steps = 250

    def __init__(
        self,
        network,
        *,
        num_levels=256,
        noise_path=None,
        data_range=(0.0, 1.0),
        **kwargs,
    ):
        if data_range is None:
            raise ValueError(
                "Expected `data_range` to be the lowest and the highest level. "
                "Received: data_range=None"
            )
        path = LearnedPath() if noise_path is None else noise_path
        if not isinstance(path, LearnedPath):
            raise ValueError(
                "Expected `noise_path` to be a `layers.LearnedPath`. "
                f"Received: {type(path).__name__}"
            )
        output = CategoricalOutput(num_levels, data_range=data_range)
        super().__init__(
            network,
            noise_path=path,
            prediction="noise",
            weighting="elbo",
            data_range=data_range,
            **kwargs,
        )
        self.output_levels = output
        self.num_levels = output.num_levels

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        num_classes=None,
        network="dense",
        network_options=None,
        num_levels=256,
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        The network also sees sines and cosines of its input. Their waves are as
        long as the distance of two levels, and twice that: where there is
        little noise, the place between two levels tells what it was.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            num_classes: Optional int >= 1, of a conditional model.
            network: `"dense"`, the default; for images also `"unet"` or
                `"transformer"`: see `networks.time_mlp`, `networks.time_unet`
                and `networks.diffusion_transformer`.
            network_options: Optional dict, arguments of that function.
            num_levels: Int >= 2.
            **kwargs: Arguments of the constructor.
        """
        num_levels = check_count("num_levels", num_levels, least=2)
        *rest, size = check_shape(data_shape)
        frequencies = [math.pi * (num_levels - 1) / n for n in (1, 2)]
        features = FourierFeatures(frequencies)
        after = make_network(
            features.compute_output_shape((*rest, size)),
            num_classes,
            network,
            network_options,
            num_outputs=size,
        )
        x = keras.Input((*rest, size))
        others = [keras.Input(i.shape[1:]) for i in after.inputs[1:]]
        network = keras.Model([x, *others], after([features(x), *others]))
        return cls(network, num_levels=num_levels, **kwargs)

    # --- the bound --------------------------------------------------------

    def compute_network_times(self, t):
        """The network sees log SNR, so that a time means what it does.

        Brought to [0, 1] as the path was when it was new.
        """
        path = self.noise_path
        return (path.first - path.log_snr(t)) / (path.first - path.last)

    def compute_loss_terms(self, x, y=None, *, network=None, training=False):
        """The negative bound at one time for each example, `(batch,)`, nats."""
        x = self.from_data(x)
        t = self.compute_times(ops.shape(x)[0])
        error = self.compute_squared_error(
            x,
            t,
            self.compute_normal(ops.shape(x)),
            y,
            network=network,
            training=training,
        )
        loss = (
            self.compute_elbo_weight(t) * error
            + self.compute_last_kl(x)
            - self.compute_first_log_prob(x, ops.zeros_like(t), y)
        )
        # Zero, but with a gradient, that of the course: for a fixed error at
        # each time, the integral of slope^2 error is least where their product
        # is the same everywhere.
        error = ops.stop_gradient(error)
        uneven = ops.square(self.noise_path.course_slope(t)) * error
        return loss + uneven - ops.stop_gradient(uneven)

    def compute_elbo_weight(self, t):
        return -0.5 * self.noise_path.log_snr_slope(t)

    @property
    def first_time(self):
        return 0.0

    def compute_first_log_prob(self, x, t, y=None):
        """E log p(x | z_0) for one draw of z_0, `(batch,)`."""
        noise = self.compute_normal(ops.shape(x))
        z = self.noise_path.mix(x, noise, t)
        log_total = ops.logsumexp(self.compute_level_logits(z, t), axis=-1)
        # The logits at x itself are those of the noise.
        return sum_per_example(-0.5 * ops.square(noise) - log_total)

    def compute_level_logits(self, z, t):
        """log p(level | z_0) but for a constant, `(batch, ..., num_levels)`.

        A level is as likely as it would have become z_0.
        """
        levels = ops.convert_to_tensor(
            np.linspace(-1.0, 1.0, self.num_levels), dtype=z.dtype
        )
        alpha, sigma = (
            column(c, z)[..., None] for c in self.noise_path.coefficients(t)
        )
        return -0.5 * ops.square((z[..., None] - alpha * levels) / sigma)

    # --- drawing ----------------------------------------------------------

    def compute_decode(self, z, y=None, *, return_path=False, **options):
        """Levels at the end of the way; see `DiffusionModel`."""
        x = super().compute_decode(z, y, return_path=return_path, **options)
        return x if return_path else self.nearest_levels(x)

    def compute_inpaint(self, x, mask, y=None, **options):
        return self.nearest_levels(
            super().compute_inpaint(x, mask, y, **options)
        )

    def nearest_levels(self, x):
        """The levels nearest to values in the range of the data."""
        output = self.output_levels
        return output.values(ops.round(output.levels(x)))

    @property
    def log_det(self):
        """0: levels have probabilities, whatever their units."""
        return 0.0

    # --- housekeeping -----------------------------------------------------

    def check_data(self, x, name="x"):
        """As for every model; the values must be levels."""
        x = super().check_data(x, name)
        self.output_levels.check(x, name)
        return x

    def get_config(self):
        config = super().get_config()
        for name in ("prediction", "weighting"):
            del config[name]  # no arguments
        return {**config, "num_levels": self.num_levels}
