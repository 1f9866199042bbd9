"""Whether a model hands out its training data."""

import typing

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.metrics.distances import nearest
from keras_genmodels.metrics.distances import uncertainty
from keras_genmodels.metrics.feature_rows import feature_rows
from keras_genmodels.metrics.feature_rows import rounding


class Neighbors(typing.NamedTuple):
    """The nearest training data of n samples.

    Attributes:
        indices: `(n, k)`, ints, rows of the training data, nearest first.
        distances: `(n, k)`, Euclidean distances to them.
    """

    indices: np.ndarray
    distances: np.ndarray


class MemorizationTest(typing.NamedTuple):
    """Whether samples are closer to the training data than test data are.

    Attributes:
        statistic: Float, C_T: far below 0 if training data are copied, about 0
            for a model that is right, above 0 for one that stays away from
            the data.
        p_value: Float, probability of so low a statistic if samples were
            distributed as test data are.
        copied: Float in [0, 1], the share of samples closer to their nearest
            training data than 99% of the test data are to theirs; about 0.01
            is expected.
        judged: Float in [0, 1], the share of the test data in the cells that
            count. Where it is low, the samples are in few places, and the
            statistic is about these only.
    """

    statistic: float
    p_value: float
    copied: float
    judged: float


def nearest_neighbors(samples, x_train, *, k=1):
    """The training data that are nearest to samples, to be looked at.

    Args:
        samples: Array `(n, ...)`: images for distances in pixels, or features
            of them.
        x_train: Array `(l, ...)` of the same kind.
        k: Int >= 1, at most l.

    Returns:
        `Neighbors` of each sample; of equally near training data those that
        come first.
    """
    samples, x_train = feature_rows(samples=samples, x_train=x_train)
    if check_count("k", k) > len(x_train):
        raise ValueError(
            f"Expected `k` of at most {len(x_train)}, the number of training "
            f"data. Received: k={k}"
        )
    return Neighbors(*nearest(samples, x_train, k))


def memorization_test(
    samples, x_test, x_train, *, num_cells=10, min_rows=20, seed=0
):
    """Test for data-copying by distances to the nearest training data.

    In each of several cells of the space, Mann and Whitney's U counts how often
    a sample is farther from the training data than test data are; z is U less
    its mean under equality, in standard deviations. C_T is the mean of z over
    the cells, weighted by their test data.

    Args:
        samples: Array `(n, ...)` of a model's samples: images for distances in
            pixels, or features of them.
        x_test: Array `(m, ...)` of data that the model has not seen.
        x_train: Array `(l, ...)` of those that it has.
        num_cells: Int >= 1. K-means divides the training data into so many.
        min_rows: Int >= 1. Cells with fewer samples or test data are left out;
            if that leaves none, the whole space is one cell.
        seed: Int, for k-means.

    Returns:
        A `MemorizationTest`.

    Raises:
        ValueError: If there are fewer than `min_rows` of a set.

    Reference:
        [Meehan et al., 2020](https://arxiv.org/abs/2004.05675), section 3.
    """
    # Imported here: scikit-learn takes a second to import.
    from scipy.stats import norm
    from sklearn.cluster import KMeans

    eps = rounding(samples, x_test, x_train)
    samples, x_test, x_train = feature_rows(
        samples=samples, x_test=x_test, x_train=x_train
    )
    if min(len(samples), len(x_test)) < check_count("min_rows", min_rows):
        raise ValueError(
            f"Expected at least {min_rows} samples and as many test data. "
            f"Received: {len(samples)} and {len(x_test)}"
        )
    num_cells = check_count("num_cells", num_cells)
    cells = KMeans(num_cells, n_init=1, random_state=check_seed(seed))
    cells.fit(x_train)
    cell_of_sample, cell_of_test = cells.predict(samples), cells.predict(x_test)
    points = np.concatenate([samples, x_test])
    distances = nearest(points, x_train, 1)[1][:, 0]
    distances = _with_ties(distances, uncertainty(points, distances, eps))
    of_samples, of_test = np.split(distances, [len(samples)])
    scores, weights = [], []
    for cell in range(num_cells):
        pair = of_samples[cell_of_sample == cell], of_test[cell_of_test == cell]
        if min(map(len, pair)) >= min_rows:
            scores.append(_score(*pair))
            weights.append(len(pair[1]))
    if not scores:
        scores, weights = [_score(of_samples, of_test)], [len(x_test)]
    judged = sum(weights) / len(x_test)
    weights = np.array(weights) / sum(weights)
    statistic = float(weights @ scores)
    return MemorizationTest(
        statistic,
        p_value=float(norm.cdf(statistic / np.linalg.norm(weights))),
        copied=float(np.mean(of_samples < np.quantile(of_test, 0.01))),
        judged=judged,
    )


def _with_ties(distances, width):
    """What rounding has set apart is equal again: else it decides on ranks."""
    order = np.argsort(distances)
    ascending = distances[order]
    first = np.diff(ascending, prepend=-np.inf) > width[order]
    merged = np.empty_like(distances)
    merged[order] = ascending[first][np.cumsum(first) - 1]
    return merged


def _score(of_samples, of_test):
    """Mann and Whitney's U in standard deviations: above 0 if farther."""
    from scipy.stats import mannwhitneyu

    n, m = len(of_samples), len(of_test)
    u = mannwhitneyu(of_samples, of_test, method="asymptotic").statistic
    return (u - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)
