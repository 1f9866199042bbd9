"""Variational autoencoder with normalising flows for prior and posterior.

A VAE's prior is a round cloud, and so is what its encoder may say of a code: a
normal without correlations. Neither need be so. Any density that can be drawn
from and evaluated takes their place, and an invertible map of normal noise has
both.

**Prior.** A map f from codes to noise, learned with the networks, is a density
of codes wherever the encoder puts them:

    log p(z) = log N(f(z); 0, I) + log |det df/dz|.

**Posterior.** The encoder's normal is where a map g begins, which bends it by
what the encoder says of x:

    z = g(z_0; x),  z_0 ~ N(mu(x), sigma^2(x)),
    log q(z | x) = log N(z_0; mu, sigma^2) - log |det dg/dz_0|.

Only g itself is ever needed, not its inverse, so g may be autoregressive: all
values of z come out of one pass. That is inverse autoregressive flow (IAF).

The KL term has no closed form; the draw that the decoder gets estimates it
without bias by log q(z | x) - log p(z).

Symbols: f is `prior`, g is `posterior`, both `bijections.Bijection`; mu and
log sigma^2 are `compute_posterior`.

Reference: Rezende & Mohamed, 2015, https://arxiv.org/abs/1505.05770, eq. 13-15;
Kingma et al., 2016, https://arxiv.org/abs/1606.04934, algorithm 1 (posterior);
Chen et al., 2017, https://arxiv.org/abs/1611.02731, section 3.2 (prior).
"""

import keras
from keras import ops

from keras_genmodels.bijections.chain import check_bijection
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import reparametrised_normal
from keras_genmodels.models.autoencoders.vae import VAE
from keras_genmodels.models.flows.maf import MAF
from keras_genmodels.models.flows.real_nvp import RealNVP


@keras.saving.register_keras_serializable("keras_genmodels")
class FlowVAE(VAE):
    """VAE whose prior, posterior or both are normalising flows.

    Args:
        encoder: As for `VAE`.
        decoder: As for `VAE`.
        prior: Map f from codes to noise: a `bijections.Bijection`, such as that
            of any flow, `NeuralSplineFlow((latent_dim,)).bijection`, trained or
            not; `"coupling"`, the default, for `RealNVP`'s; or `None` for the
            standard normal.
        posterior: Map g from a draw of the encoder's normal to the code: a
            `bijections.Bijection`; `"autoregressive"` for `MAF`'s; or `None`,
            the default, for the normal itself. Its context are the normal's
            means and log variances, `(batch, 2 * latent_dim)`.
        **kwargs: `beta`, `likelihood` and `seed` as for `VAE`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> model = FlowVAE.from_shape(
        ...     (8, 8, 1), latent_dim=8, posterior="autoregressive"
        ... )
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)
        >>> model.importance_log_prob(x_test).shape
        (360,)

    Reference:
        [Rezende & Mohamed, 2015](https://arxiv.org/abs/1505.05770);
        [Kingma et al., 2016](https://arxiv.org/abs/1606.04934).
    """

    def __init__(
        self, encoder, decoder, *, prior="coupling", posterior=None, **kwargs
    ):
        super().__init__(encoder, decoder, **kwargs)
        shape = (self.latent_dim,)
        if prior == "coupling":
            prior = RealNVP(shape, num_steps=4, hidden_units=(64,)).bijection
        if posterior == "autoregressive":
            posterior = MAF(
                shape,
                num_steps=2,
                hidden_units=(64,),
                num_classes=2 * self.latent_dim,
            ).bijection
        if prior is not None:
            check_fit("prior", prior, shape)
        if posterior is not None:
            check_fit("posterior", posterior, shape, (2 * self.latent_dim,))
        self.prior = prior
        self.posterior = posterior

    # --- the model, of tensors --------------------------------------------

    def compute_prior_log_prob(self, z, training=False):
        """log p(z) in nats, `(batch,)`."""
        if self.prior is None:
            return super().compute_prior_log_prob(z)
        noise, log_det = self.prior.forward(z, training=training)
        return normal_log_prob(noise) + log_det

    def compute_prior_draw(self, num_samples):
        """Draws of z, `(num_samples, latent_dim)`."""
        noise = super().compute_prior_draw(num_samples)
        if self.prior is None:
            return noise
        return self.prior.solve(noise)[0]

    def compute_bent(self, z, z_mean, z_log_var, training=False):
        """g(z_0; x) and log |det dg/dz_0|, of a draw z_0.

        Returns:
            Tensors `(batch, latent_dim)` and `(batch,)`.
        """
        if self.posterior is None:
            return z, ops.zeros_like(z[:, 0])
        context = ops.concatenate([z_mean, z_log_var], axis=-1)
        return self.posterior.forward(z, context, training=training)

    def compute_elbo_terms(self, x, y=None, noise=None, training=False):
        """As for `VAE`: `(log_likelihood, kl)`, each `(batch,)` in nats.

        The second is log q(z | x) - log p(z), whose mean is the KL term.
        """
        z_mean, z_log_var = self.compute_posterior(x, y, training)
        if noise is None:
            noise = self._normal_noise(ops.shape(z_mean))
        z = reparametrised_normal(z_mean, z_log_var, noise)
        log_q = normal_log_prob(z, z_mean, 0.5 * z_log_var)
        z, log_det = self.compute_bent(z, z_mean, z_log_var, training)
        log_prior = self.compute_prior_log_prob(z, training)
        log_likelihood = self.compute_log_likelihood(x, z, y, training)
        return log_likelihood, log_q - log_det - log_prior

    def compute_log_weights(self, x, y=None, *, num_samples, training=False):
        """log p(x, z) - log q(z | x) of draws from q, `(batch, num_samples)`.

        Burda et al., [2016](https://arxiv.org/abs/1509.00519), eq. 8: here, a
        bound of one draw is the logarithm of its weight.
        """
        x = ops.repeat(x, num_samples, axis=0)
        log_weights = self.compute_elbo(x, training=training)
        return ops.reshape(log_weights, (-1, num_samples))

    def compute_encode(self, x, y=None, training=False):
        """Where the middle of the encoder's normal goes, `(batch, latent_dim)`.

        Without a posterior flow, it is the posterior's mean.
        """
        z_mean, z_log_var = self.compute_posterior(x, y, training)
        return self.compute_bent(z_mean, z_mean, z_log_var, training)[0]

    def call(self, x, y=None, training=False):
        return self.compute_decode(
            self.compute_encode(x, y, training), y, training
        )

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "prior": keras.saving.serialize_keras_object(self.prior),
            "posterior": keras.saving.serialize_keras_object(self.posterior),
        }


def check_fit(name, bijection, *shapes):
    """Raise a `ValueError` if a bijection does not take tensors as these."""
    check_bijection(name, bijection)
    dtype = bijection.variable_dtype
    inputs = [keras.KerasTensor((1, *shape), dtype) for shape in shapes]
    try:
        bijection.compute_output_spec(*inputs)
    except Exception as error:
        shapes = ", ".join(f"(batch, {size})" for (size,) in shapes)
        raise ValueError(
            f"Expected `{name}` to take {shapes}: codes, and of a posterior "
            "their means and log variances in the place of one-hot labels. "
            f"Received: {name}={bijection!r}"
        ) from error
