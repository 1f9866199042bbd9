"""Between grey levels, bits and real values; and a fixed hold-out set."""

import numpy as np

from keras_genmodels._internal.arguments import check_count


def as_unit_interval(x):
    """Check that `x` is an array of numbers in [0, 1].

    Args:
        x: Array of any shape with a first axis of examples.

    Returns:
        `x` as float32; the same array if it already is.

    Raises:
        ValueError: If `x` is empty, has no axis, is not numeric, or holds a
            value outside [0, 1], NaN included.
    """
    x = np.asarray(x)
    if x.ndim == 0 or x.size == 0 or x.dtype.kind not in "fiub":
        raise ValueError(
            "Expected `x` to be a non-empty array of numbers in [0, 1]. "
            f"Received: shape={x.shape}, dtype={x.dtype}"
        )
    low, high = x.min(), x.max()
    if not (low >= 0 and high <= 1):  # NaN fails every comparison
        raise ValueError(
            "Expected `x` to be in [0, 1] without NaN. "
            f"Received: values from {low} to {high}"
        )
    return x.astype("float32", copy=False)


def binarize(x, seed=0):
    """Draw every value as a bit that is 1 with probability `x`, once.

    This is static binarisation: the result is a data set like any other, so
    that log-likelihoods of it can be compared. The draw comes from NumPy's
    PCG64 and is the same on every platform.

    Args:
        x: Array in [0, 1] of any shape.
        seed: Int. The same seed gives the same bits. Defaults to `0`.

    Returns:
        float32 array of zeros and ones, of the shape of `x`.

    Raises:
        ValueError: If `x` holds values outside [0, 1] or NaN.

    Reference:
        [Salakhutdinov & Murray, 2008](https://doi.org/10.1145/1390156.1390266)
    """
    x = as_unit_interval(x)
    # Named, because `default_rng` may one day stand for another generator.
    rng = np.random.Generator(np.random.PCG64(seed))
    uniform = rng.random(x.shape, dtype="float32")  # in [0, 1)
    return np.less(uniform, x, out=uniform)


def dequantize(x, levels=256, seed=0):
    """Spread grey levels over the unit interval by adding uniform noise.

    A density fitted to discrete values can grow without bound on them; with
    noise it cannot. The value of grey level `k = x * (levels - 1)` becomes
    `(k + u) / levels` with `u` uniform on [0, 1). The density `p` of these
    values bounds the probability `P` of the grey levels: with `D` values per
    example,

        log P(x) >= E_u[log p((k + u) / levels)] - D * log(levels),

    so subtract `D * log(levels)` nats from a mean log density before comparing
    it with models of discrete values.

    Args:
        x: Array in [0, 1] of any shape, of multiples of `1 / (levels - 1)`.
        levels: Int > 1. Number of grey levels: 256 for 8-bit images, 17 for
            the digits of `load("digits")`. Defaults to `256`.
        seed: Int. The same seed gives the same noise. Defaults to `0`.

    Returns:
        float32 array in [0, 1), of the shape of `x`.

    Raises:
        ValueError: If `levels` is not an integer above 1 or a value of `x` is
            not a grey level.

    Reference:
        [Theis et al., 2016](https://arxiv.org/abs/1511.01844), section 3.1
    """
    levels = check_count("levels", levels, least=2)
    x = as_unit_interval(x)
    grey = x * np.float32(levels - 1)
    whole = np.rint(grey)
    if np.max(np.abs(grey - whole)) > 1e-3:
        raise ValueError(
            f"Expected `x` to hold multiples of 1/{levels - 1}, for "
            f"levels={levels}. Received: values between these, such as "
            f"{x.flat[np.argmax(np.abs(grey - whole))]}"
        )
    rng = np.random.Generator(np.random.PCG64(seed))
    noisy = (whole + rng.random(x.shape, dtype="float32")) / np.float32(levels)
    # The largest noise rounds up to the next level, which for white is 1.
    return np.minimum(noisy, np.nextafter(np.float32(1), np.float32(0)))


def quantize(x, levels):
    """Round to equally spaced grey levels.

    Args:
        x: Array in [0, 1] of any shape.
        levels: Int > 1: 16 for 4-bit images.

    Returns:
        float32 array of multiples of `1 / (levels - 1)`, of the shape of `x`.

    Raises:
        ValueError: If `levels` is not an integer above 1, or `x` holds values
            outside [0, 1] or NaN.
    """
    most = np.float32(check_count("levels", levels, least=2) - 1)
    return np.rint(as_unit_interval(x) * most) / most


def standardize(x, reference=None):
    """Shift and scale real data to mean 0 and standard deviation 1.

    Each value of an example, a column of a table or a pixel, by itself. One
    that is the same in all examples is only shifted, to 0.

    Args:
        x: Array `(n, ...)` of finite numbers, of any size. It is computed with
            in float64.
        reference: Optional array `(m, ...)`, whose means and standard
            deviations are used in place of those of `x`: the training data,
            where `x` are others.

    Returns:
        `(z, inverse)`: float32 array like `x`, and a function of such arrays
        that undoes it, and returns float64. `inverse.log_det` is the sum of
        the logarithms of the standard deviations: for densities,
        `log p(x) = log p(z) - inverse.log_det`.

    Raises:
        ValueError: If an array is empty, not numeric or not finite, or the
            examples are of different shapes.

    Example:
        >>> z_train, inverse = standardize(x_train)
        >>> z_test, _ = standardize(x_test, x_train)
        >>> history = vae.fit(z_train)
        >>> elbo = vae.elbo(z_test) - inverse.log_det  # of x, not of z
        >>> drawn = inverse(vae.sample(100))
    """
    from sklearn.preprocessing import StandardScaler

    x = _as_real("x", x)
    reference = x if reference is None else _as_real("reference", reference)
    if x.shape[1:] != reference.shape[1:]:
        raise ValueError(
            "Expected two arrays of examples of one shape. "
            f"Received: {x.shape} and {reference.shape}"
        )
    scaler = StandardScaler().fit(reference.reshape(len(reference), -1))
    z = scaler.transform(x.reshape(len(x), -1)).reshape(x.shape)

    def inverse(z):
        z = np.asarray(z, "float64")
        rows = z.reshape(len(z), scaler.n_features_in_)
        return scaler.inverse_transform(rows).reshape(z.shape)

    inverse.log_det = float(np.log(scaler.scale_).sum())
    return z.astype("float32"), inverse


def _as_real(name, x):
    x = np.asarray(x)
    if x.ndim == 0 or x.size == 0 or x.dtype.kind not in "fiub":
        raise ValueError(
            f"Expected `{name}` to be a non-empty array of numbers. "
            f"Received: shape={x.shape}, dtype={x.dtype}"
        )
    x = x.astype("float64")
    if not np.isfinite(x).all():
        raise ValueError(
            f"Expected finite values. Received: {name} with NaN or infinity"
        )
    return x


def validation_split(x, y=None, *, fraction=0.1, num=None, seed=0):
    """Hold out part of the training data, the same part for the same seed.

    Args:
        x: Array of shape `(n, ...)`.
        y: Optional integer labels of shape `(n,)`. If given, every class has
            the same share in both parts (as nearly as whole numbers allow).
        fraction: Float in (0, 1). Share of the rows to hold out. Defaults to
            `0.1`.
        num: Optional int: how many rows to hold out, instead of `fraction`.
        seed: Int that fixes the split. Defaults to `0`.

    Returns:
        With labels `(x_train, y_train), (x_val, y_val)`, in the form of
        `load`; without, `x_train, x_val`.

    Raises:
        ValueError: If either part would be empty, if `x` and `y` differ in
            length, or if a class is too small to be in both parts.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load("digits")
        >>> x_train, x_val = validation_split(x_train, num=200)
        >>> x_train.shape, x_val.shape
        ((1237, 8, 8, 1), (200, 8, 8, 1))
    """
    from sklearn.model_selection import train_test_split

    x = np.asarray(x)
    n = len(x) if x.ndim else 0
    size = round(n * fraction) if num is None else num
    if not 0 < size < n:
        raise ValueError(
            "Expected both parts of the split to have rows. "
            f"Received: {n} rows, fraction={fraction}, num={num}"
        )
    if y is not None and np.shape(y) != (n,):
        raise ValueError(
            f"Expected `y` to have shape ({n},), one label for each row of "
            f"`x`. Received: y.shape={np.shape(y)}"
        )
    train, held_out = train_test_split(
        np.arange(n), test_size=size, stratify=y, random_state=seed
    )
    if y is None:
        return x[train], x[held_out]
    y = np.asarray(y)
    return (x[train], y[train]), (x[held_out], y[held_out])
