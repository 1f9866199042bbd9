"""Autoencoder.

Two networks, trained to give the data back through a narrow code:

    z = encoder(x),   loss(x) = -log p(x | z), the decoder's parameters of p.

With the normal likelihood this is squared error, measured in nats. It is no
generative model: there is a code for each x but no density of codes, so that
nothing says which z to decode. `fit_code_density` fits a normal one afterwards,
for want of a better; a VAE makes the codes follow a known one as it trains.

Symbols: z is `compute_encode`, p(x | z) is `likelihood` of what the decoder
gives.

Reference: Goodfellow et al., Deep Learning, 2016, chapter 14; the linear case
is principal component analysis, Baldi & Hornik, 1989.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels.models.autoencoders.latent_model import LatentModel
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches


@keras.saving.register_keras_serializable("keras_genmodels")
class Autoencoder(LatentModel):
    """Autoencoder with a deterministic code.

    `from_shape` makes one with small networks of its own.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, latent_dim)`.
        decoder: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`: log odds for the likelihood `"bernoulli"`,
            means for `"normal"`.
        likelihood: `"bernoulli"`, the default, for data in [0, 1]: the loss is
            the cross-entropy; `"normal"` for any real data, with a learned
            standard deviation; or a layer. `layers.NormalLikelihood(scale=1.0)`
            makes the loss half the squared error and a constant. All of them
            are nats per example.
        seed: Optional int for the noise of `sample`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or the likelihood is
            unknown.

    Example:
        >>> autoencoder = Autoencoder.from_shape((8, 8, 1), latent_dim=2)
        >>> autoencoder.compile()
        >>> history = autoencoder.fit(x_train, epochs=100)
        >>> autoencoder.reconstruct(x_test).shape
        (360, 8, 8, 1)

    Reference:
        [Baldi & Hornik, 1989](https://doi.org/10.1016/0893-6080(89)90014-2).
    """

    def __init__(
        self, encoder, decoder, *, likelihood="bernoulli", seed=None, **kwargs
    ):
        super().__init__(
            encoder, decoder, likelihood=likelihood, seed=seed, **kwargs
        )
        d = self.latent_dim
        # Of `fit_code_density`; no codes, no density.
        self.num_codes = self._state("num_codes", ())
        self.code_mean = self._state("code_mean", (d,))
        self.code_factor = self._state("code_factor", (d, d))
        self.built = True

    # --- the model, of tensors --------------------------------------------

    def compute_encode(self, x, training=False):
        """Codes, `(batch, latent_dim)`."""
        return self.apply_network(self.encoder, x, training=training)

    def compute_log_likelihood(self, x, z, training=False):
        """log p(x | z) in nats, `(batch,)`."""
        decoded = self.apply_network(self.decoder, z, training=training)
        return self.likelihood.log_prob(x, decoded)

    def compute_reconstruction_log_prob(self, x):
        """log p(x | z) at the code of x, `(batch,)`."""
        return self.compute_log_likelihood(x, self.compute_encode(x))

    def compute_decode(self, z, training=False):
        """Mean of p(x | z), `(batch, *data_shape)`."""
        decoded = self.apply_network(self.decoder, z, training=training)
        return self.likelihood.mean(decoded)

    def compute_sample(self, num_samples):
        """Codes drawn from the fitted normal density, decoded."""
        noise = keras.random.normal(
            (num_samples, self.latent_dim),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )
        z = self.code_mean.value + ops.matmul(noise, self.code_factor.value)
        return self.compute_decode(z)

    def call(self, x, training=False):
        return self.compute_decode(self.compute_encode(x, training), training)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)

        def objective():
            z = self.compute_encode(x, training=True)
            loss = -self.compute_log_likelihood(x, z, training=True)
            return self.mean_loss(loss, sample_weight), loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(sample_weight, loss=loss)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        loss = -self.compute_reconstruction_log_prob(x)
        return self.log(sample_weight, loss=loss)

    # --- verbs ------------------------------------------------------------

    def reconstruction_log_prob(self, x, *, batch_size=256, verbose=0):
        """How well data come back: log p(x | z) at their codes z.

        No bound on a log p(x), which an autoencoder does not define.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        return run_in_batches(
            self,
            "compute_reconstruction_log_prob",
            (self.check_data(x),),
            batch_size=batch_size,
            verbose=verbose,
        )

    def fit_code_density(self, x, *, batch_size=256, verbose=0):
        """Fit a normal density to the codes of data, for `sample` to draw from.

        To be called after training, and again after more of it. The codes are
        in general not normal, so what is drawn may lie where no data are.

        Args:
            x: Array `(n, *data_shape)`, the training data, n >= 2.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Raises:
            ValueError: If there are fewer than two examples.
        """
        z = self.encode(x, batch_size=batch_size, verbose=verbose)
        if len(z) < 2:
            raise ValueError(
                f"Expected at least two examples. Received: x with {len(z)}"
            )
        covariance = np.atleast_2d(np.cov(z.astype("float64"), rowvar=False))
        # A root of it that exists even if it is singular.
        variances, axes = np.linalg.eigh(covariance)
        root = np.sqrt(np.maximum(variances, 0))[:, None] * axes.T
        self.num_codes.assign(len(z))
        self.code_mean.assign(z.mean(axis=0))
        self.code_factor.assign(root)

    def sample(self, num_samples, **options):
        """Decode draws from the density of `fit_code_density`.

        Args:
            num_samples: Int >= 1.
            **options: `seed`, `batch_size` and `verbose`, as for every model.

        Returns:
            Array `(num_samples, *data_shape)`, float32: means of p(x | z).

        Raises:
            ValueError: If no density was fitted.
        """
        if not int(self.num_codes):
            raise ValueError(
                "Expected a density of codes, which an autoencoder does not "
                "have by itself: call `fit_code_density(x_train)`, decode "
                "codes of your own with `decode(z)`, or train a VAE. "
                "Received: none"
            )
        return super().sample(num_samples, **options)

    # --- housekeeping -----------------------------------------------------

    def _state(self, name, shape):
        return self.add_weight(
            name=name, shape=shape, initializer="zeros", trainable=False
        )
