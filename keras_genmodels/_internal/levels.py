"""Data whose values are equally spaced levels."""

import numpy as np


def check_levels(x, num_levels, data_range, name="x"):
    """Raise a `ValueError` if values of an array are not levels.

    Args:
        x: Array.
        num_levels: Int >= 2.
        data_range: `(low, high)`, the lowest and the highest level.
        name: String, what the error message calls it.
    """
    low, high = data_range
    scale = (num_levels - 1) / (high - low)
    levels = (np.asarray(x, "float64") - low) * scale
    if np.abs(levels - np.rint(levels)).max() > 1e-3:
        hint = (
            "`datasets.binarize` makes bits"
            if num_levels == 2
            else "`datasets.quantize` makes levels"
        )
        raise ValueError(
            f"Expected {num_levels} levels from {low:g} to {high:g}. "
            f"Received: {name} with values between them. ({hint}.)"
        )
