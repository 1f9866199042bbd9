"""Fréchet distance between two sets of features."""

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.metrics.feature_rows import feature_rows

ROWS_PER_FEATURE = 5


def frechet_distance(samples, reference):
    """Squared Fréchet distance of two normal distributions, fitted to sets.

    With the means m, m' and the covariance matrices C, C' of the two sets,

        ||m - m'||^2 + trace(C + C' - 2 (C C')^(1/2)).

    Zero for two sets with the same mean and covariance, whatever their
    distributions. Measured on features of an Inception network it is the FID.

    The value for finite sets is too large, on average: two sets of one
    distribution have not quite the same moments. The excess falls like 1 / n
    and rises with the number of features, so that only distances of equally
    large sets can be compared. `frechet_bias` estimates it.

    Args:
        samples: Array `(n, d)` of features, or `(n, ...)`, to be flattened.
        reference: Array `(m, d)`.

    Returns:
        Float >= 0, in squared units of the features.

    Raises:
        ValueError: If a set has fewer than five rows for each feature: its
            covariance matrix is then mostly noise.

    Reference:
        [Heusel et al., 2017](https://arxiv.org/abs/1706.08500), eq. 6;
        [Dowson & Landau, 1982](https://doi.org/10.1016/0047-259X(82)90077-X).
    """
    samples, reference = feature_rows(samples=samples, reference=reference)
    check_enough_rows("samples", samples)
    check_enough_rows("reference", reference)
    return _distance(samples, reference)


def frechet_bias(samples, reference, *, num_splits=5, seed=0):
    """How much too large the Fréchet distance of two sets is, about.

    To first order the excess is proportional to 1 / n. So sets half as large
    have twice the excess, and what the distance grows by when both sets are
    halved estimates it.

    Args:
        samples: Array `(n, d)`; see `frechet_distance`.
        reference: Array `(m, d)`.
        num_splits: Int >= 1. The sets are halved so often, at random.
        seed: Int, for the halves.

    Returns:
        Float, to be subtracted from `frechet_distance(samples, reference)`.

    Raises:
        ValueError: As `frechet_distance`.

    Reference:
        [Chong & Forsyth, 2020](https://arxiv.org/abs/1911.07023), who
        extrapolate to infinitely many rows.
    """
    return distance_and_bias(samples, reference, num_splits, seed)[1]


def distance_and_bias(samples, reference, num_splits=5, seed=0):
    """`frechet_distance` and `frechet_bias`, the distance computed once.

    Args:
        samples: Array `(n, d)`; see `frechet_distance`.
        reference: Array `(m, d)`.
        num_splits: Int >= 1; see `frechet_bias`.
        seed: Int, for the halves.

    Returns:
        Tuple of two floats.
    """
    whole = frechet_distance(samples, reference)
    samples, reference = feature_rows(samples=samples, reference=reference)
    rng = np.random.default_rng(check_seed(seed))
    halves = []
    for _ in range(check_count("num_splits", num_splits)):
        pairs = zip(
            np.array_split(rng.permutation(samples), 2),
            np.array_split(rng.permutation(reference), 2),
            strict=True,
        )
        halves += [_distance(*pair) for pair in pairs]
    return whole, float(np.mean(halves)) - whole


def check_enough_rows(name, rows):
    """Raise a `ValueError` if there are fewer than five rows per feature.

    Args:
        name: String, what the error message calls them.
        rows: Array `(n, d)`.
    """
    least = ROWS_PER_FEATURE * rows.shape[1]
    if len(rows) < least:
        raise ValueError(
            f"Expected at least {least} rows of `{name}`, {ROWS_PER_FEATURE} "
            f"for each of {rows.shape[1]} features. Received: {len(rows)}"
        )


def _distance(x, y):
    covariance, other = (
        np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (x, y)
    )
    # C C' has the eigenvalues of R C' R, with R R = C, which is symmetric.
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    values = np.linalg.eigvalsh(root @ other @ root)
    trace = np.trace(covariance) + np.trace(other)
    trace -= 2 * np.sqrt(np.maximum(values, 0)).sum()
    distance = np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + trace
    return max(float(distance), 0.0)
