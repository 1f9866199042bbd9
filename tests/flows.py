"""What several tests of flows need."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_genmodels.training import input_gradient

BACKEND = keras.backend.backend()


def slow_but(fast, names):
    """Parameters of a test, those not named `fast` marked slow."""
    return [
        name if name in fast else pytest.param(name, marks=pytest.mark.slow)
        for name in names
    ]


# Both ways to run a step, the one that compiles nothing marked slow.
EAGERLY = slow_but([False], [False, True])


def compiled(function):
    """On JAX, where each operation on its own would be compiled, as one."""
    if BACKEND != "jax":
        return function
    import jax

    return jax.jit(function)


def shaken(layer, scale=0.4, seed=0):
    """The layer or model with random weights, as if it had been trained."""
    rng = np.random.default_rng(seed)
    for variable in layer.trainable_variables:
        variable.assign(scale * rng.normal(size=variable.shape))
    return layer


def as_array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def normal(*shape, scale=1.0, seed=0):
    draws = np.random.default_rng(seed).normal(size=shape)
    return (scale * draws).astype("float32")


def jacobian(function, x):
    """d function(x) / dx of each row, `(n, D, D)`, by autodiff.

    Args:
        function: Function from a tensor like `x` to one with as many values.
        x: Array `(n, ...)`.
    """
    size = int(np.prod(x.shape[1:]))

    @compiled
    def rows(x):
        return [
            input_gradient(
                lambda x, i=i: ops.reshape(function(x), (-1, size))[:, i], x
            )
            for i in range(size)
        ]

    rows = [as_array(r).reshape(len(x), 1, size) for r in rows(ops.array(x))]
    return np.concatenate(rows, axis=1).astype("float64")


def grid(low, high, num):
    """The midpoints of squares in the plane, and the area of one."""
    edges = np.linspace(low, high, num + 1)
    points = (edges[:-1] + edges[1:]) / 2
    plane = np.stack(np.meshgrid(points, points), axis=-1).reshape(-1, 2)
    return plane.astype("float32"), ((high - low) / num) ** 2
