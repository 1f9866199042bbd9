"""Maximum mean discrepancy of a polynomial kernel between sets of features."""

import typing

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.metrics.feature_rows import feature_rows


class KernelDistance(typing.NamedTuple):
    """An estimate and its standard error.

    Attributes:
        value: Float, unbiased; below zero by chance where the sets hardly
            differ.
        error: Float, its standard error.
    """

    value: float
    error: float


def kernel_distance(samples, reference, *, degree=3):
    """Squared maximum mean discrepancy, without bias.

    With the kernel k(x, y) = (x·y / d + 1)^3 of d features,

        mean of k(x, x') + mean of k(y, y') - 2 mean of k(x, y)

    over all pairs, no row with itself. Its expectation is zero for two sets of
    one distribution, however few the rows, and the population's discrepancy
    otherwise. Measured on features of an Inception network it is the KID.

    The standard error is that of the jackknife, to first order. For two sets
    of one distribution, where only the second order is left, it is about
    sqrt(2) times too large.

    Args:
        samples: Array `(n, d)` of features, or `(n, ...)`, to be flattened.
        reference: Array `(m, d)`.
        degree: Int >= 1, of the polynomial. Defaults to 3, by which means,
            covariances and third moments count.

    Returns:
        A `KernelDistance`.

    Raises:
        ValueError: If a set has fewer than three rows.

    Reference:
        [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401), section 4;
        [Gretton et al., 2012](https://jmlr.org/papers/v13/gretton12a.html),
        eq. 3.
    """
    x, y = feature_rows(samples=samples, reference=reference)
    n, m = len(x), len(y)
    degree = check_count("degree", degree)
    if min(n, m) < 3:
        raise ValueError(
            f"Expected at least three rows of each set. Received: {n} and {m}"
        )
    within_x, within_y = (_within(rows, degree) for rows in (x, y))
    across_x, across_y = _across(x, y, degree)
    value = within_x.mean() + within_y.mean() - 2 * across_x.mean()
    # What one row contributes to the sum, up to a constant.
    shares = within_x - across_x, within_y - across_y
    variance = sum(4 * s.var(ddof=1) / len(s) for s in shares)
    return KernelDistance(float(value), float(variance**0.5))


def _within(rows, degree):
    """For each row, the mean of its kernel with the others."""
    own = (np.sum(rows**2, axis=1) / rows.shape[1] + 1) ** degree
    total = _across(rows, rows, degree)[0] * len(rows)
    return (total - own) / (len(rows) - 1)


def _across(x, y, degree, chunk=1000):
    """Means over the columns and over the rows of the matrix of kernels."""
    columns, rows = [], np.zeros(len(y))
    for start in range(0, len(x), chunk):
        kernels = (x[start : start + chunk] @ y.T / x.shape[1] + 1) ** degree
        columns.append(kernels.mean(axis=1))
        rows += kernels.sum(axis=0)
    return np.concatenate(columns), rows / len(x)
