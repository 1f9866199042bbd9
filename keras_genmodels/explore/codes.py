"""The codes that the functions of this package start from."""

import numpy as np


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
    z = np.asarray(model.encode(x) if z is None else z, dtype="float32")
    if z.ndim != 2 or 0 in z.shape or z.shape[1] != model.latent_dim:
        raise ValueError(
            f"Expected codes of shape (n, {model.latent_dim}) with n > 0. "
            f"Received: shape={z.shape}"
        )
    if not np.isfinite(z).all():
        raise ValueError(
            "Expected finite values. Received: codes with NaN or infinity"
        )
    return z


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
