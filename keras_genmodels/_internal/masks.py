"""Masks of values that are to be drawn anew."""

import numpy as np


def check_mask(mask, shape):
    """Check which values are to be drawn anew; returns bools `shape`.

    Args:
        mask: Bool array that broadcasts to `shape`.
        shape: Tuple of ints.

    Raises:
        ValueError: If it is not of bools, or does not broadcast.
    """
    mask = np.asarray(mask)
    try:
        fits = np.broadcast_shapes(mask.shape, shape) == tuple(shape)
    except ValueError:
        fits = False
    if mask.dtype != bool or not fits:
        raise ValueError(
            f"Expected a mask of bools that broadcasts to {shape}. "
            f"Received: dtype {mask.dtype}, shape {mask.shape}"
        )
    return np.broadcast_to(mask, shape)
