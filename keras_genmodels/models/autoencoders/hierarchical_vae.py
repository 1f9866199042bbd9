"""Variational autoencoder with several levels of codes.

The prior of a VAE is fixed. Here the code has levels, and each but the highest
has a prior that a network makes of the level above,

    p(x, z) = p(x | z) p(z_1 | z_2) ... p(z_{L-1} | z_L) p(z_L),

p(z_L) being standard normal: the highest level says what is there, the lower
ones how. All conditionals are normals without correlations, but their product
is none, and can have any shape.

What an image says of a level is a normal too, with mean m and variance s^2, by
the encoder. What the level above says is its prior. Both together are their
product, in which each counts by its precision:

    q(z_l | x, z_{l+1}) = N(z_l; v (m / s^2 + mu / sigma^2), v),
    1 / v = 1 / s^2 + 1 / sigma^2.

So the encoder has to add only what the higher levels do not know yet. At the
top there is nothing above, and q(z_L | x) = N(m, s^2). The bound is that of a
VAE, with a KL term for each level.

A level that tells nothing at first costs nothing, and may never learn to tell
something. `free_bits` lets each level cost so many nats before it is charged.

Symbols: m, log s^2 are `compute_messages`; mu, log sigma^2 `compute_prior`.

Reference: Sonderby et al., 2016, https://arxiv.org/abs/1602.02282, eq. 3-4 and
12-17; free bits: Kingma et al., 2016, https://arxiv.org/abs/1606.04934, eq. 15.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.distributions import normal_kl
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import reparametrised_normal
from keras_genmodels.models.autoencoders.vae import VAE
from keras_genmodels.networks import encoder_decoder
from keras_genmodels.networks import mlp


@keras.saving.register_keras_serializable("keras_genmodels")
class HierarchicalVAE(VAE):
    """VAE whose code has several levels, each the prior of the one below.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, 2 * latent_dim)`: means of all levels, then logarithms of
            variances; the lowest level first. `latent_dim` is the length of all
            levels together.
        decoder: As for `VAE`. It sees all levels.
        priors: List of built `keras.Model`s, one for each level but the
            highest: the level above, `(batch, d_above)`, to
            `(batch, 2 * d)`, means and logarithms of variances.
        free_bits: Float >= 0, nats that each level may cost, on average over a
            batch, before it is charged in training. Defaults to 0.
        **kwargs: `beta`, `likelihood` and `seed` as for `VAE`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> model = HierarchicalVAE.from_shape(
        ...     (8, 8, 1), latent_dims=(8, 4), free_bits=0.5
        ... )
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)  # logs kl_1, kl_2, too
        >>> model.importance_log_prob(x_test, 1000).shape
        (360,)

    Reference:
        [Sønderby et al., 2016](https://arxiv.org/abs/1602.02282).
    """

    def __init__(self, encoder, decoder, priors, *, free_bits=0.0, **kwargs):
        priors = list(priors)
        levels = len(priors) + 1
        self.log_names = (
            *VAE.log_names,
            *(f"kl_{level}" for level in range(1, levels + 1)),
        )
        super().__init__(encoder, decoder, **kwargs)
        self.priors = priors
        self.latent_dims = self._check_priors()
        if not 0 <= free_bits < math.inf:
            raise ValueError(
                f"Expected `free_bits` >= 0. Received: free_bits={free_bits}"
            )
        self.free_bits = float(free_bits)

    def _check_priors(self):
        """The length of each level, the lowest first."""
        shapes = [
            (prior.input_shape[1:], prior.output_shape[1:])
            for prior in self.priors
        ]
        dims = [output[-1] // 2 for _, output in shapes]
        dims.append(self.latent_dim - sum(dims))
        fits = [((a,), (2 * d,)) for d, a in zip(dims, dims[1:], strict=False)]
        if dims[-1] < 1 or shapes != fits:
            raise ValueError(
                "Expected priors that make 2 * d numbers of the level above, "
                "and levels that are as long together as the code. Received: "
                f"priors of {shapes}, codes of {self.latent_dim}"
            )
        return tuple(dims)

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        latent_dims=(8, 4),
        hidden_units=None,
        prior_units=(64,),
        network="dense",
        activation="relu",
        batch_normalization=False,
        **kwargs,
    ):
        """A model with networks made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            latent_dims: Ints >= 1, the length of each level, the lowest first.
                Defaults to (8, 4). With a single one, it is a `VAE`.
            hidden_units: See `keras_genmodels.networks.encoder_decoder`, also
                for `network`.
            prior_units: Ints, hidden layers of the priors. Defaults to one of
                64.
            network: `"dense"`, the default, or `"conv"`.
            activation: String or function of the hidden layers.
            batch_normalization: Bool, of the encoder and the decoder.
            **kwargs: Arguments of the constructor.
        """
        data_shape = check_shape(data_shape)
        dims = [check_count("latent_dims", dim) for dim in latent_dims]
        if not dims:
            raise ValueError(
                "Expected at least one level in `latent_dims`. Received: "
                f"latent_dims={latent_dims}"
            )
        encoder, decoder = encoder_decoder(
            data_shape,
            sum(dims),
            encoder_dim=2 * sum(dims),
            hidden_units=hidden_units,
            network=network,
            activation=activation,
            batch_normalization=batch_normalization,
        )
        # Zeros: each level begins with a standard normal prior.
        priors = [
            mlp(
                (above,),
                (2 * dim,),
                prior_units,
                activation,
                output_initializer="zeros",
                name=f"prior_{level}",
            )
            for level, (dim, above) in enumerate(
                zip(dims, dims[1:], strict=False), start=1
            )
        ]
        return cls(encoder, decoder, priors, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_messages(self, x, training=False):
        """What x says of each level: means and log variances.

        Returns:
            List of pairs of tensors `(batch, d)`, the lowest level first.
        """
        parts = [
            self._split(half)
            for half in self.compute_posterior(x, None, training)
        ]
        return list(zip(*parts, strict=True))

    def compute_prior(self, level, above, training=False):
        """Mean and log variance of p(z | level above), `(batch, d)` each.

        Args:
            level: Int, 0 for the lowest.
            above: Tensor `(batch, d)`, the level above.
            training: Bool, passed to the network.
        """
        parameters = self.apply_network(
            self.priors[level], above, training=training
        )
        return ops.split(parameters, 2, axis=-1)

    def compute_levels(self, x, noise=None, training=False):
        """A draw from q, from the top to the bottom.

        Args:
            x: Tensor `(batch, *data_shape)`.
            noise: Optional tensor `(batch, latent_dim)` in place of a draw.
            training: Bool, passed to the networks.

        Returns:
            For each level, the lowest first, `(z, posterior, prior)`: the draw,
            `(batch, d)`, and pairs of a mean and a log variance like it.
        """
        messages = self.compute_messages(x, training)
        if noise is None:
            noise = self._normal_noise((ops.shape(x)[0], self.latent_dim))
        noise = self._split(noise)
        posterior = messages[-1]
        prior = tuple(map(ops.zeros_like, posterior))
        levels = []
        for level in reversed(range(len(self.latent_dims))):
            if levels:
                prior = self.compute_prior(level, levels[0][0], training)
                posterior = product_of_normals(messages[level], prior)
            z = reparametrised_normal(*posterior, noise[level])
            levels.insert(0, (z, posterior, prior))
        return levels

    def compute_elbo_terms(self, x, y=None, noise=None, training=False):
        """As for `VAE`: `(log_likelihood, kl)`, each `(batch,)` in nats."""
        log_likelihood, kls = self.compute_terms(x, noise, training)
        return log_likelihood, sum(kls)

    def compute_terms(self, x, noise=None, training=False):
        """log p(x | z), `(batch,)`, and a list of each level's KL like it."""
        levels = self.compute_levels(x, noise, training)
        z = joined(levels)
        log_likelihood = self.compute_log_likelihood(x, z, None, training)
        return log_likelihood, [normals_kl(q, p) for _, q, p in levels]

    def compute_log_weights(self, x, y=None, *, num_samples, training=False):
        """log p(x, z) - log q(z | x) of draws from q, `(batch, num_samples)`.

        Burda et al., [2016](https://arxiv.org/abs/1509.00519), eq. 8.
        """
        x = ops.repeat(x, num_samples, axis=0)
        levels = self.compute_levels(x, training=training)
        z = joined(levels)
        log_weights = self.compute_log_likelihood(x, z, None, training)
        for z, posterior, prior in levels:
            log_weights += log_density(z, prior) - log_density(z, posterior)
        return ops.reshape(log_weights, (-1, num_samples))

    def compute_prior_log_prob(self, z):
        """log p(z) in nats, of codes of all levels: `(batch,)`."""
        levels = self._split(z)
        log_prob = normal_log_prob(levels[-1])
        for level, above in enumerate(levels[1:]):
            prior = self.compute_prior(level, above)
            log_prob += log_density(levels[level], prior)
        return log_prob

    def compute_prior_draw(self, num_samples):
        """Draws of all levels, `(num_samples, latent_dim)`."""
        noise = self._split(self._normal_noise((num_samples, self.latent_dim)))
        levels = noise[-1:]
        for level in reversed(range(len(self.priors))):
            prior = self.compute_prior(level, levels[0])
            levels.insert(0, reparametrised_normal(*prior, noise[level]))
        return ops.concatenate(levels, axis=-1)

    def compute_encode(self, x, y=None, training=False):
        """Means of q from the top to the bottom, `(batch, latent_dim)`."""
        noise = ops.zeros((ops.shape(x)[0], self.latent_dim), x.dtype)
        levels = self.compute_levels(x, noise, training)
        return joined(levels)

    def call(self, x, y=None, training=False):
        x = ops.cast(x, self.variable_dtype)
        return self.compute_decode(
            self.compute_encode(x, None, training), None, training
        )

    def _split(self, codes):
        """A tensor `(batch, latent_dim)` as a list of levels."""
        ends = np.cumsum(self.latent_dims)
        starts = [0, *ends[:-1]]
        return [codes[:, a:b] for a, b in zip(starts, ends, strict=True)]

    # --- training ---------------------------------------------------------

    def _loss_terms(self, x, y, training):
        log_likelihood, kls = self.compute_terms(x, training=training)
        # Below the free nats a level's part of the loss is constant.
        charged = [
            ops.where(ops.mean(kl) > self.free_bits, kl, self.free_bits)
            for kl in kls
        ]
        return {
            "loss": -log_likelihood + self.beta.value * sum(charged),
            "reconstruction": -log_likelihood,
            "kl": sum(kls),
            **{f"kl_{level}": kl for level, kl in enumerate(kls, start=1)},
        }

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        priors = map(keras.saving.serialize_keras_object, self.priors)
        return {
            **super().get_config(),
            "priors": list(priors),
            "free_bits": self.free_bits,
        }

    @classmethod
    def from_config(cls, config):
        """Rebuild a model from `get_config()`, its networks included."""
        priors = map(keras.saving.deserialize_keras_object, config["priors"])
        return super().from_config({**config, "priors": list(priors)})


def joined(levels):
    """The draws of all levels, as one code: `(batch, latent_dim)`."""
    return ops.concatenate([z for z, _, _ in levels], axis=-1)


def log_density(z, normal):
    """log N(z), `(batch,)`, of a pair of a mean and a log variance."""
    mean, log_var = normal
    return normal_log_prob(z, mean, 0.5 * log_var)


def product_of_normals(first, second):
    """The normal that the product of two is, but for a factor.

    Args:
        first: Pair of tensors, mean and log variance.
        second: Pair of tensors like it.

    Returns:
        Pair of tensors like them.
    """
    (mean_a, log_var_a), (mean_b, log_var_b) = first, second
    # The second's share of the precision.
    share = ops.sigmoid(log_var_a - log_var_b)
    log_var = log_var_b + ops.log_sigmoid(log_var_a - log_var_b)
    return mean_a + share * (mean_b - mean_a), log_var


def normals_kl(first, second):
    """KL(first || second) of independent normals, `(batch,)`, nats.

    Args:
        first: Pair of tensors `(batch, d)`, mean and log variance.
        second: Pair of tensors like it.
    """
    (mean_a, log_var_a), (mean_b, log_var_b) = first, second
    # In units of the second, which is then standard normal.
    mean = (mean_a - mean_b) * ops.exp(-0.5 * log_var_b)
    return normal_kl(mean, log_var_a - log_var_b)
