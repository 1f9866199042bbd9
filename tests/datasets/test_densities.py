"""Samplers of densities in the plane, against closed forms and geometry."""

import numpy as np
import pytest
from scipy import stats

from keras_genmodels import datasets

SAMPLERS = [
    datasets.two_moons,
    datasets.eight_gaussians,
    datasets.checkerboard,
    datasets.swiss_roll,
    datasets.pinwheel,
    datasets.rings,
]
N = 100_000
# Below this, a test would fail by chance once in 10,000 seeds; the seed is
# fixed, so it fails never or always.
SMALLEST_P = 1e-4


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda f: f.__name__)
class TestEverySampler:
    def test_shape_type_and_range(self, sampler):
        points = sampler(20_000, seed=0)
        assert points.shape == (20_000, 2) and points.dtype == np.float32
        assert np.all(np.isfinite(points))
        assert np.mean(np.abs(points) <= 4) > 0.999
        assert np.abs(points).max() > 2
        assert sampler(1, seed=0).shape == (1, 2)

    def test_seed(self, sampler):
        np.testing.assert_array_equal(sampler(50, seed=1), sampler(50, seed=1))
        assert np.all(sampler(50, seed=1) != sampler(50, seed=2))
        assert np.all(sampler(50) != sampler(50))

    def test_points_are_independent(self, sampler):
        """No order among the rows: neighbours do not resemble each other."""
        points = sampler(N, seed=0)
        for column in points.T:
            result = stats.spearmanr(column[:-1], column[1:])
            assert result.pvalue > SMALLEST_P

    @pytest.mark.parametrize("bad", [0, -1, 2.0, "3", None])
    def test_bad_num_samples(self, sampler, bad):
        with pytest.raises(ValueError, match="whole number.*Received"):
            sampler(bad)


def polar(points):
    x, y = points.T.astype("float64")
    return np.hypot(x, y), np.arctan2(y, x) % (2 * np.pi)


def assert_uniform(values, low, high):
    result = stats.kstest(values, stats.uniform(low, high - low).cdf)
    assert result.pvalue > SMALLEST_P


def assert_equally_often(values, num_values):
    counts = np.bincount(values, minlength=num_values)
    assert len(counts) == num_values
    assert stats.chisquare(counts).pvalue > SMALLEST_P


def test_eight_gaussians():
    points = datasets.eight_gaussians(N, seed=0)
    # Each coordinate is a mixture of Gaussians in one dimension.
    angles = np.arange(8) * np.pi / 4
    for column, means in zip(
        points.T, 3 * np.array([np.cos(angles), np.sin(angles)]), strict=True
    ):

        def cdf(values, means=means):
            return stats.norm.cdf(values[:, np.newaxis], means, 0.25).mean(1)

        assert stats.kstest(column, cdf).pvalue > SMALLEST_P
    # Squared distance from the nearest mean: chi-square with two degrees of
    # freedom, but for the few points that lie nearer to another mean (with
    # means 2.3 apart, 4e-6 of them).
    means = 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    squares = np.sum((points[:, np.newaxis] - means) ** 2, axis=2) / 0.25**2
    assert_equally_often(np.argmin(squares, axis=1), 8)
    result = stats.kstest(squares.min(axis=1), stats.chi2(2).cdf)
    assert result.pvalue > SMALLEST_P


def test_checkerboard():
    points = datasets.checkerboard(N, seed=0).astype("float64")
    squares = np.floor(points / 2).astype(int)
    assert np.all(squares.sum(axis=1) % 2 == 0)
    assert squares.min() == -2 and squares.max() == 1
    # Uniform on 8 squares: as often in each of the 4 x 4 quarters of all.
    cells = np.floor((points - 2 * squares) * 2).astype(int)
    index = 4 * (squares[:, 0] + 2) + squares[:, 1] + 2
    dark = {place: rank for rank, place in enumerate(np.unique(index))}
    rank = np.array([dark[place] for place in index])
    assert_equally_often(16 * rank + 4 * cells[:, 0] + cells[:, 1], 8 * 16)


def test_rings():
    radius, angle = polar(datasets.rings(N, seed=0))

    def cdf(values):
        return stats.norm.cdf(values[:, np.newaxis], [1, 2, 3], 0.1).mean(1)

    assert stats.kstest(radius, cdf).pvalue > SMALLEST_P
    assert_uniform(angle, 0, 2 * np.pi)
    assert abs(stats.spearmanr(radius, np.cos(angle)).statistic) < 0.02


def test_two_moons():
    points = datasets.two_moons(N, seed=0).astype("float64")
    centres = np.array([[-1, -0.5], [1, 0.5]])
    # The upper arc bulges upwards around the left centre, the lower one is
    # its mirror image through the origin.
    upper = points - centres[0]
    lower = -(points - centres[1])
    distance = np.stack([arc_distance(upper), arc_distance(lower)], axis=1)
    which = np.argmin(distance, axis=1)
    assert_equally_often(which, 2)
    on_arc = np.where(which[:, np.newaxis] == 0, upper, lower)
    radius, angle = polar(on_arc)
    # Within a noise scale or two of the ends the angle is blurred.
    middle = (angle > 0.3) & (angle < np.pi - 0.3)
    assert_uniform(angle[middle], 0.3, np.pi - 0.3)
    # Noise across the arc: normal, but for the curvature, which moves the mean
    # radius by 0.1^2 / (2 * 2).
    assert abs(radius[middle].mean() - 2.0025) < 5 * 0.1 / np.sqrt(N / 2)
    assert abs(radius[middle].std() - 0.1) < 5 * 0.1 / np.sqrt(N)


def arc_distance(points):
    angle = np.clip(np.arctan2(points[:, 1], points[:, 0]), 0, np.pi)
    # Below the left end the angle is near -pi, and the end is the nearest.
    left_below = (points[:, 1] < 0) & (points[:, 0] < 0)
    angle = np.where(left_below, np.pi, angle)
    arc = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.linalg.norm(points - arc, axis=1)


def test_swiss_roll():
    radius, angle = polar(datasets.swiss_roll(N, seed=0))
    # The turn a point belongs to is the one whose radius is nearest.
    turns = angle[:, np.newaxis] + 2 * np.pi * np.arange(3)
    on_roll = (turns > 1.5 * np.pi - 0.3) & (turns < 4.5 * np.pi + 0.3)
    gaps = radius[:, np.newaxis] - 3.5 * turns / (4.5 * np.pi)
    nearest = np.argmin(np.where(on_roll, np.abs(gaps), np.inf), axis=1)
    rows = np.arange(N)
    gap, t = gaps[rows, nearest], turns[rows, nearest]
    middle = (t > 1.5 * np.pi + 0.5) & (t < 4.5 * np.pi - 0.5)
    assert_uniform(t[middle], 1.5 * np.pi + 0.5, 4.5 * np.pi - 0.5)
    # Along the radius the noise is a little wider than 0.1, by the slope of
    # the spiral: sqrt(1 + 1 / t^2), at most 1.022 here.
    assert abs(gap[middle].mean()) < 0.005
    assert 0.1 < gap[middle].std() < 0.103


def test_pinwheel():
    points = datasets.pinwheel(N, seed=0).astype("float64")
    x = points[:, 0] + 1j * points[:, 1]
    # Five equal arms: the sample is as good when turned by a fifth, so that
    # these moments vanish (each has a standard error of about size / sqrt(N)).
    for power in (1, 2, 3, 4, 6):
        size = np.sqrt(np.mean(np.abs(x) ** (2 * power)))
        assert abs(np.mean(x**power)) < 5 * size / np.sqrt(N)
    # The fifth does not: by Gauss-Hermite quadrature over the arm's Gaussian.
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    a, b = 2 + 0.6 * nodes[:, np.newaxis], 0.2 * nodes
    arm = (a + 1j * b) * np.exp(0.25j * np.exp(a / 2 - 1))
    weight = np.outer(weights, weights) / (2 * np.pi)
    for function in (lambda z: z**5, lambda z: abs(z) ** 2, lambda z: abs(z)):
        values = function(x)
        error = values.std() / np.sqrt(N)
        assert abs(values.mean() - np.sum(weight * function(arm))) < 5 * error
