"""Importance-weighted autoencoder.

The networks and the model of a VAE, trained on a tighter bound: the average of
k importance weights of draws from q is an unbiased estimate of p(x), so by
Jensen's inequality

    L_k(x) = E[log 1/k sum_i w_i] <= log p(x),  w_i = p(x, z_i) / q(z_i | x),

and L_k rises with k from the ELBO, L_1, to log p(x). A poor draw hardly counts
beside a good one, so that q need not avoid poor draws at all cost.

The more draws, the weaker the encoder's signal: its gradient's mean falls
faster than its noise (Rainforth et al., 2018). The doubly reparametrised
gradient has the same mean and less noise: with the normalised weights
v_i = w_i / sum_j w_j held constant,

    encoder: sum_i v_i^2 d(log w_i)/d(z_i) d(z_i)/d(phi),
    decoder: sum_i v_i d(log w_i)/d(theta).

Reference: Burda et al., 2016, https://arxiv.org/abs/1509.00519, eq. 8;
Tucker et al., 2019, https://arxiv.org/abs/1810.04152, eq. 8.
"""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import log_mean_exp
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import reparametrised_normal
from keras_genmodels.models.autoencoders.vae import VAE
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step

NO_BETA = (
    "Expected no `beta`: the importance-weighted bound has no KL term to weigh"
)


@keras.saving.register_keras_serializable("keras_genmodels")
class IWAE(VAE):
    """VAE trained on the importance-weighted bound.

    Args:
        encoder: As for `VAE`.
        decoder: As for `VAE`.
        num_samples: Int >= 1, draws of z per example in training: k. With 1 it
            is a VAE whose KL term is estimated by the draw. Defaults to 5.
        doubly_reparametrised: Bool. Whether the encoder learns by the gradient
            of Tucker et al.; it costs one more pass through the decoder.
        **kwargs: `likelihood` and `seed` as for `VAE`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> model = IWAE.from_shape((8, 8, 1), num_samples=20)
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)  # loss: -L_20
        >>> model.importance_log_prob(x_test, 1000).shape
        (360,)

    Reference:
        [Burda et al., 2016](https://arxiv.org/abs/1509.00519);
        [Tucker et al., 2019](https://arxiv.org/abs/1810.04152).
    """

    log_names = ("loss", "negative_elbo")

    def __init__(
        self,
        encoder,
        decoder,
        *,
        num_samples=5,
        doubly_reparametrised=False,
        **kwargs,
    ):
        if "beta" in kwargs:
            raise ValueError(f"{NO_BETA}. Received: beta={kwargs['beta']!r}")
        super().__init__(encoder, decoder, beta=None, **kwargs)
        self.num_samples = check_count("num_samples", num_samples)
        self.doubly_reparametrised = bool(doubly_reparametrised)

    @property
    def beta(self):
        raise AttributeError(NO_BETA)

    @beta.setter
    def beta(self, value):
        if value is not None:
            raise AttributeError(f"{NO_BETA}. Received: beta={value!r}")

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)

        def objective():
            if self.doubly_reparametrised:
                loss, log_weights = self._doubly_reparametrised(x, y)
            else:
                log_weights = self.compute_log_weights(
                    x, y, num_samples=self.num_samples, training=True
                )
                loss = -log_mean_exp(log_weights, axis=1)
            return self.mean_loss(loss, sample_weight), log_weights

        _, log_weights = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self._log_bounds(log_weights, sample_weight)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        log_weights = self.compute_log_weights(
            x, y, num_samples=self.num_samples
        )
        return self._log_bounds(log_weights, sample_weight)

    def _log_bounds(self, log_weights, sample_weight):
        return self.log(
            sample_weight,
            loss=-log_mean_exp(log_weights, axis=1),
            negative_elbo=-ops.mean(log_weights, axis=1),
        )

    def _doubly_reparametrised(self, x, y):
        """A loss whose gradient is that of Tucker et al., eq. 8.

        Returns:
            `(loss, log_weights)`, of shapes `(batch,)` and
            `(batch, num_samples)`. The value of the loss means nothing.
        """
        x, y, z_mean, z_log_var = (
            part if part is None else ops.repeat(part, self.num_samples, axis=0)
            for part in (x, y, *self.compute_posterior(x, y, training=True))
        )
        noise = self._normal_noise(ops.shape(z_mean))
        z = reparametrised_normal(z_mean, z_log_var, noise)
        # The weights depend on the encoder by z alone.
        z_mean, z_log_var = map(ops.stop_gradient, (z_mean, z_log_var))

        def log_weights_at(z):
            log_weights = (
                self.compute_log_likelihood(x, z, y, training=True)
                + self.compute_prior_log_prob(z)
                - normal_log_prob(z, z_mean, 0.5 * z_log_var)
            )
            return ops.reshape(log_weights, (-1, self.num_samples))

        log_weights = ops.stop_gradient(log_weights_at(ops.stop_gradient(z)))
        weights = ops.exp(
            log_weights - ops.logsumexp(log_weights, axis=1, keepdims=True)
        )
        # One factor v_i for both networks, and one more on the way to z.
        factor = ops.reshape(weights, (-1, 1))
        z = factor * z + ops.stop_gradient((1 - factor) * z)
        return -ops.sum(weights * log_weights_at(z), axis=1), log_weights

    def get_config(self):
        return {
            **super(VAE, self).get_config(),  # without `beta`
            "num_samples": self.num_samples,
            "doubly_reparametrised": self.doubly_reparametrised,
        }
