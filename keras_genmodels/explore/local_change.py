"""How a response changes along the directions of a latent space."""

import typing

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.explore.codes import codes_of
from keras_genmodels.explore.decoded_response import decoded_response


class LocalChange(typing.NamedTuple):
    """The Jacobian of a response at n codes, and its summaries over them.

    `k` is the number of responses; where the response is one number per
    example, the axes of length k are absent. `m` is the number of directions.
    Changes are per unit of length along a direction.

    Attributes:
        codes: `(n, latent_dim)`, where the Jacobian was taken.
        values: `(n[, k])`, the response there.
        jacobian: `(n[, k], m)`, its derivative along each direction.
        mean: `([k,] m)`, mean change, with its sign.
        mean_error: `([k,] m)`, standard error of `mean`; like the two other
            errors NaN for a single code.
        mean_absolute: `([k,] m)`, mean absolute change.
        mean_absolute_error: `([k,] m)`, its standard error.
        root_mean_square: `([k,] m)`, root of the mean squared change.
        root_mean_square_error: `([k,] m)`, its standard error by the delta
            method.
        ranking: `([k,] m)`, ints: the directions from the largest to the
            smallest `root_mean_square`.
    """

    codes: np.ndarray
    values: np.ndarray
    jacobian: np.ndarray
    mean: np.ndarray
    mean_error: np.ndarray
    mean_absolute: np.ndarray
    mean_absolute_error: np.ndarray
    root_mean_square: np.ndarray
    root_mean_square_error: np.ndarray
    ranking: np.ndarray


def local_change(
    model,
    response,
    x=None,
    *,
    z=None,
    directions=None,
    batch_size=256,
    verbose=0,
):
    """How a response to decoded data changes per unit of latent direction.

    With the decoder g and the response r, the change along the direction v at
    the code z is the derivative of r(g(z + t v)) at t = 0, computed exactly
    through both. Averaged over the codes of data it ranks the directions.

    Args:
        model: Model with `encode(x)`, `latent_dim` and, of tensors,
            `compute_decode(z)`.
        response: Function of a tensor `(batch, *data_shape)`, or a Keras
            model, that returns `(batch,)` or `(batch, k)`: the probability of
            a class, a regression, a pixel. It treats each row by itself.
        x: Data as the model takes it, `n` examples, taken at their codes; or
        z: Array `(n, latent_dim)` of codes.
        directions: Optional array `(m, latent_dim)`. Defaults to the axes of
            the latent space. Their length counts: a vector twice as long has
            twice the change.
        batch_size: Int >= 1. Most codes decoded at a time.
        verbose: 0 or 1.

    Returns:
        A `LocalChange` of arrays.

    Raises:
        ValueError: If the codes, the directions or the response's values have
            another shape.

    Example:
        >>> change = local_change(vae, classifier, x_test)
        >>> change.root_mean_square.shape  # ten classes, two directions
        (10, 2)
    """
    codes = codes_of(model, x, z)
    batch_size = check_count("batch_size", batch_size)
    latent_dim = codes.shape[1]
    if directions is None:
        directions = np.eye(latent_dim)
    directions = np.asarray(directions, dtype="float32")
    if directions.ndim != 2 or directions.shape[1] != latent_dim:
        raise ValueError(
            f"Expected `directions` with shape (m, {latent_dim}). "
            f"Received: shape {directions.shape}"
        )
    values, jacobian = decoded_response(model, response).jacobians(
        codes, batch_size, verbose
    )
    jacobian = jacobian @ directions.T
    changes = jacobian.astype("float64")
    absolute, absolute_error = mean_and_error(np.abs(changes))
    square, square_error = mean_and_error(changes**2)
    root = np.sqrt(square)
    # d sqrt(s) = ds / (2 sqrt(s)); where nothing ever changes, no error.
    root_error = square_error / np.where(root > 0, 2 * root, 1)
    return LocalChange(
        codes,
        values,
        jacobian,
        *mean_and_error(changes),
        absolute,
        absolute_error,
        root,
        root_error,
        ranking=np.argsort(-root, axis=-1, kind="stable"),
    )


def mean_and_error(values):
    """Mean over the first axis, and its standard error (NaN for one row)."""
    mean = values.mean(axis=0)
    if len(values) == 1:
        return mean, np.full_like(mean, np.nan)
    return mean, values.std(axis=0, ddof=1) / len(values) ** 0.5
