"""How well data survive being encoded and decoded."""

import typing

import numpy as np


class ReconstructionErrors(typing.NamedTuple):
    """Data, their reconstructions, and how far apart they are.

    Attributes:
        x: `(n, *data_shape)`, the data.
        reconstructions: `(n, *data_shape)`.
        errors: `(n,)`, mean squared difference per value of an example.
        order: `(n,)`, ints: the examples from the worst to the best.
    """

    x: np.ndarray
    reconstructions: np.ndarray
    errors: np.ndarray
    order: np.ndarray


def reconstruction_errors(model, x):
    """Reconstruct data and say which are reconstructed worst.

    Args:
        model: Model with `reconstruct(x)`.
        x: Data as the model takes it, `n` examples.

    Returns:
        A `ReconstructionErrors` of arrays.

    Example:
        >>> result = reconstruction_errors(vae, x_test)
        >>> result.x[result.order[:10]]  # the ten worst
    """
    x = np.asarray(x, dtype="float32")
    reconstructions = np.asarray(model.reconstruct(x))
    squares = np.square(reconstructions - x, dtype="float64")
    errors = squares.reshape(len(x), -1).mean(axis=1)
    order = np.argsort(-errors, kind="stable")
    return ReconstructionErrors(x, reconstructions, errors, order)
