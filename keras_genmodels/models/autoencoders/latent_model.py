"""Models with a code: made of two networks, and their verbs."""

import numpy as np

from keras_genmodels.arguments import check_count
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.networks import encoder_decoder
from keras_genmodels.training import run_in_batches


class LatentModel(GenerativeModel):
    """A generative model of an encoder and a decoder.

    A subclass defines `compute_encode(x)` and `compute_decode(z)`.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, code_parts * latent_dim)`.
        decoder: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`.
        **kwargs: Arguments of `GenerativeModel`.

    Raises:
        ValueError: If the networks do not fit each other.
    """

    code_parts = 1

    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(self._checked_shape(encoder, decoder), **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.latent_dim = decoder.input_shape[-1]

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        latent_dim=2,
        hidden_units=(256, 256),
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
            hidden_units: See `keras_genmodels.networks.encoder_decoder`, also
                for the next three.
            network: `"dense"`, the default, or `"conv"`.
            activation: String or function of the hidden layers.
            batch_normalization: Bool.
            **kwargs: Arguments of the constructor.
        """
        latent_dim = check_count("latent_dim", latent_dim)
        encoder, decoder = encoder_decoder(
            data_shape,
            latent_dim,
            encoder_dim=cls.code_parts * latent_dim,
            hidden_units=hidden_units,
            network=network,
            activation=activation,
            batch_normalization=batch_normalization,
        )
        return cls(encoder, decoder, **kwargs)

    def encode(self, x, *, batch_size=256, verbose=0):
        """Codes of data.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, latent_dim)`.
        """
        x = self.check_data(x)
        return run_in_batches(
            self, "compute_encode", (x,), batch_size=batch_size, verbose=verbose
        )

    def decode(self, z, *, batch_size=256, verbose=0):
        """Data that codes stand for.

        Args:
            z: Array `(n, latent_dim)`, finite.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        z = np.asarray(z, dtype="float32")
        if z.ndim != 2 or z.shape[1] != self.latent_dim or not len(z):
            raise ValueError(
                f"Expected z with shape (batch, {self.latent_dim}) and at "
                f"least one row. Received: shape {z.shape}"
            )
        if not np.isfinite(z).all():
            raise ValueError(
                "Expected finite values. Received: z with NaN or infinity"
            )
        return run_in_batches(
            self, "compute_decode", (z,), batch_size=batch_size, verbose=verbose
        )

    def reconstruct(self, x, *, batch_size=256, verbose=0):
        """Data encoded and decoded again, without noise.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        x = self.check_data(x)
        return run_in_batches(
            self, "call", (x,), batch_size=batch_size, verbose=verbose
        )

    def interpolate(self, x_a, x_b, num_steps=8):
        """Decoded points on the straight line between the codes of two data.

        Args:
            x_a: Array `data_shape`, or `(n, *data_shape)` for n pairs.
            x_b: Array like `x_a`.
            num_steps: Int >= 2, points on the line, both ends included.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n pairs.
        """
        x_a, x_b = np.asarray(x_a), np.asarray(x_b)
        if x_a.shape != x_b.shape:
            raise ValueError(
                "Expected two arrays of one shape. "
                f"Received: {x_a.shape} and {x_b.shape}"
            )
        num_steps = check_count("num_steps", num_steps, least=2)
        single = x_a.ndim == len(self.data_shape)
        if single:
            x_a, x_b = x_a[None], x_b[None]
        # The batch axis of `linspace` is the second of the result.
        codes = np.linspace(
            self.encode(x_a), self.encode(x_b), num_steps, axis=1
        )
        path = self.decode(codes.reshape(-1, self.latent_dim))
        path = path.reshape(len(x_a), num_steps, *self.data_shape)
        return path[0] if single else path

    @classmethod
    def _checked_shape(cls, encoder, decoder):
        """`data_shape`, if the two networks fit each other."""
        for name, network in (("encoder", encoder), ("decoder", decoder)):
            if not getattr(network, "built", False):
                raise ValueError(
                    f"Expected a built `{name}`, a Functional model or one "
                    f"with an `Input`. Received: {name}={network!r}"
                )
        data_shape = tuple(encoder.input_shape[1:])
        latent_dim = decoder.input_shape[-1]
        if (
            tuple(encoder.output_shape[1:]) != (cls.code_parts * latent_dim,)
            or tuple(decoder.input_shape[1:]) != (latent_dim,)
            or tuple(decoder.output_shape[1:]) != data_shape
        ):
            raise ValueError(
                "Expected an encoder (batch, *data_shape) -> (batch, "
                f"{cls.code_parts} * latent_dim) and a decoder (batch, "
                "latent_dim) -> (batch, *data_shape). Received: encoder "
                f"{encoder.input_shape} -> {encoder.output_shape}, decoder "
                f"{decoder.input_shape} -> {decoder.output_shape}"
            )
        return data_shape
