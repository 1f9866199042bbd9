"""Models whose codes are noise of the shape of the data."""

import numpy as np

from keras_genmodels._internal.arguments import check_count


def check_noise(z, data_shape):
    """Check codes and return them as an array.

    Args:
        z: Array `(n, *data_shape)`.
        data_shape: Tuple of ints.

    Returns:
        Array `(n, *data_shape)`, float32.

    Raises:
        ValueError: If there are none, of another shape, or not finite.
    """
    z = np.asarray(z, dtype="float32")
    if z.shape[1:] != data_shape or not len(z):
        raise ValueError(
            f"Expected z with shape (n, {data_shape}), n > 0. "
            f"Received: shape {z.shape}"
        )
    if not np.isfinite(z).all():
        raise ValueError(
            "Expected finite values. Received: z with NaN or infinity"
        )
    return z


def interpolate_on_arcs(model, x_a, x_b, num_steps, y=None):
    """Data on the arc between the codes of two data.

    Args:
        model: Model with `encode` and `decode`.
        x_a: Array `data_shape`, or `(n, *data_shape)` for n pairs.
        x_b: Array like `x_a`.
        num_steps: Int >= 2.
        y: The label of both, or `(n,)`, if the model is conditional.

    Returns:
        Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`.

    Raises:
        ValueError: If an argument does not fit.
    """
    num_steps = check_count("num_steps", num_steps, least=2)
    x_a, x_b = np.asarray(x_a), np.asarray(x_b)
    if x_a.shape != x_b.shape:
        raise ValueError(
            "Expected two arrays of one shape. "
            f"Received: {x_a.shape} and {x_b.shape}"
        )
    single = x_a.ndim == len(model.data_shape)
    if single:
        x_a, x_b = x_a[None], x_b[None]
    labels = model.check_own_labels(y, len(x_a))
    z_a, z_b = (model.encode(x, *labels) for x in (x_a, x_b))
    path = arc(z_a, z_b, num_steps).reshape(-1, *model.data_shape)
    path = model.decode(path, *(np.repeat(y, num_steps) for y in labels))
    path = path.reshape(-1, num_steps, *model.data_shape)
    return path[0] if single else path


def arc(z_a, z_b, num_steps):
    """Points on the arcs between rows of two arrays.

    Between opposite rows, as all are that have one value, there is no arc: the
    points lie on the line.

    Args:
        z_a: Array `(n, ...)`.
        z_b: Array `(n, ...)`.
        num_steps: Int >= 2.

    Returns:
        Array `(n, num_steps, ...)`, `z_a` and `z_b` its ends.
    """
    flat_a, flat_b = (
        z.reshape(len(z), -1).astype("float64") for z in (z_a, z_b)
    )
    norms = np.linalg.norm(flat_a, axis=1) * np.linalg.norm(flat_b, axis=1)
    cosine = np.sum(flat_a * flat_b, axis=1) / np.maximum(norms, 1e-30)
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))[:, None, None]
    share = np.linspace(0.0, 1.0, num_steps)[None, :, None]
    bent = np.sin(angle) > 1e-4
    sine = np.where(bent, np.sin(angle), 1.0)
    weight_a, weight_b = (
        np.where(bent, np.sin(part * angle) / sine, part)
        for part in (1.0 - share, share)
    )
    points = weight_a * flat_a[:, None] + weight_b * flat_b[:, None]
    return points.reshape(len(z_a), num_steps, *z_a.shape[1:])
