"""Models with codes: what those of all families do with them."""

import numpy as np

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels.training import run_in_batches


def check_codes(z, latent_dim):
    """Check codes and return them as an array.

    Args:
        z: Array `(n, latent_dim)`.
        latent_dim: Int.

    Returns:
        Array `(n, latent_dim)`, float32.

    Raises:
        ValueError: If there are none, of another shape, or not finite.
    """
    z = np.asarray(z, dtype="float32")
    if z.ndim != 2 or z.shape[1] != latent_dim or not len(z):
        raise ValueError(
            f"Expected z with shape (n, {latent_dim}), n > 0. "
            f"Received: shape {z.shape}"
        )
    if not np.isfinite(z).all():
        raise ValueError(
            "Expected finite values. Received: z with NaN or infinity"
        )
    return z


class LatentSpace:
    """The part of a model that makes data of codes.

    Needs `compute_decode(z)`, or `compute_decode(z, y)` if the model is
    conditional, the attribute `latent_dim`, and those of `GenerativeModel`.
    """

    conditional = False  # whether the networks take [input, one-hot label]

    def decode(self, z, y=None, *, batch_size=256, verbose=0):
        """Data that codes stand for.

        Args:
            z: Array `(n, latent_dim)`, finite.
            y: Labels `(n,)` or one label, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        z = check_codes(z, self.latent_dim)
        return run_in_batches(
            self,
            "compute_decode",
            (z, *self.check_own_labels(y, len(z))),
            batch_size=batch_size,
            verbose=verbose,
        )

    def decode_line(self, z_a, z_b, num_steps=8, y=None):
        """Data on the straight lines between codes.

        Args:
            z_a: Array `(latent_dim,)`, or `(n, latent_dim)` for n lines.
            z_b: Array like `z_a`.
            num_steps: Int >= 2, points on each line, both ends included.
            y: The label of both, or `(n,)` for n lines, if the model is
                conditional.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n lines.
        """
        num_steps = check_count("num_steps", num_steps, least=2)
        z_a, z_b = np.asarray(z_a), np.asarray(z_b)
        if z_a.shape != z_b.shape or z_a.shape[-1:] != (self.latent_dim,):
            raise ValueError(
                f"Expected two arrays of one shape, ({self.latent_dim},) or "
                f"(n, {self.latent_dim}). Received: {z_a.shape} and {z_b.shape}"
            )
        lines = np.linspace(z_a, z_b, num_steps, axis=-2)
        flat = lines.reshape(-1, self.latent_dim)
        labels = self.check_own_labels(y, len(flat) // num_steps)
        decoded = self.decode(
            flat, *(np.repeat(label, num_steps) for label in labels)
        )
        return decoded.reshape(*lines.shape[:-1], *self.data_shape)

    @classmethod
    def check_num_classes(cls, num_classes):
        """The argument of `from_shape` as an int, or `None`.

        Raises:
            ValueError: If it is missing in a conditional model, or given to
                another.
        """
        if cls.conditional:
            return check_count("num_classes", num_classes)
        if num_classes is not None:
            raise ValueError(
                f"Expected no `num_classes`, since {cls.__name__} is not "
                f"conditional. Received: num_classes={num_classes!r}"
            )
        return None

    @classmethod
    def input_shapes(cls, **networks):
        """What networks take that get the same labels.

        Args:
            **networks: By the names that an error message calls them, built
                `keras.Model`s: of a tensor, or if the model is conditional of a
                list of that and one-hot labels.

        Returns:
            `(shapes, num_classes)`: the shapes of the tensors, and the number
            of classes or `None`.

        Raises:
            ValueError: If a network is not built, if it does not take what it
                must, or if the numbers of classes differ.
        """
        shapes, label_shapes = [], []
        for name, network in networks.items():
            check_built(name, network)
            shape = network.input_shape
            if cls.conditional != isinstance(shape, list):
                raise ValueError(
                    "Expected a network of "
                    f"{'two inputs' if cls.conditional else 'one input'}. "
                    f"Received: {name} with input {shape}"
                )
            shape, label_shape = shape if cls.conditional else (shape, (None,))
            shapes.append(shape)
            label_shapes.append(label_shape)
        if len(set(label_shapes)) > 1:
            raise ValueError(
                "Expected networks with labels of equally many classes. "
                f"Received: {list(networks)} with labels {label_shapes}"
            )
        return shapes, label_shapes[0][-1]
