"""What all sides of the benchmark of spline flows share."""

import numpy as np

DIM = 16
NUM_MAPS = 3
UNITS = (128, 128)
NUM_BINS, BOUND = 8, 5.0
LEAST = 1e-3  # share of a piece, and slope at a knot
NUM_PARAMETERS = 3 * NUM_BINS - 1
RATE, BETA_1, BETA_2, ADAM_EPSILON = 1e-3, 0.9, 0.999, 1e-7  # Adam
# An epoch of a few seconds.
NUM_STEPS = {"spline": 100}


def rows(num_rows):
    """Random vectors, of values that depend on each other."""
    rng = np.random.default_rng(0)
    mixed = rng.standard_normal((num_rows, DIM)) @ rng.normal(size=(DIM, DIM))
    return (np.tanh(mixed) + 0.1 * mixed / 4).astype("float32")


def degrees():
    """Of values, of each hidden layer's units, and of the parameters."""
    hidden = [np.arange(units) * (DIM - 1) // units for units in UNITS]
    return [np.arange(DIM), *hidden, np.repeat(np.arange(DIM), NUM_PARAMETERS)]


def weights():
    """Of each map, pairs of kernels and biases of its layers."""
    rng = np.random.default_rng(2)
    sizes = [DIM, *UNITS, DIM * NUM_PARAMETERS]
    return [
        [
            (
                rng.normal(0, a**-0.5, (a, b)).astype("float32"),
                rng.normal(0, 0.1, b).astype("float32"),
            )
            for a, b in zip(sizes, sizes[1:], strict=False)
        ]
        for _ in range(NUM_MAPS)
    ]
