"""Variational autoencoder with a mixture for a prior.

A VAE's prior is one normal, though data often come in kinds. Here it is a
mixture of K normals with diagonal covariances, learned with the networks,

    p(z) = sum_k pi_k N(z; mu_k, diag(sigma_k^2)).

The component of a code is its cluster, found without labels:

    p(k | z) = pi_k N(z; mu_k, sigma_k^2) / p(z).

There is no closed form for KL(q(z | x) || p(z)). The draw z that the decoder
gets estimates it without bias by log q(z | x) - log p(z).

Symbols: pi, mu, sigma are `prior.components`, a layer's: `MixturePrior` learns
them freely, `VampPrior` as posteriors of learned pseudo-inputs.

Reference: Jiang et al., 2017, https://arxiv.org/abs/1611.05148 (the mixture);
Tomczak & Welling, 2018, https://arxiv.org/abs/1705.07120, eq. 9 (VampPrior).
"""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_index
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import normal_mixture_log_joint
from keras_genmodels.layers import MixturePrior
from keras_genmodels.layers import VampPrior
from keras_genmodels.models.autoencoders.vae import VAE
from keras_genmodels.training import run_in_batches


@keras.saving.register_keras_serializable("keras_genmodels")
class MixtureVAE(VAE):
    """VAE whose prior is a learned mixture of normals.

    Args:
        encoder: As for `VAE`.
        decoder: As for `VAE`.
        prior: `"mixture"`, the default; `"vamp"`; or a layer such as
            `layers.MixturePrior(10, latent_dim)`.
        num_components: Int >= 1, if `prior` is a name. Defaults to 10.
        **kwargs: `beta`, `likelihood` and `seed` as for `VAE`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> model = MixtureVAE.from_shape((8, 8, 1), latent_dim=8)
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=50)
        >>> model.initialize_prior(x_train)  # at the clusters of the codes
        >>> history = model.fit(x_train, epochs=100)
        >>> model.predict_proba(x_test).shape
        (360, 10)
        >>> model.sample(5, component=3).shape
        (5, 8, 8, 1)

    Reference:
        [Jiang et al., 2017](https://arxiv.org/abs/1611.05148);
        [Tomczak & Welling, 2018](https://arxiv.org/abs/1705.07120).
    """

    def __init__(
        self, encoder, decoder, *, prior="mixture", num_components=10, **kwargs
    ):
        super().__init__(encoder, decoder, **kwargs)
        if prior == "mixture":
            prior = MixturePrior(num_components, self.latent_dim)
        elif prior == "vamp":
            prior = VampPrior(num_components, self.data_shape, self.data_range)
        elif not isinstance(prior, keras.layers.Layer):
            raise ValueError(
                'Expected `prior` to be "mixture", "vamp" or a layer. '
                f"Received: prior={prior!r}"
            )
        self.prior = prior
        self.num_components = prior.num_components

    # --- the model, of tensors --------------------------------------------

    def compute_component_log_joint(self, z):
        """log p(k, z) in nats, `(batch, num_components)`."""
        return normal_mixture_log_joint(
            z, *self.prior.components(self.compute_posterior)
        )

    def compute_prior_log_prob(self, z):
        """log p(z) in nats, `(batch,)`."""
        return ops.logsumexp(self.compute_component_log_joint(z), axis=1)

    def compute_kl(self, z, z_mean, z_log_var):
        """log q(z | x) - log p(z): its mean is the KL term, `(batch,)`."""
        posterior = normal_log_prob(z, z_mean, 0.5 * z_log_var)
        return posterior - self.compute_prior_log_prob(z)

    def compute_prior_draw(self, num_samples, component=None):
        """Draws of z, `(num_samples, latent_dim)`, of one component or all."""
        log_weights, means, log_vars = self.prior.components(
            self.compute_posterior
        )
        if component is None:
            rows = keras.random.categorical(
                log_weights[None], num_samples, seed=self.seed_generator
            )[0]
        else:
            rows = ops.full((num_samples,), component, dtype="int32")
        noise = self._normal_noise((num_samples, self.latent_dim))
        mean, log_var = (ops.take(t, rows, axis=0) for t in (means, log_vars))
        return mean + ops.exp(0.5 * log_var) * noise

    def compute_predict_proba(self, x):
        """p(k | z) at the mean code of x, `(batch, num_components)`."""
        return ops.softmax(
            self.compute_component_log_joint(self.compute_encode(x)), axis=1
        )

    # --- verbs ------------------------------------------------------------

    def sample(self, num_samples, *, component=None, **kwargs):
        """Draw new data, of all components or of one.

        Args:
            num_samples: Int >= 1.
            component: Optional int from 0 to `num_components - 1`.
            **kwargs: `seed`, `batch_size`, `verbose` and `mean` as for `VAE`.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        if component is not None:
            component = check_index("component", component, self.num_components)
        return super().sample(num_samples, component=component, **kwargs)

    def predict_proba(self, x, *, batch_size=256, verbose=0):
        """Probabilities of the components, given data.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, num_components)`, rows that sum to 1.
        """
        return run_in_batches(
            self,
            "compute_predict_proba",
            self.check_inputs(x),
            batch_size=batch_size,
            verbose=verbose,
        )

    def initialize_prior(self, x, *, seed=None):
        """Move the prior to where the data are.

        A mixture is fitted to the codes of `x` (after some training, which
        makes them worth clustering); pseudo-inputs become examples (before
        training). The optimizer's memory of the prior is kept.

        Args:
            x: Array `(n, *data_shape)`, training data.
            seed: Optional int.
        """
        self.prior.initialize(self.check_data(x), self.encode, seed)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        prior = keras.saving.serialize_keras_object(self.prior)
        return {**super().get_config(), "prior": prior}
