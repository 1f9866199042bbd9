"""The codes that the functions of this package start from."""

import numpy as np

from keras_genmodels._internal.latent_space import check_codes


def codes_of(model, x=None, z=None):
    """Codes of data, or given codes, checked.

    Args:
        model: Model with `encode(x)`, if `x` is given, and `latent_dim`.
        x: Data as the model takes it, `n` examples; or
        z: Array `(n, latent_dim)` of codes.

    Returns:
        Array `(n, latent_dim)`, float32.

    Raises:
        ValueError: If not exactly one of `x` and `z` is given, or the codes
            are not finite vectors.
    """
    if (x is None) == (z is None):
        raise ValueError(
            "Expected either data `x` or codes `z`. Received: "
            + ("neither" if x is None else "both")
        )
    return check_codes(model.encode(x) if z is None else z, model.latent_dim)


def decode_grid(model, codes, **options):
    """Decode codes that lie in an array of any shape.

    Args:
        model: Model with a method `decode(z)`.
        codes: Array `(*grid, latent_dim)`.
        **options: Keyword arguments of `decode`.

    Returns:
        Array `(*grid, *data_shape)`.
    """
    *grid, latent_dim = codes.shape
    flat = codes.reshape(-1, latent_dim)
    decoded = np.asarray(model.decode(flat, **options))
    return decoded.reshape(*grid, *decoded.shape[1:])
