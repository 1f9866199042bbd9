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

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.linear_beta_path import LinearBetaPath
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.diffusion_model import DiffusionModel
from keras_genmodels.models.diffusion.predictions import noise_error_share
from keras_genmodels.training import run_in_batches


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

    def compute_elbo(self, x, y=None, *, num_times=32):
        """The bound of Ho et al., eq. 5, `(batch,)`, nats.

        The sum over t is estimated by `num_times` of its terms, evenly spread.
        A term is

            T/2 (SNR_s / SNR_t - 1) || eps - eps_theta ||^2,

        and x given x_1 is normal around it, with the variance that q has.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            num_times: Int, terms for each example.
        """
        x = self.from_data(x)
        rows, steps = ops.shape(x)[0], self.diffusion_steps
        start = keras.random.uniform(
            (rows, 1), dtype=x.dtype, seed=self.seed_generator
        )
        places = ops.arange(num_times, dtype=x.dtype) / num_times
        # Of the terms t = 2/T, ..., 1; the first is that of the data.
        i = ops.floor((start / num_times + places) * (steps - 1)) + 2.0
        t = ops.reshape(i, (-1,)) / steps

        def repeated(tensor):
            return (
                None
                if tensor is None
                else ops.repeat(tensor, num_times, axis=0)
            )

        error = self.compute_squared_error(
            repeated(x),
            t,
            self.compute_normal(ops.shape(repeated(x))),
            repeated(y),
        ) * noise_error_share(self.prediction, t, self.noise_path)
        ratio = self.noise_path.log_snr(
            t - 1.0 / steps
        ) - self.noise_path.log_snr(t)
        terms = 0.5 * (steps - 1) * ops.expm1(ratio) * error
        diffusion = ops.mean(ops.reshape(terms, (-1, num_times)), axis=1)
        first = ops.full((rows,), 1.0 / steps, dtype=x.dtype)
        return (
            self.compute_first_log_prob(x, first, y)
            - diffusion
            - self.compute_last_kl(x)
            + self.log_det
        )

    def compute_first_log_prob(self, x, t, y=None):
        """E log p(x | x_t) for one draw of x_t at the first time, `(batch,)`.

        p is normal around the data that the network sees in x_t, with the
        variance sigma^2 / alpha^2 of x given x_t under q, if all data were
        equally likely.
        """
        alpha, sigma = self.noise_path.coefficients(t)
        error = self.compute_squared_error(
            x, t, self.compute_normal(ops.shape(x)), y
        ) * noise_error_share(self.prediction, t, self.noise_path)
        dim = math.prod(self.data_shape)
        log_scale = ops.log(sigma) - ops.log(alpha)
        # (x - data)^2 / scale^2 is the squared error of the noise.
        return -0.5 * error - dim * (log_scale + 0.5 * math.log(2 * math.pi))

    def compute_last_kl(self, x):
        """KL(q(x_T | x) || N(0, I)), `(batch,)`, nats."""
        last = ops.ones((1,), dtype=x.dtype)
        alpha, sigma = (
            column(c, x) for c in self.noise_path.coefficients(last)
        )
        variance = ops.square(sigma)
        return 0.5 * sum_per_example(
            variance + ops.square(alpha * x) - 1.0 - ops.log(variance)
        )

    def elbo(
        self,
        x,
        y=None,
        *,
        num_times=32,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Evidence lower bound of log p(x), estimated.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            num_times: Int >= 1, terms of the sum over T for each example.
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        return run_in_batches(
            self,
            "compute_elbo",
            self.check_inputs(x, y),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_times=check_count("num_times", num_times),
        )

    def get_config(self):
        return {
            **super().get_config(),
            "diffusion_steps": self.diffusion_steps,
        }
