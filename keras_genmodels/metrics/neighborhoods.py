"""How two sets of features overlap, seen through nearest neighbours."""

import typing

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.metrics.feature_rows import feature_rows
from keras_genmodels.metrics.memorization import nearest_neighbors


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
    samples.

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
    samples, reference = feature_rows(samples=samples, reference=reference)
    precise = _balls_around(reference, k, samples) > 0
    recalled = _balls_around(samples, k, reference) > 0
    return PrecisionRecall(float(precise.mean()), float(recalled.mean()))


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
    samples, reference = feature_rows(samples=samples, reference=reference)
    density = _balls_around(reference, k, samples).mean() / k
    nearest = nearest_neighbors(reference, samples).distances[:, 0]
    covered = nearest <= _radii(reference, k)
    return DensityCoverage(float(density), float(covered.mean()))


def _radii(rows, k):
    """Distance of each row to its k-th neighbour among the others."""
    # Imported here: scikit-learn takes a second to import.
    from sklearn.neighbors import NearestNeighbors

    if check_count("k", k) >= len(rows):
        raise ValueError(
            f"Expected `k` below the number of rows. Received: k={k}, "
            f"{len(rows)} rows"
        )
    # Without rows of its own, a search leaves out each row's self.
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(rows)
    return search.kneighbors()[0][:, -1]


def _balls_around(centers, k, points):
    """In how many balls around the centers each point lies: ints `(n,)`."""
    from sklearn.metrics import pairwise_distances_chunked

    radii = _radii(centers, k)
    counts = pairwise_distances_chunked(
        points, centers, reduce_func=lambda d, _: (d <= radii).sum(axis=1)
    )
    return np.concatenate(list(counts))
