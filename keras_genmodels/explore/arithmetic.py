"""Attributes as directions: sums and differences of codes."""

import numpy as np

from keras_genmodels.explore.codes import decode_grid


def attribute_vector(model, x_with, x_without):
    """The mean code of data with an attribute, less that of data without.

    Args:
        model: Model with `encode(x)`.
        x_with: Data as the model takes it, at least one example.
        x_without: Data as the model takes it, at least one example.

    Returns:
        Array `(latent_dim,)`, float32.

    Reference:
        [Larsen et al., 2016](https://arxiv.org/abs/1512.09300).
    """
    means = (
        np.mean(model.encode(x), axis=0, dtype="float64")
        for x in (x_with, x_without)
    )
    return np.subtract(*means).astype("float32")


def arithmetic(model, x, vector, strengths=(0.0, 0.5, 1.0)):
    """Data decoded after a multiple of a vector is added to their codes.

    Args:
        model: Model with `encode(x)`, `decode(z)` and `data_shape`.
        x: Array `data_shape`, or `(n, *data_shape)`.
        vector: Array `(latent_dim,)`, such as an `attribute_vector`.
        strengths: Numbers to multiply it with: 0 is the reconstruction, 1
            adds the attribute, -1 takes it away.

    Returns:
        Array `(s, *data_shape)` for s strengths, or `(n, s, *data_shape)` for
        n data.

    Raises:
        ValueError: If the vector has not the shape of a code.

    Example:
        >>> slant = attribute_vector(vae, x_slanted, x_upright)
        >>> arithmetic(vae, x_test[0], slant, [-1, 0, 1]).shape
        (3, 8, 8, 1)
    """
    x = np.asarray(x)
    single = x.ndim == len(model.data_shape)
    codes = np.asarray(model.encode(x[None] if single else x))
    vector, strengths = np.asarray(vector), np.asarray(strengths)
    if vector.shape != codes.shape[1:]:
        raise ValueError(
            f"Expected `vector` with shape {codes.shape[1:]}. "
            f"Received: shape {vector.shape}"
        )
    if strengths.ndim != 1 or not strengths.size:
        raise ValueError(
            "Expected `strengths` to be a sequence of numbers. "
            f"Received: strengths={strengths.tolist()}"
        )
    path = codes[:, None] + strengths[:, None] * vector
    decoded = decode_grid(model, path.astype("float32"))
    return decoded[0] if single else decoded
