"""Models with a code: made of two networks, and their verbs."""

import keras
import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels._internal.latent_space import LatentSpace
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.layers.likelihoods import check_size
from keras_genmodels.layers.likelihoods import likelihood_layer
from keras_genmodels.layers.likelihoods import warn_of_decoder
from keras_genmodels.networks import encoder_decoder
from keras_genmodels.training import run_in_batches


class LatentModel(LatentSpace, GenerativeModel):
    """A generative model of an encoder and a decoder.

    A subclass defines `compute_encode(x)` and `compute_decode(z)`. If it is
    conditional, these take labels as a second argument, and so do the verbs.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, code_parts * latent_dim)`.
        decoder: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`.
        likelihood: `"bernoulli"`, `"normal"`, or a layer.
        seed: Optional int for all noise that the model draws.
        **kwargs: Arguments of `GenerativeModel`.

    Raises:
        ValueError: If the networks do not fit each other.
    """

    code_parts = 1

    def __init__(self, encoder, decoder, *, likelihood, seed=None, **kwargs):
        (data, latent), num_classes = self.input_shapes(
            encoder=encoder, decoder=decoder
        )
        if (
            encoder.output_shape[1:] != (self.code_parts * latent[-1],)
            or len(latent) != 2
            or decoder.output_shape[1:] != data[1:]
        ):
            raise ValueError(
                "Expected an encoder (batch, *data_shape) -> (batch, "
                f"{self.code_parts} * latent_dim) and a decoder (batch, "
                "latent_dim) -> (batch, *data_shape). Received: encoder "
                f"{encoder.input_shape} -> {encoder.output_shape}, decoder "
                f"{decoder.input_shape} -> {decoder.output_shape}"
            )
        likelihood = likelihood_layer(likelihood)
        super().__init__(
            data[1:],
            data_range=likelihood.data_range,
            num_classes=num_classes,
            seed=seed,
            **kwargs,
        )
        self.likelihood = likelihood
        warn_of_decoder(decoder, likelihood)
        self.latent_dim = latent[-1]
        self.encoder = encoder
        self.decoder = decoder

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        latent_dim=2,
        num_classes=None,
        hidden_units=None,
        network="dense",
        activation="relu",
        batch_normalization=False,
        **kwargs,
    ):
        """A model with networks made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            latent_dim: Int >= 1. Defaults to 2, which can be drawn as a map.
            num_classes: Int >= 1, for conditional models only.
            hidden_units: See `keras_genmodels.networks.encoder_decoder`, also
                for the next three.
            network: `"dense"`, the default, or `"conv"`.
            activation: String or function of the hidden layers.
            batch_normalization: Bool.
            **kwargs: Arguments of the constructor.
        """
        data_shape = check_shape(data_shape)
        latent_dim = check_count("latent_dim", latent_dim)
        num_classes = cls.check_num_classes(num_classes)
        encoder, decoder = encoder_decoder(
            data_shape,
            latent_dim,
            encoder_dim=cls.code_parts * latent_dim,
            num_classes=num_classes,
            hidden_units=hidden_units,
            network=network,
            activation=activation,
            batch_normalization=batch_normalization,
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

    def encode(self, x, y=None, *, batch_size=256, verbose=0):
        """Codes of data.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, latent_dim)`.
        """
        return run_in_batches(
            self,
            "compute_encode",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )

    def reconstruct(self, x, y=None, *, batch_size=256, verbose=0):
        """Data encoded and decoded again, without noise.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        return run_in_batches(
            self,
            "call",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )

    def interpolate(self, x_a, x_b, num_steps=8, y=None):
        """Decoded points on the straight line between the codes of two data.

        Args:
            x_a: Array `data_shape`, or `(n, *data_shape)` for n pairs.
            x_b: Array like `x_a`.
            num_steps: Int >= 2, points on the line, both ends included.
            y: The label of both, or `(n,)` for n pairs, if the model is
                conditional.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n pairs.
        """
        # The codes of many data take long to compute.
        num_steps = check_count("num_steps", num_steps, least=2)
        x_a, x_b = np.asarray(x_a), np.asarray(x_b)
        if x_a.shape != x_b.shape:
            raise ValueError(
                "Expected two arrays of one shape. "
                f"Received: {x_a.shape} and {x_b.shape}"
            )
        single = x_a.ndim == len(self.data_shape)
        if single:
            x_a, x_b = x_a[None], x_b[None]
        path = self.decode_line(
            self.encode(x_a, y), self.encode(x_b, y), num_steps, y
        )
        return path[0] if single else path

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        parts = {
            "encoder": self.encoder,
            "decoder": self.decoder,
            "likelihood": self.likelihood,
        }
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            **{name: serialize(part) for name, part in parts.items()},
            "seed": self.seed,
        }
