"""One latent dimension varied, the others held."""

import numpy as np

from keras_genmodels.explore.codes import codes_of
from keras_genmodels.explore.codes import decode_grid


def traverse(
    model,
    x=None,
    *,
    z=None,
    dimensions=None,
    values=(-3, -2, -1, 0, 1, 2, 3),
    relative=False,
):
    """What the model decodes while one coordinate of a code takes values.

    Args:
        model: Model with `encode(x)`, `decode(z)`, `latent_dim` and
            `data_shape`.
        x: Array `data_shape`, or `(n, *data_shape)`: the traversal starts
            from its codes; or
        z: Array `(latent_dim,)` or `(n, latent_dim)` of codes. Without either
            it starts from the origin, the mean of the prior.
        dimensions: Optional ints in [0, latent_dim), which coordinates.
            Defaults to all of them.
        values: Numbers that the coordinate takes.
        relative: Bool. Whether the values are added to the coordinate instead
            of taking its place. Defaults to `False`.

    Returns:
        Array `(m, v, *data_shape)` for m dimensions and v values, or
        `(n, m, v, *data_shape)` for n starting points.

    Raises:
        ValueError: If a dimension is out of range, or shapes do not fit.

    Example:
        >>> rows = traverse(vae, x_test[0], values=[-2, -1, 0, 1, 2])
        >>> plotting.traversal(rows, values=[-2, -1, 0, 1, 2])
    """
    if x is None and z is None:
        z = np.zeros(model.latent_dim)
    rank = 1 if x is None else len(model.data_shape)
    given = np.asarray(z if x is None else x)
    single = given.ndim == rank
    given = given[None] if single else given
    if x is None:
        codes = codes_of(model, z=given)
    else:
        codes = codes_of(model, given, z)  # complains if both are there
    latent_dim = codes.shape[1]
    dimensions = range(latent_dim) if dimensions is None else dimensions
    dimensions = np.asarray(dimensions)
    if (
        dimensions.ndim != 1
        or not dimensions.size
        or dimensions.dtype.kind not in "iu"
        or dimensions.min() < 0
        or dimensions.max() >= latent_dim
    ):
        raise ValueError(
            f"Expected `dimensions` to be whole numbers in [0, {latent_dim}). "
            f"Received: dimensions={dimensions.tolist()}"
        )
    values = np.asarray(values, dtype="float32")
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise ValueError(
            "Expected `values` to be finite numbers. "
            f"Received: values={values.tolist()}"
        )
    shape = (len(codes), len(dimensions), len(values), latent_dim)
    path = np.broadcast_to(codes[:, None, None], shape).copy()
    for row, dimension in enumerate(dimensions):
        start = path[:, row, :, dimension] if relative else 0
        path[:, row, :, dimension] = start + values
    decoded = decode_grid(model, path)
    return decoded[0] if single else decoded
