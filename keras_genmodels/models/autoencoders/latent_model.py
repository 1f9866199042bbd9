"""The verbs of models with a code: encode, decode, reconstruct, interpolate."""

import numpy as np

from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.generative_model import check_count
from keras_genmodels.training import run_in_batches


class LatentModel(GenerativeModel):
    """A generative model whose examples have a code, a vector.

    A subclass defines `compute_encode(x)`, `compute_decode(z)` and sets
    `latent_dim`.
    """

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
        check_count("num_steps", num_steps)
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


def shapes_of(encoder, decoder, code_parts):
    """`data_shape` and `latent_dim`, if the two networks fit each other.

    Args:
        encoder: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, code_parts * latent_dim)`.
        decoder: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`.
        code_parts: Int, vectors of length `latent_dim` that the encoder gives.

    Raises:
        ValueError: If they do not.
    """
    for name, network in (("encoder", encoder), ("decoder", decoder)):
        if not getattr(network, "built", False):
            raise ValueError(
                f"Expected a built `{name}`, a Functional model or one with an "
                f"`Input`. Received: {name}={network!r}"
            )
    data_shape = tuple(encoder.input_shape[1:])
    latent_dim = decoder.input_shape[-1]
    if (
        tuple(encoder.output_shape[1:]) != (code_parts * latent_dim,)
        or tuple(decoder.input_shape[1:]) != (latent_dim,)
        or tuple(decoder.output_shape[1:]) != data_shape
    ):
        raise ValueError(
            "Expected an encoder (batch, *data_shape) -> (batch, "
            f"{code_parts} * latent_dim) and a decoder (batch, latent_dim) -> "
            f"(batch, *data_shape). Received: encoder {encoder.input_shape} "
            f"-> {encoder.output_shape}, decoder {decoder.input_shape} -> "
            f"{decoder.output_shape}"
        )
    return data_shape, latent_dim
