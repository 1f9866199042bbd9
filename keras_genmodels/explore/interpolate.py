"""Paths through a latent space."""

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.explore.codes import codes_of
from keras_genmodels.explore.codes import decode_grid


def interpolate(
    model,
    x_a=None,
    x_b=None,
    num_steps=8,
    *,
    z_a=None,
    z_b=None,
    method="linear",
):
    """Decoded points on a path between the codes of two data, or two codes.

    A straight line between two draws of a normal distribution in many
    dimensions passes closer to the mean than any draw ever is. The spherical
    path keeps the distance: it turns the direction evenly from one code to
    the other, about the origin, while the length goes from one's to the
    other's in a straight line.

    Args:
        model: Model with `decode(z)`, `data_shape`, `latent_dim` and, if data
            are given, `encode(x)`.
        x_a: Array `data_shape`, or `(n, *data_shape)` for n pairs; or
        z_a: Array `(latent_dim,)`, or `(n, latent_dim)`.
        x_b: Array like `x_a`; or
        z_b: Array like `z_a`.
        num_steps: Int >= 2, points on the path, both ends included.
        method: `"linear"`, the default, or `"spherical"`.

    Returns:
        Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)` for
        n pairs.

    Raises:
        ValueError: If not two data or two codes are given, if the shapes
            differ or the method is unknown.

    Reference:
        [White, 2016](https://arxiv.org/abs/1609.04468).
    """
    if method not in PATHS:
        raise ValueError(
            f"Expected `method` to be one of {list(PATHS)}. "
            f"Received: method={method!r}"
        )
    ends = {"x_a": x_a, "x_b": x_b, "z_a": z_a, "z_b": z_b}
    given = [name for name, end in ends.items() if end is not None]
    if given not in (["x_a", "x_b"], ["z_a", "z_b"]):
        raise ValueError(
            "Expected two data, `x_a` and `x_b`, or two codes, `z_a` and "
            f"`z_b`. Received: {given}"
        )
    shape = model.data_shape if z_a is None else (model.latent_dim,)
    a, b = (x_a, x_b) if z_a is None else (z_a, z_b)
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(
            "Expected two arrays of one shape. "
            f"Received: {a.shape} and {b.shape}"
        )
    num_steps = check_count("num_steps", num_steps, least=2)
    single = a.ndim == len(shape)
    if single:
        a, b = a[None], b[None]
    kind = "x" if z_a is None else "z"
    z_a, z_b = (codes_of(model, **{kind: each}) for each in (a, b))
    times = np.linspace(0, 1, num_steps)
    path = PATHS[method](z_a, z_b, times).astype("float32")
    decoded = decode_grid(model, path)
    return decoded[0] if single else decoded


def lerp(z_a, z_b, times):
    """Points on the straight lines between vectors.

    Args:
        z_a: Array `(n, d)`.
        z_b: Array `(n, d)`.
        times: Array `(s,)`, 0 for `z_a` and 1 for `z_b`.

    Returns:
        Array `(n, s, d)`, float64.
    """
    z_a, z_b = (np.asarray(z, "float64")[:, None] for z in (z_a, z_b))
    times = np.asarray(times)[:, None]
    return (1 - times) * z_a + times * z_b


def slerp(z_a, z_b, times):
    """Points on the great circles between vectors, from length to length.

    Between opposite vectors there is no shortest great circle; the one taken
    passes through the coordinate axis most nearly orthogonal to them. If a
    vector is zero, or there is one dimension only, the path is straight.

    Args:
        z_a: Array `(n, d)`.
        z_b: Array `(n, d)`.
        times: Array `(s,)`, 0 for `z_a` and 1 for `z_b`.

    Returns:
        Array `(n, s, d)`, float64.

    Reference:
        [Shoemake, 1985](https://doi.org/10.1145/325334.325242).
    """
    straight = lerp(z_a, z_b, times)
    z_a, z_b = np.asarray(z_a, "float64"), np.asarray(z_b, "float64")
    times = np.asarray(times)
    for row, (a, b) in enumerate(zip(z_a, z_b, strict=True)):
        lengths = np.linalg.norm(a), np.linalg.norm(b)
        if len(a) == 1 or min(lengths) == 0:
            continue
        start, end = a / lengths[0], b / lengths[1]
        side = end - (start @ end) * start
        angle = np.arctan2(np.linalg.norm(side), start @ end)
        if np.linalg.norm(side) < 1e-6:  # no plane: parallel, or opposite
            axis = np.eye(len(a))[np.argmin(np.abs(start))]
            side = axis - (start @ axis) * start
        side /= np.linalg.norm(side)
        turned = (
            np.cos(times * angle)[:, None] * start
            + np.sin(times * angle)[:, None] * side
        )
        length = (1 - times) * lengths[0] + times * lengths[1]
        straight[row] = length[:, None] * turned
    return straight


PATHS = {"linear": lerp, "spherical": slerp}
