"""Fréchet and kernel distances of sets whose distance is known."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from keras_genmodels.metrics import frechet_bias
from keras_genmodels.metrics import frechet_distance
from keras_genmodels.metrics import kernel_distance


def normal(num_rows, mean=0.0, factor=None, seed=0, dim=3):
    rows = np.random.default_rng(seed).normal(size=(num_rows, dim))
    factor = np.eye(dim) if factor is None else factor
    return rows @ np.asarray(factor).T + mean


def whitened(num_rows, mean, factor, seed):
    """Rows with exactly this mean and covariance."""
    factor = np.asarray(factor)
    rows = normal(num_rows, seed=seed, dim=len(factor))
    rows -= rows.mean(axis=0)
    root = np.linalg.cholesky(np.cov(rows, rowvar=False).reshape(factor.shape))
    return rows @ np.linalg.inv(root).T @ factor.T + mean


def test_frechet_of_normals_is_the_closed_form():
    rng = np.random.default_rng(0)
    means, factors = rng.normal(size=(2, 4)), rng.normal(size=(2, 4, 4))
    x, y = (whitened(50, means[i], factors[i], seed=i) for i in range(2))
    first, second = factors @ factors.transpose(0, 2, 1)
    expected = np.sum((means[0] - means[1]) ** 2) + np.trace(
        first + second - 2 * sqrtm(first @ second).real
    )
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=1e-9)


def test_frechet_of_one_feature():
    x, y = whitened(20, 1.0, [[2.0]], 0), whitened(30, 4.0, [[0.5]], 1)
    assert frechet_distance(x, y) == pytest.approx(3**2 + 1.5**2)


def test_frechet_of_equal_sets_is_zero():
    x = normal(40)
    assert frechet_distance(x, x[::-1]) == pytest.approx(0, abs=1e-9)
    flat = np.zeros((40, 3))  # a generator that has collapsed to a point
    trace = np.trace(np.cov(x, rowvar=False))
    expected = trace + np.sum(x.mean(axis=0) ** 2)
    assert frechet_distance(flat, x) == pytest.approx(expected)


def test_frechet_refuses_few_rows():
    assert frechet_distance(normal(15), normal(15, seed=1)) > 0
    with pytest.raises(ValueError, match="at least 15 rows of `samples`"):
        frechet_distance(normal(14), normal(15))
    with pytest.raises(ValueError, match="at least 15 rows of `reference`"):
        frechet_distance(normal(15), normal(14))


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_less_its_bias_it_is_the_distance_of_the_distributions(shift):
    values, corrected = [], []
    for seed in range(40):
        x = normal(200, seed=2 * seed, dim=5)
        y = normal(200, shift, seed=2 * seed + 1, dim=5)
        # The error of the first order, whose mean is zero, hides the bias.
        slip = (y.mean(axis=0) - x.mean(axis=0) - shift).sum()
        values.append(frechet_distance(x, y) - 2 * shift * slip)
        bias = frechet_bias(x, y, num_splits=2)
        corrected.append(values[-1] - bias)
    excess, rest = np.mean(values) - 5 * shift, np.mean(corrected) - 5 * shift
    error = np.std(corrected, ddof=1) / 40**0.5
    assert excess > 0.05
    assert abs(rest) < 3 * error + 0.1 * excess


def test_kernel_distance_of_two_pairs_by_hand():
    x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [0.0], [3.0]])

    def kernel(a, b):
        return (float(a[0] * b[0]) + 1) ** 3

    def mean(pairs):
        return np.mean([kernel(a, b) for a, b in pairs])

    expected = (
        mean([(x[i], x[j]) for i in range(3) for j in range(3) if i != j])
        + mean([(y[i], y[j]) for i in range(3) for j in range(3) if i != j])
        - 2 * mean([(a, b) for a in x for b in y])
    )
    assert kernel_distance(x, y).value == pytest.approx(expected)


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_kernel_distance_has_no_bias_and_an_error(shift):
    """Of the kernel (xy + 1)^2: (m1 - m1')^2 2 + (m2 - m2')^2."""
    estimates = [
        kernel_distance(
            normal(60, seed=2 * i, dim=1),
            normal(50, shift, seed=2 * i + 1, dim=1),
            degree=2,
        )
        for i in range(300)
    ]
    values, errors = np.array(estimates).T
    expected = 2 * shift**2 + shift**4
    spread = values.std(ddof=1)
    assert abs(values.mean() - expected) < 3 * spread / 300**0.5
    ratio = np.mean(errors**2) ** 0.5 / spread
    assert ratio == pytest.approx(1 if shift else 2**0.5, abs=0.2)


def test_kernel_distance_in_chunks():
    x, y = normal(1500), normal(1200, 0.1, seed=1)
    assert kernel_distance(x, y) == pytest.approx(kernel_distance(x[::-1], y))


@pytest.mark.parametrize("metric", [frechet_distance, kernel_distance])
@pytest.mark.parametrize(
    "x, y, message",
    [
        (np.ones((40, 2)), np.ones((40, 3)), r"samples \(40, 2\)"),
        (np.full((40, 2), np.nan), np.ones((40, 2)), "samples with NaN"),
        (np.ones(40), np.ones((40, 1)), r"shape \(40,\)"),
        (np.ones((0, 2)), np.ones((40, 2)), r"shape \(0, 2\)"),
        (np.ones((2, 2)), np.ones((40, 2)), "at least"),
    ],
)
def test_bad_sets(metric, x, y, message):
    with pytest.raises(ValueError, match=message):
        metric(x, y)


def test_images_are_flattened():
    images = normal(100, dim=12).reshape(100, 2, 2, 3)
    others = normal(100, dim=12, seed=1)
    expected = frechet_distance(images.reshape(100, 12), others)
    assert frechet_distance(images, others) == expected
