"""Samples as rows of numbers, which all metrics compare."""

import keras
import numpy as np


def feature_rows(**sets):
    """Arrays as rows of float64, checked.

    Args:
        **sets: Arrays `(n, ...)`, by the name that an error message calls them.
            All axes but the first are flattened.

    Returns:
        List of arrays `(n, d)`, float64, in the order of the arguments.

    Raises:
        ValueError: If one is empty, holds NaN or infinity, or their rows
            differ in length.
    """
    rows = []
    for name, x in sets.items():
        x = np.asarray(x, "float64")
        if x.ndim < 2 or 0 in x.shape:
            raise ValueError(
                f"Expected `{name}` with shape (n, ...), not empty. "
                f"Received: shape {x.shape}"
            )
        if not np.isfinite(x).all():
            raise ValueError(
                f"Expected finite values. Received: {name} with NaN or infinity"
            )
        rows.append(x.reshape(len(x), -1))
    if len({x.shape[1] for x in rows}) > 1:
        raise ValueError(
            "Expected sets with equally many features. Received: "
            + ", ".join(
                f"{k} {v.shape}" for k, v in zip(sets, rows, strict=True)
            )
        )
    return rows


def rounding(*sets):
    """Relative distance of a number to the next, where it is largest.

    Args:
        *sets: Arrays, or what NumPy makes arrays of.

    Returns:
        Float, `eps` of float32 if one set has floats of 32 bits or fewer, else
        of float64.
    """
    types = [np.asarray(x).dtype for x in sets]
    narrow = any(t.kind not in "biu" and t.itemsize < 8 for t in types)
    return float(np.finfo("float32" if narrow else "float64").eps)


def outputs_of(network, x, batch_size=256):
    """What a Keras model, or a function of arrays, makes of data.

    Args:
        network: `keras.Model`, or function of an array `(n, *data_shape)`.
        x: Array `(n, *data_shape)`.
        batch_size: Int >= 1, of a Keras model.

    Returns:
        Array with `n` rows.
    """
    if isinstance(network, keras.Model):
        return network.predict(x, batch_size=batch_size, verbose=0)
    return np.asarray(network(x))
