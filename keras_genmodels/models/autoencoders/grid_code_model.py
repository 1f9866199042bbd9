"""Models with a grid of integers as the code: two networks, and their verbs."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.generative_model import DRAWN_TOGETHER
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.layers.likelihoods import check_size
from keras_genmodels.networks import grid_encoder_decoder
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded


class GridCodeModel(GenerativeModel):
    """A model of an encoder, integers, and a decoder.

    A subclass defines `compute_encode(x)`, `compute_decode(codes, mean)`,
    `compute_embed(x)`, `compute_elbo(x)` and `prior`, a model of the codes.
    There is no `interpolate`: integers are names, and nothing lies between two
    names.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, *code_shape, embedding_dim)`.
        decoder: Built `keras.Model`, `(batch, *code_shape, embedding_dim)` to
            `(batch, *data_shape)`.
        num_embeddings: Int >= 1. Codes are 0 to `num_embeddings - 1`.
        **kwargs: Arguments of `GenerativeModel`.

    Raises:
        ValueError: If the networks do not fit each other.
    """

    def __init__(self, encoder, decoder, num_embeddings, **kwargs):
        super().__init__(_checked_shape(encoder, decoder), **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        *code_shape, self.embedding_dim = decoder.input_shape[1:]
        self.code_shape = tuple(code_shape)
        self.num_embeddings = check_count("num_embeddings", num_embeddings)

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

    def fit(self, x=None, *args, **kwargs):
        """`keras.Model.fit`, after a check of the data.

        As for every model; and real data, of a normal likelihood, must not be
        of another size than a new network's outputs: see
        `datasets.standardize`.
        """
        if x is not None:
            check_size(x, self.encoder, self.likelihood)
        return super().fit(x, *args, **kwargs)

    def compute_sample(self, num_samples):
        """Codes drawn from the prior, decoded: `(num_samples, *data_shape)`."""
        codes = ops.cast(self.prior.compute_sample(num_samples), "int32")
        codes = ops.reshape(codes, (-1, *self.code_shape))
        return self.compute_decode(codes)

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


def _checked_shape(encoder, decoder):
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
