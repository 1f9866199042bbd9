"""Checks of arguments that many functions take."""

import numpy as np


def check_count(name, value, least=1):
    """The argument as an int, if it is a whole number of at least `least`.

    Args:
        name: String, what the error message calls it.
        value: What the caller passed; NumPy's integers count, bools do not.
        least: Int. Defaults to 1.

    Raises:
        ValueError: If it is anything else.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(
            f"Expected `{name}` to be a whole number of at least {least}. "
            f"Received: {name}={value!r}"
        )
    return int(value)


def check_shape(data_shape):
    """The shape of an example as a tuple of ints.

    Args:
        data_shape: Sequence of ints >= 1; one int stands for a vector.

    Raises:
        ValueError: If it is anything else.
    """
    if isinstance(data_shape, (int, np.integer)):
        data_shape = (data_shape,)
    try:
        shape = tuple(check_count("data_shape", size) for size in data_shape)
    except (TypeError, ValueError):
        shape = ()
    if not shape:
        raise ValueError(
            "Expected `data_shape` to be the shape of one example, such as "
            "(8,) or (28, 28, 1): `x.shape[1:]`. "
            f"Received: data_shape={data_shape!r}"
        )
    return shape


def check_index(name, value, size):
    """The argument as an int, if it is a whole number from 0 to `size - 1`.

    Args:
        name: String, what the error message calls it.
        value: What the caller passed.
        size: Int >= 1.

    Raises:
        ValueError: If it is anything else.
    """
    if check_count(name, value, least=0) >= size:
        raise ValueError(
            f"Expected `{name}` to be a whole number below {size}. "
            f"Received: {name}={value!r}"
        )
    return int(value)


def check_built(name, network):
    """Raise a `ValueError` if a network has no variables and shapes yet.

    Args:
        name: String, what the error message calls it.
        network: What the caller passed.
    """
    if not getattr(network, "built", False):
        raise ValueError(
            f"Expected a built `{name}`, a Functional model or one with an "
            f"`Input`. Received: {name}={network!r}"
        )


def check_seed(seed):
    """The seed as an int in [0, 2**31), which every backend takes, or `None`.

    Raises:
        ValueError: If it is anything else.
    """
    if seed is None:
        return None
    if check_count("seed", seed, least=0) >= 2**31:
        raise ValueError(f"Expected `seed` below 2**31. Received: seed={seed}")
    return int(seed)
