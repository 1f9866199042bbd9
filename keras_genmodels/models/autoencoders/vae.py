"""Variational autoencoder.

A latent-variable model: z is drawn from a standard normal, x from a simple
distribution whose parameters a network, the decoder, computes from z. A second
network, the encoder, approximates the posterior of z given x by a diagonal
normal, and both ascend the evidence lower bound

    ELBO(x) = E_q(z|x)[log p(x | z)] - KL(q(z | x) || p(z)) <= log p(x).

Symbols: q(z | x) is `compute_posterior`, p(x | z) is `likelihood` at the
decoder's output, z = mu + sigma * noise is `reparametrised_normal`.

Reference: Kingma & Welling, 2014, https://arxiv.org/abs/1312.6114, eq. 7, 10.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.output_activation import warn_unless_linear
from keras_genmodels._internal.settings import Coefficient
from keras_genmodels._internal.settings import setting
from keras_genmodels.distributions import log_mean_exp
from keras_genmodels.distributions import normal_kl
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import reparametrised_normal
from keras_genmodels.models.autoencoders.latent_model import LatentModel
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded

# Values that `importance_log_prob` decodes at a time: 16 MB of float32.
VALUES_PER_PASS = 2**22


@keras.saving.register_keras_serializable("keras_genmodels")
class VAE(LatentModel):
    """Variational autoencoder with a diagonal normal posterior.

    `from_shape` makes one with small networks of its own.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, 2 * latent_dim)`: means, then logarithms of variances.
        decoder: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`: log odds for the likelihood `"bernoulli"`,
            means for `"normal"`.
        beta: Float >= 0, weight of the KL term in the training loss. It may be
            assigned to, also while `fit` runs: `vae.beta = 4.0`. Defaults to
            1, the ELBO. The verb `elbo` always reports the ELBO, whatever
            `beta` is.
        likelihood: `"bernoulli"`, the default, for data in [0, 1], where a
            grey level is read as the probability that a binary pixel is on;
            `"normal"` for any real data, with a learned standard deviation; or
            a layer such as `layers.NormalLikelihood(scale=0.1)`.
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> vae = VAE.from_shape((8, 8, 1), latent_dim=2)
        >>> vae.compile()
        >>> history = vae.fit(x_train, epochs=100)
        >>> vae.elbo(x_test).shape  # nats, one value per example
        (360,)

    Reference:
        [Kingma & Welling, 2014](https://arxiv.org/abs/1312.6114);
        `beta`: [Higgins et al., 2017](https://openreview.net/forum?id=Sy2fzU9gl).
    """

    code_parts = 2  # the encoder gives means and log variances
    log_names = ("loss", "reconstruction", "kl")
    beta = Coefficient()

    def __init__(
        self,
        encoder,
        decoder,
        *,
        beta=1.0,
        likelihood="bernoulli",
        seed=None,
        **kwargs,
    ):
        super().__init__(
            encoder, decoder, likelihood=likelihood, seed=seed, **kwargs
        )
        warn_unless_linear("encoder", encoder, "means and log variances")
        self.beta = beta
        self.built = True

    # --- the model, of tensors --------------------------------------------

    def compute_posterior(self, x, y=None, training=False):
        """Mean and log variance of q(z | x), each `(batch, latent_dim)`."""
        parameters = self.apply_network(self.encoder, x, y, training)
        z_mean, z_log_var = ops.split(parameters, 2, axis=-1)
        return z_mean, z_log_var

    def compute_log_likelihood(self, x, z, y=None, training=False):
        """log p(x | z) in nats, `(batch,)`."""
        decoded = self.apply_network(self.decoder, z, y, training)
        return self.likelihood.log_prob(x, decoded)

    def compute_kl(self, z, z_mean, z_log_var):
        """KL(q(z | x) || p(z)), or an estimate of it from the draw z."""
        return normal_kl(z_mean, z_log_var)

    def compute_prior_log_prob(self, z):
        """log p(z) in nats, `(batch,)`."""
        return normal_log_prob(z)

    def compute_prior_draw(self, num_samples):
        """Draws of z, `(num_samples, latent_dim)`."""
        return self._normal_noise((num_samples, self.latent_dim))

    def compute_elbo_terms(self, x, y=None, noise=None, training=False):
        """The two terms of the bound, for one draw of z per example.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, for conditional models.
            noise: Optional tensor `(batch, latent_dim)` in place of a draw.
            training: Bool, passed to the networks.

        Returns:
            `(log_likelihood, kl)`, each `(batch,)` in nats; the ELBO is their
            difference.
        """
        z_mean, z_log_var = self.compute_posterior(x, y, training)
        if noise is None:
            noise = self._normal_noise(ops.shape(z_mean))
        z = reparametrised_normal(z_mean, z_log_var, noise)
        log_likelihood = self.compute_log_likelihood(x, z, y, training)
        return log_likelihood, self.compute_kl(z, z_mean, z_log_var)

    def compute_elbo(self, x, y=None, noise=None, training=False):
        """Kingma & Welling, eq. 10, with one draw: `(batch,)`, nats."""
        log_likelihood, kl = self.compute_elbo_terms(x, y, noise, training)
        return log_likelihood - kl

    def compute_log_weights(self, x, y=None, *, num_samples, training=False):
        """log p(x, z) - log q(z | x) of draws from q, `(batch, num_samples)`.

        Burda et al., [2016](https://arxiv.org/abs/1509.00519), eq. 8.
        """
        z_mean, z_log_var = (
            ops.repeat(parameter, num_samples, axis=0)
            for parameter in self.compute_posterior(x, y, training)
        )
        noise = self._normal_noise(ops.shape(z_mean))
        z = reparametrised_normal(z_mean, z_log_var, noise)
        x = ops.repeat(x, num_samples, axis=0)
        if y is not None:
            y = ops.repeat(y, num_samples, axis=0)
        log_weights = (
            self.compute_log_likelihood(x, z, y, training)
            + self.compute_prior_log_prob(z)
            - normal_log_prob(z, z_mean, 0.5 * z_log_var)
        )
        return ops.reshape(log_weights, (-1, num_samples))

    def compute_importance_log_prob(self, x, y=None, *, num_samples):
        """The `num_samples`-draw bound in one pass: `(batch,)`, nats."""
        log_weights = self.compute_log_weights(x, y, num_samples=num_samples)
        return log_mean_exp(log_weights, axis=1)

    def compute_encode(self, x, y=None):
        """Posterior means, `(batch, latent_dim)`."""
        return self.compute_posterior(x, y)[0]

    def compute_decode(self, z, y=None, training=False):
        """Mean of p(x | z), `(batch, *data_shape)`."""
        decoded = self.apply_network(self.decoder, z, y, training)
        return self.likelihood.mean(decoded)

    def compute_sample(self, num_samples, y=None, mean=True, **prior_options):
        """Draws of the prior, decoded: `(num_samples, *data_shape)`.

        With `mean`, to the mean of p(x | z); without, to a draw from it.
        """
        z = self.compute_prior_draw(num_samples, **prior_options)
        if mean:
            return self.compute_decode(z, y)
        decoded = self.apply_network(self.decoder, z, y)
        return self.likelihood.draw(decoded, seed=self.seed_generator)

    def call(self, x, y=None, training=False):
        z_mean, _ = self.compute_posterior(x, y, training)
        return self.compute_decode(z_mean, y, training)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)

        def objective():
            terms = self._loss_terms(x, y, training=True)
            return self.mean_loss(terms["loss"], sample_weight), terms

        _, terms = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(sample_weight, **terms)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        return self.log(sample_weight, **self._loss_terms(x, y, training=False))

    def _loss_terms(self, x, y, training):
        log_likelihood, kl = self.compute_elbo_terms(x, y, training=training)
        loss = -log_likelihood + self.beta.value * kl
        return {"loss": loss, "reconstruction": -log_likelihood, "kl": kl}

    # --- verbs ------------------------------------------------------------

    def elbo(self, x, y=None, *, seed=None, batch_size=256, verbose=0):
        """Evidence lower bound of log p(x), with one draw of z per example.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
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
        )

    def importance_log_prob(
        self,
        x,
        num_samples=100,
        *,
        y=None,
        seed=None,
        batch_size=100,
        verbose=0,
    ):
        """Importance-weighted lower bound of log p(x).

        Its expectation rises with `num_samples` and approaches log p(x).
        Burda et al., [2016](https://arxiv.org/abs/1509.00519), eq. 8.

        Args:
            x: Array `(n, *data_shape)`.
            num_samples: Int >= 1, draws of z per example; 1 gives an ELBO.
                Memory does not grow with it.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1, examples at a time.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats.
        """
        inputs = self.check_inputs(x, y)
        x = inputs[0]
        num_samples = check_count("num_samples", num_samples)
        batch_size = check_count("batch_size", batch_size)
        values = min(batch_size, len(x)) * math.prod(self.data_shape)
        per_pass = max(1, min(num_samples, VALUES_PER_PASS // values))
        full_passes, rest = divmod(num_samples, per_pass)
        passes = [per_pass] * full_passes + [rest] * (rest > 0)
        progress = keras.utils.Progbar(len(passes)) if verbose else None
        total = np.full(len(x), -np.inf)
        with seeded(self, seed):
            for draws in passes:
                part = run_in_batches(
                    self,
                    "compute_importance_log_prob",
                    inputs,
                    batch_size=batch_size,
                    num_samples=draws,
                )
                total = np.logaddexp(total, part + math.log(draws))
                if progress is not None:
                    progress.add(1)
        return (total - math.log(num_samples)).astype("float32")

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {**super().get_config(), "beta": setting(self, "beta")}

    def _normal_noise(self, shape):
        return keras.random.normal(
            shape, dtype=self.variable_dtype, seed=self.seed_generator
        )
