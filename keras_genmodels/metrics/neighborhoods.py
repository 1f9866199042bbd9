"""How two sets of features overlap, seen through nearest neighbours."""

import typing

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.metrics.distances import nearest
from keras_genmodels.metrics.distances import uncertainty
from keras_genmodels.metrics.distances import within
from keras_genmodels.metrics.feature_rows import feature_rows
from keras_genmodels.metrics.feature_rows import rounding


class PrecisionRecall(typing.NamedTuple):
    """Two shares in [0, 1].

    Attributes:
        precision: Float, how many samples lie where there are data.
        recall: Float, how many data lie where there are samples.
    """

    precision: float
    recall: float


class DensityCoverage(typing.NamedTuple):
    """Two numbers, near 1 for two sets of one distribution.

    Attributes:
        density: Float >= 0, how densely samples lie where there are data.
        coverage: Float in [0, 1], how many data have a sample near by.
    """

    density: float
    coverage: float


def precision_recall(samples, reference, *, k=5):
    """How many samples look real, and how many data the model can make.

    A ball around each point of a set, just large enough to reach the k-th
    neighbour of the same set, marks where the set is. Precision is the share
    of samples in a ball of the data, recall the share of data in a ball of
    samples. What lies on the edge of a ball lies in it, up to the rounding of
    the numbers given, float32 or float64.

    Args:
        samples: Array `(n, d)` of features, or `(n, ...)`, to be flattened.
        reference: Array `(m, d)`, data.
        k: Int >= 1, less than n and m. Defaults to 5, as for density and
            coverage; the paper has 3.

    Returns:
        A `PrecisionRecall`.

    Raises:
        ValueError: If a set has too few rows.

    Reference:
        [Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991), eq. 1
        to 3.
    """
    return overlap(samples, reference, k)[0]


def density_coverage(samples, reference, *, k=5):
    """As precision and recall, but hardly moved by outliers.

    Density counts in how many balls of the data a sample lies, on average, and
    divides by k. Coverage is the share of the data in whose ball there is a
    sample: for two sets of one distribution and equal size about 1 - 2^-k, or
    97% for k = 5.

    Args:
        samples: Array `(n, d)` of features, or `(n, ...)`, to be flattened.
        reference: Array `(m, d)`, data.
        k: Int >= 1, less than m. Defaults to 5.

    Returns:
        A `DensityCoverage`.

    Raises:
        ValueError: If there are too few data.

    Reference:
        [Naeem et al., 2020](https://arxiv.org/abs/2002.09797), eq. 3 and 4.
    """
    return overlap(samples, reference, k, with_recall=False)[1]


def overlap(samples, reference, k=5, with_recall=True):
    """Precision and recall, density and coverage, from the same distances.

    Args:
        samples: Array `(n, d)`; see `precision_recall`.
        reference: Array `(m, d)`, data.
        k: Int >= 1, less than n and m.
        with_recall: Bool. Without it k may be n or more, and the recall is 0.

    Returns:
        Tuple of a `PrecisionRecall` and a `DensityCoverage`.
    """
    eps = rounding(samples, reference)
    samples, reference = feature_rows(samples=samples, reference=reference)
    radii = [_radii(reference, k, eps)]
    if with_recall:
        radii.append(_radii(samples, k, eps)[:, None])
    balls = np.empty(len(samples), int)
    covered, recalled = np.zeros((2, len(reference)), bool)
    for rows, (in_data, *in_samples) in within(samples, reference, *radii):
        balls[rows] = in_data.sum(axis=1)
        covered |= in_data.any(axis=0)
        for inside in in_samples:
            recalled |= inside.any(axis=0)
    return (
        PrecisionRecall(float(np.mean(balls > 0)), float(recalled.mean())),
        DensityCoverage(float(balls.mean() / k), float(covered.mean())),
    )


def _radii(rows, k, eps):
    """Distance of each row to its k-th neighbour among the others.

    And a little more: what rounding has moved off a ball belongs to it.
    """
    if check_count("k", k) >= len(rows):
        raise ValueError(
            f"Expected `k` below the number of rows. Received: k={k}, "
            f"{len(rows)} rows"
        )
    # Each row is its own nearest neighbour, at 0.
    radii = nearest(rows, rows, k + 1)[1][:, k]
    return radii + uncertainty(rows, radii, eps)
