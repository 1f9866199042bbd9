"""Vector-quantised variational autoencoder (VQ-VAE).

The code of an image is a small grid of integers. The encoder gives a vector at
each position of the grid, which the nearest entry of a codebook replaces:

    c_i = argmin_k |v_i - e_k|,   loss = -log p(x | e_c) + beta |v - sg(e_c)|^2,

sg being `stop_gradient`. The choice has no derivative; the gradient at the
decoder's input is copied to the encoder's output. The codebook follows the
encoder by moving averages, and a prior over the integers, learned when all else
is, makes it a generative model with the bound

    log p(x) >= log p(x | e_c(x)) + log p(c(x)).

Symbols: v is `compute_vectors`, e is `quantizer.codebook`, c is
`compute_encode`, beta is `commitment_cost`.

Simplified: the prior is independent categoricals, where the paper has a
PixelCNN; but any model of integer grids may take its place.

Reference: van den Oord et al., 2017, https://arxiv.org/abs/1711.00937.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels._internal.settings import Coefficient
from keras_genmodels._internal.settings import setting
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.generative_model import DRAWN_TOGETHER
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.layers import VectorQuantizer
from keras_genmodels.layers.likelihoods import check_size
from keras_genmodels.layers.likelihoods import likelihood_layer
from keras_genmodels.layers.likelihoods import warn_of_decoder
from keras_genmodels.models.autoencoders.categorical_prior import (
    CategoricalPrior,
)
from keras_genmodels.networks import grid_encoder_decoder
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded


@keras.saving.register_keras_serializable("keras_genmodels")
class VQVAE(GenerativeModel):
    """Autoencoder with a grid of integers as its code.

    `from_shape` makes one with small networks of its own. Logged besides the
    terms of the loss: `perplexity`, the exponential of the entropy of the codes
    in a batch, and `usage`, the part of the codebook that the batch uses. There
    is no `interpolate`: integers are names, and nothing lies between two names.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, *code_shape, embedding_dim)`.
        decoder: Built `keras.Model`, `(batch, *code_shape, embedding_dim)` to
            `(batch, *data_shape)`: log odds for the likelihood `"bernoulli"`,
            means for `"normal"`.
        num_embeddings: Int >= 1, entries of the codebook. Defaults to 128.
        commitment_cost: Float >= 0, weight of the squared distance between the
            encoder's vectors and their entries. It may be assigned to.
            Defaults to 0.25.
        ema_momentum: See `layers.VectorQuantizer`, also for the next.
        dead_share: Part of an equal share below which an entry is revived.
        prior: Model of the codes; see `fit_prior`. Defaults to a
            `CategoricalPrior`, uniform until it is fitted.
        likelihood: `"bernoulli"`, the default, for data in [0, 1]; `"normal"`
            for any real data; or a layer. See `VAE`.
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks or the prior do not fit, or an argument is
            out of range.

    Example:
        >>> vq_vae = VQVAE.from_shape((8, 8, 1), num_embeddings=64)
        >>> vq_vae.compile()
        >>> history = vq_vae.fit(x_train, epochs=100)
        >>> vq_vae.fit_prior(x_train)
        >>> vq_vae.encode(x_test).shape
        (360, 4, 4)

    Reference:
        [van den Oord et al., 2017](https://arxiv.org/abs/1711.00937), eq. 1-3
        and appendix A.1.
    """

    log_names = ("loss", "reconstruction", "commitment", "perplexity", "usage")
    commitment_cost = Coefficient()

    def __init__(
        self,
        encoder,
        decoder,
        *,
        num_embeddings=128,
        commitment_cost=0.25,
        ema_momentum=0.99,
        dead_share=0.1,
        prior=None,
        likelihood="bernoulli",
        seed=None,
        **kwargs,
    ):
        likelihood = likelihood_layer(likelihood)
        super().__init__(
            data_shape_of(encoder, decoder),
            data_range=likelihood.data_range,
            seed=seed,
            **kwargs,
        )
        self.encoder = encoder
        self.decoder = decoder
        *code_shape, self.embedding_dim = decoder.input_shape[1:]
        self.code_shape = tuple(code_shape)
        self.num_embeddings = check_count("num_embeddings", num_embeddings)
        self.commitment_cost = commitment_cost
        self.quantizer = VectorQuantizer(
            num_embeddings,
            self.embedding_dim,
            ema_momentum=ema_momentum,
            dead_share=dead_share,
            seed=seed,
        )
        self.likelihood = likelihood
        warn_of_decoder(decoder, likelihood)
        if prior is None:
            prior = CategoricalPrior(self.code_shape, num_embeddings, seed=seed)
        if math.prod(prior.data_shape) != math.prod(self.code_shape):
            raise ValueError(
                f"Expected a prior of codes of shape {self.code_shape}. "
                f"Received: prior.data_shape={prior.data_shape}"
            )
        self.prior = prior
        self.built = True

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        embedding_dim=16,
        hidden_units=None,
        network=None,
        code_length=8,
        num_residual_blocks=2,
        activation="relu",
        **kwargs,
    ):
        """A model with networks made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            embedding_dim: Int >= 1, length of a codebook entry.
            hidden_units: See `keras_genmodels.networks.grid_encoder_decoder`,
                also for the next four.
            network: `"conv"`, the default for images, or `"dense"`.
            code_length: Int >= 1, integers in the code of a dense network.
            num_residual_blocks: Int >= 0, of a convolutional network.
            activation: String or function of the hidden layers.
            **kwargs: Arguments of the constructor.
        """
        data_shape = check_shape(data_shape)
        encoder, decoder = grid_encoder_decoder(
            data_shape,
            check_count("embedding_dim", embedding_dim),
            hidden_units=hidden_units,
            network=network,
            code_length=check_count("code_length", code_length),
            num_residual_blocks=num_residual_blocks,
            activation=activation,
        )
        return cls(encoder, decoder, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_vectors(self, x, training=False):
        """What is quantised, `(batch, *code_shape, embedding_dim)`."""
        return self.apply_network(self.encoder, x, training=training)

    def compute_encode(self, x):
        """Codes, `(batch, *code_shape)`, int32."""
        return self.quantizer.codes(self.compute_vectors(x))

    def compute_embed(self, x):
        """Codebook entries, `(batch, *code_shape, embedding_dim)`."""
        return self.quantizer(self.compute_vectors(x))

    def compute_log_likelihood(self, x, entries, training=False):
        """log p(x | e) in nats, `(batch,)`."""
        decoded = self.apply_network(self.decoder, entries, training=training)
        return self.likelihood.log_prob(x, decoded)

    def compute_elbo(self, x):
        """log p(x | e_c) + log p(c) at the code of x: `(batch,)`, nats."""
        codes = self.compute_encode(x)
        entries = self.quantizer.lookup(codes)
        log_likelihood = self.compute_log_likelihood(x, entries)
        # To the prior, codes are data: floats of the prior's shape.
        codes = ops.reshape(codes, (-1, *self.prior.data_shape))
        codes = ops.cast(codes, self.variable_dtype)
        if hasattr(self.prior, "compute_log_prob"):
            return log_likelihood + self.prior.compute_log_prob(codes)
        return log_likelihood + self.prior.compute_elbo(codes)

    def compute_decode(self, codes, mean=True):
        """Mean of p(x | e_c), or a draw from it: `(batch, *data_shape)`."""
        entries = self.quantizer.lookup(codes)
        decoded = self.apply_network(self.decoder, entries)
        if mean:
            return self.likelihood.mean(decoded)
        return self.likelihood.draw(decoded, seed=self.seed_generator)

    def compute_sample(self, num_samples):
        """Codes drawn from the prior, decoded: `(num_samples, *data_shape)`."""
        codes = ops.cast(self.prior.compute_sample(num_samples), "int32")
        codes = ops.reshape(codes, (-1, *self.code_shape))
        return self.compute_decode(codes)

    def call(self, x, training=False):
        entries = self.quantizer(self.compute_vectors(x, training))
        decoded = self.apply_network(self.decoder, entries, training=training)
        return self.likelihood.mean(decoded)

    # --- training ---------------------------------------------------------

    def fit(self, x=None, *args, **kwargs):
        """`keras.Model.fit`, after a check of the data.

        As for every model; and real data, of a normal likelihood, must not be
        of another size than a new network's outputs: see
        `datasets.standardize`.
        """
        if x is not None:
            check_size(x, self.encoder, self.likelihood)
        return super().fit(x, *args, **kwargs)

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)

        def objective():
            terms, vectors, codes = self._loss_terms(x, training=True)
            loss = self.mean_loss(terms["loss"], sample_weight)
            return loss, (terms, vectors, codes)

        _, (terms, vectors, codes) = minimize(
            objective, self._networks_variables(), self.optimizer, has_aux=True
        )
        self.quantizer.update(vectors, codes, sample_weight)
        return self._log_batch(terms, codes, sample_weight)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        terms, _, codes = self._loss_terms(x, training=False)
        return self._log_batch(terms, codes, sample_weight)

    def _loss_terms(self, x, training):
        vectors = self.compute_vectors(x, training)
        codes = self.quantizer.codes(vectors)
        entries = self.quantizer.lookup(codes)
        # Eq. 3, without its second term, which the averages replace.
        commitment = sum_per_example(ops.square(vectors - entries))
        entries = self.quantizer.straight_through(vectors, entries)
        reconstruction = -self.compute_log_likelihood(x, entries, training)
        loss = reconstruction + self.commitment_cost.value * commitment
        terms = {
            "loss": loss,
            "reconstruction": reconstruction,
            "commitment": commitment,
        }
        return terms, vectors, codes

    def _log_batch(self, terms, codes, sample_weight):
        perplexity, usage = self.quantizer.usage(codes, sample_weight)
        return self.log(
            sample_weight, **terms, perplexity=perplexity, usage=usage
        )

    def _networks_variables(self):
        """All that the loss trains, which the prior is no part of."""
        parts = (self.encoder, self.decoder, self.likelihood)
        return [v for part in parts for v in part.trainable_variables]

    def fit_prior(self, x, **kwargs):
        """Fit the prior to the codes of data, when all else is trained.

        A prior is a `GenerativeModel` of arrays `(n, *code_shape)`, or with one
        channel more, of whole numbers from 0 to `num_embeddings - 1` as floats,
        with `fit`, `sample` and `compute_log_prob` or `compute_elbo`: a
        `CategoricalPrior`; or, which must be compiled first, an autoregressive
        model or a `MaskedDiffusion`.

        Args:
            x: Array `(n, *data_shape)`, the training data.
            **kwargs: Arguments of the prior's `fit`, besides the codes.

        Returns:
            What the prior's `fit` returns.
        """
        codes = self.encode(x).reshape((-1, *self.prior.data_shape))
        return self.prior.fit(codes.astype("float32"), **kwargs)

    # --- verbs ------------------------------------------------------------

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        mean=True,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Draw codes from the prior and decode them.

        Args:
            num_samples: Int >= 1.
            labels: Not taken, as the model is not conditional.
            mean: Bool. Whether to return means of p(x | e) or draws from it.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1. Without effect, as for all models: a draw
                depends on its seed alone.
            verbose: 0 or 1.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        self._check_presence(labels, "labels")
        check_count("batch_size", batch_size)
        run = {"batch_size": DRAWN_TOGETHER, "verbose": verbose}
        with seeded(self, seed):
            # The prior has a stream of noise of its own.
            prior_seed = keras.random.randint(
                (), 0, 2**31 - 1, seed=self.seed_generator
            )
            codes = self.prior.sample(num_samples, seed=int(prior_seed), **run)
            codes = self.check_codes(np.reshape(codes, (-1, *self.code_shape)))
            return run_in_batches(
                self, "compute_decode", (codes,), mean=mean, **run
            )

    def encode(self, x, *, batch_size=256, verbose=0):
        """Codes of data.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *code_shape)`, int32, from 0 to `num_embeddings - 1`.
        """
        return self._run("compute_encode", x, batch_size, verbose)

    def decode(self, codes, *, batch_size=256, verbose=0):
        """Data that codes stand for.

        Args:
            codes: Array `(n, *code_shape)` of whole numbers from 0 to
                `num_embeddings - 1`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        return run_in_batches(
            self,
            "compute_decode",
            (self.check_codes(codes),),
            batch_size=batch_size,
            verbose=verbose,
        )

    def reconstruct(self, x, *, batch_size=256, verbose=0):
        """Data encoded and decoded again.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        return self._run("call", x, batch_size, verbose)

    def elbo(self, x, *, batch_size=256, verbose=0):
        """Lower bound of log p(x), that of one code among all.

        The sum of p(x | e_c) p(c) over all codes c is p(x); this is the term of
        the code that the encoder chooses. Without `fit_prior`, p(c) is uniform.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        return self._run("compute_elbo", x, batch_size, verbose)

    def embed(self, x, *, batch_size=256, verbose=0):
        """Codebook entries that stand for data.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *code_shape, embedding_dim)`.
        """
        return self._run("compute_embed", x, batch_size, verbose)

    def check_codes(self, codes):
        """Check codes and return them as an array.

        Args:
            codes: Array `(n, *code_shape)` of whole numbers.

        Returns:
            Array `(n, *code_shape)`, int32.

        Raises:
            ValueError: If they are none, of another shape, not whole, or out of
                range.
        """
        codes = np.asarray(codes)
        if codes.shape[1:] != self.code_shape or not len(codes):
            expected = ", ".join(map(str, ("batch", *self.code_shape)))
            raise ValueError(
                f"Expected codes with shape ({expected}) and at least one "
                f"row. Received: shape {codes.shape}"
            )
        most = self.num_embeddings - 1
        if not np.all((codes >= 0) & (codes <= most) & (codes % 1 == 0)):
            raise ValueError(
                f"Expected whole numbers from 0 to {most}. Received: codes "
                f"from {codes.min()} to {codes.max()}"
            )
        return codes.astype("int32")

    def _run(self, method, x, batch_size, verbose):
        return run_in_batches(
            self,
            method,
            (self.check_data(x),),
            batch_size=batch_size,
            verbose=verbose,
        )

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        parts = {
            "encoder": self.encoder,
            "decoder": self.decoder,
            "prior": self.prior,
            "likelihood": self.likelihood,
        }
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            **{name: serialize(part) for name, part in parts.items()},
            "num_embeddings": self.num_embeddings,
            "commitment_cost": setting(self, "commitment_cost"),
            "ema_momentum": self.quantizer.ema_momentum,
            "dead_share": self.quantizer.dead_share,
            "seed": self.seed,
        }


def data_shape_of(encoder, decoder):
    """`data_shape`, if the two networks fit each other."""
    for name, network in (("encoder", encoder), ("decoder", decoder)):
        check_built(name, network)
    if (
        encoder.output_shape != decoder.input_shape
        or decoder.output_shape != encoder.input_shape
        or len(decoder.input_shape) < 3
    ):
        raise ValueError(
            "Expected an encoder (batch, *data_shape) -> (batch, *code_shape, "
            "embedding_dim) and a decoder the other way. Received: encoder "
            f"{encoder.input_shape} -> {encoder.output_shape}, decoder "
            f"{decoder.input_shape} -> {decoder.output_shape}"
        )
    return tuple(encoder.input_shape[1:])
