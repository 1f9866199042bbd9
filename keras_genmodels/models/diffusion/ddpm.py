"""Denoising diffusion probabilistic model.

Noise is added to data in T small steps, and a network learns which noise there
is in x_t:

    L_simple = E || eps - eps_theta(alpha_t x + sigma_t eps, t) ||^2.

The way back is a Markov chain of T normal steps, each the posterior of x_s
given x_t and the data that the network sees in x_t. It is a latent-variable
model with T layers, and has the bound

    log p(x) >= E log p(x | x_1) - sum_t KL(q(x_s | x_t, x) || p(x_s | x_t))
                - KL(q(x_T | x) || N(0, I)).

Symbols: eps_theta is `compute_output`, the times are t = i / T.

Reference: Ho et al., 2020, https://arxiv.org/abs/2006.11239, algorithms 1 and
2, eq. 5 and 14.
"""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.linear_beta_path import LinearBetaPath
from keras_genmodels.models.diffusion.diffusion_model import DiffusionModel
from keras_genmodels.models.diffusion.predictions import noise_error_share


@keras.saving.register_keras_serializable("keras_genmodels")
class DDPM(DiffusionModel):
    """Denoising diffusion in discrete time.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model` of a list: x_t `(batch, *data_shape)`,
            times `(batch,)` and, if the model is conditional, one-hot labels
            `(batch, num_classes)`; to `(batch, *data_shape)`.
        diffusion_steps: Int >= 2, T. Defaults to 1,000.
        noise_path: Optional `layers.NoisePath`. Defaults to a
            `layers.LinearBetaPath`, whose noise at the end does not depend on
            T.
        prediction: `"noise"`, the default, or `"data"`; along another path,
            whose velocity is bounded, also `"velocity"`.
        **kwargs: `weighting`, `data_range`, `label_dropout`, `ema_momentum`
            and `seed`: see `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network or the path does not fit, or an argument is
            out of range.

    Example:
        >>> ddpm = DDPM.from_shape((8, 8, 1))
        >>> ddpm.compile()
        >>> history = ddpm.fit(x_train, epochs=100)
        >>> ddpm.sample(16, method="ddim", num_steps=50, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Ho et al., 2020](https://arxiv.org/abs/2006.11239); the samplers
        `"ddim"`: [Song et al., 2021](https://arxiv.org/abs/2010.02502).
    """

    default_method = "ancestral"

    def __init__(
        self,
        network,
        *,
        diffusion_steps=1000,
        noise_path=None,
        prediction="noise",
        **kwargs,
    ):
        super().__init__(
            network,
            noise_path=LinearBetaPath() if noise_path is None else noise_path,
            prediction=prediction,
            **kwargs,
        )
        self.diffusion_steps = check_count(
            "diffusion_steps", diffusion_steps, least=2
        )

    @property
    def default_num_steps(self):
        """As many steps back as there are forth."""
        return self.diffusion_steps

    def compute_times(self, num_times):
        """Of the times 1/T, 2/T, ..., 1: `(num_times,)`."""
        steps = self.diffusion_steps
        return (ops.floor(super().compute_times(num_times) * steps) + 1) / steps

    # --- the bound: eq. 5, whose terms t = 2/T, ..., 1 are KL divergences ---

    @property
    def first_time(self):
        return 1.0 / self.diffusion_steps

    def spread_times(self, uniform):
        number = self.diffusion_steps - 1
        term = ops.floor(uniform * number) + 2.0
        return term / self.diffusion_steps, number

    def compute_elbo_weight(self, t):
        """1/2 (SNR_s / SNR_t - 1), of the squared error of the noise."""
        s = t - 1.0 / self.diffusion_steps
        ratio = self.noise_path.log_snr(s) - self.noise_path.log_snr(t)
        share = noise_error_share(self.prediction, t, self.noise_path)
        return 0.5 * ops.expm1(ratio) * share

    def get_config(self):
        return {
            **super().get_config(),
            "diffusion_steps": self.diffusion_steps,
        }
