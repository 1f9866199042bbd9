"""Precision, recall, density, coverage, copies and two-sample tests."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from keras_genmodels.metrics import classifier_two_sample_test
from keras_genmodels.metrics import density_coverage
from keras_genmodels.metrics import distances
from keras_genmodels.metrics import memorization_test
from keras_genmodels.metrics import nearest_neighbors
from keras_genmodels.metrics import precision_recall
from keras_genmodels.metrics.neighborhoods import overlap


def normal(num_rows, seed, mean=0.0, dim=4):
    rng = np.random.default_rng(seed)
    return rng.normal(mean, 1, (num_rows, dim))


def dice(num_rows, seed, num_dice=5):
    """Ints, of which many pairs are equally far apart."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, 7, (num_rows, num_dice))


def counted(samples, reference, k):
    """Precision, recall, density and coverage of ints, in ints."""

    def squares(a, b):
        return np.sum((a[:, None] - b) ** 2, axis=2)

    def radii(x):  # the first is the row itself
        return np.sort(squares(x, x), axis=1)[:, k]

    in_data = squares(samples, reference) <= radii(reference)
    in_samples = squares(reference, samples) <= radii(samples)
    n, m = in_data.shape
    return (
        (in_data.any(axis=1).sum() / n, in_samples.any(axis=1).sum() / m),
        (in_data.sum() / n / k, in_data.any(axis=0).sum() / m),
    )


@pytest.mark.exact
def test_equal_sets_overlap_wholly():
    for x in (normal(200, 0), normal(200, 0, mean=1e9, dim=1)):
        assert precision_recall(x, x) == (1, 1)
        # Each ball holds its center and k others.
        assert density_coverage(x, x, k=4) == (5 / 4, 1)


@pytest.mark.exact
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equal_points_overlap_wholly(dtype):
    x = np.full((50, 64), 0.1, dtype)
    assert precision_recall(x, x[:20]) == (1, 1)
    # All of them lie in each of the 20 balls.
    assert density_coverage(x, x[:20]) == (20 / 5, 1)
    assert not nearest_neighbors(x, x[:20], k=3).distances.any()


@pytest.mark.exact
@pytest.mark.parametrize("k", [1, 5])
@pytest.mark.parametrize(
    "types",
    [("float64",) * 2, ("float32",) * 2, ("float32", "float64")],
)
@pytest.mark.parametrize("num_dice", [1, 5])
def test_ties_are_counted_as_of_ints(num_dice, types, k):
    """Faces / 6 are rounded; what ties among faces ties among them."""
    sets = dice(200, 0, num_dice), dice(300, 1, num_dice) + 1
    for pair in (sets, (sets[1], sets[1])):
        for shift in (0, 50):
            x, y = (
                ((faces + shift) / 6).astype(dtype)
                for faces, dtype in zip(pair, types, strict=True)
            )
            expected = counted(*pair, k)
            assert precision_recall(x, y, k=k) == expected[0]
            assert density_coverage(x, y, k=k) == expected[1]
            assert overlap(x, y, k) == expected


@pytest.mark.exact
@pytest.mark.parametrize("chunk", [5_000_000, 1000, 1])
def test_nearest_are_those_of_differences(chunk, monkeypatch):
    """In two narrow modes far apart, where products say nothing."""
    monkeypatch.setattr(distances, "CHUNK", chunk)
    x_train = 1e-4 * normal(400, 0)
    x_train[:200] += 1e4
    x_train[200:] -= 1e4
    x_train[100:200] = x_train[:100]
    samples = np.concatenate([x_train[150:250], 1e4 + 1e-4 * normal(50, 1)])
    found, far = nearest_neighbors(samples, x_train, k=3)
    differences = np.linalg.norm(samples[:, None] - x_train, axis=2)
    order = np.argsort(differences, axis=1, kind="stable")[:, :3]
    np.testing.assert_array_equal(found, order)
    np.testing.assert_allclose(
        far, np.take_along_axis(differences, order, axis=1), rtol=1e-14
    )
    # Copies are at 0, and the first of two equal rows comes first.
    np.testing.assert_array_equal(far[:50, :2], np.zeros((50, 2)))
    np.testing.assert_array_equal(found[:50, 0], np.arange(50, 100))


def test_disjoint_sets_do_not_overlap():
    x, y = normal(200, 0), normal(200, 1, mean=100.0)
    assert precision_recall(x, y) == (0, 0)
    assert density_coverage(x, y) == (0, 0)


def test_four_points_by_hand():
    """Balls of the data: [0, 1], [0, 2], [1, 3] about 0, 1, 2."""
    data, samples = np.array([[0.0], [1], [2]]), np.array([[0.5], [2.5], [9]])
    precise = precision_recall(samples, data, k=1)
    # 0.5 and 2.5 lie in balls. Balls of the samples reach 2, 2 and 6.5 far.
    assert precise == (pytest.approx(2 / 3), 1)
    # In the balls of 0 and 1, of 2, of none; each ball has a sample.
    assert density_coverage(samples, data, k=1) == (1, 1)


def test_half_of_the_modes():
    data = np.concatenate([normal(200, 0), normal(200, 1, mean=50.0)])
    samples = normal(400, 2)
    precision, recall = precision_recall(samples, data)
    assert precision > 0.9 and 0.4 < recall <= 0.5
    density, coverage = density_coverage(samples, data)
    assert density == pytest.approx(1, rel=0.1) and 0.45 < coverage <= 0.5


def test_half_of_the_samples_are_noise():
    samples = np.concatenate([normal(200, 2), normal(200, 3, mean=50.0)])
    precision, recall = precision_recall(samples, normal(400, 0))
    assert 0.4 < precision <= 0.5 and recall > 0.85


def test_coverage_of_one_distribution_is_as_derived():
    k, n = 3, 1000
    values = [
        density_coverage(normal(n, 2 * i), normal(n, 2 * i + 1), k=k)
        for i in range(3)
    ]
    density, coverage = np.mean(values, axis=0)
    assert density == pytest.approx(1, abs=0.05)
    assert coverage == pytest.approx(1 - 2**-k, abs=0.02)


def test_k_must_be_below_the_number_of_rows():
    for metric in (precision_recall, density_coverage):
        with pytest.raises(ValueError, match="k=5"):
            metric(normal(20, 0), normal(5, 1), k=5)
        with pytest.raises(ValueError, match="k=0"):
            metric(normal(20, 0), normal(5, 1), k=0)


def test_nearest_neighbors_by_hand():
    x_train = np.array([[0.0, 0], [3, 4], [6, 8]])
    indices, distances = nearest_neighbors([[3.0, 5], [0, 0]], x_train, k=2)
    np.testing.assert_array_equal(indices, [[1, 2], [0, 1]])
    np.testing.assert_allclose(distances, [[1, 18**0.5], [0, 5]])
    with pytest.raises(ValueError, match="k=4"):
        nearest_neighbors(x_train, x_train, k=4)


def test_copies_of_the_training_data_are_flagged():
    x_train, x_test = normal(1000, 0), normal(400, 1)
    noise = 0.01 * normal(300, 3)
    copies = memorization_test(x_train[:300] + noise, x_test, x_train)
    assert copies.statistic < -3 and copies.p_value < 1e-6
    assert copies.copied > 0.9
    honest = memorization_test(normal(300, 2), x_test, x_train)
    assert abs(honest.statistic) < 2 and honest.p_value > 1e-3
    assert honest.copied < 0.05 and honest.judged > 0.8
    blurred = memorization_test(1.5 * normal(300, 2), x_test, x_train)
    assert blurred.statistic > 3 and blurred.p_value > 0.999


@pytest.mark.exact
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(5))
def test_a_statistic_of_ranks_has_the_ties_of_ints(seed, dtype):
    sets = [dice(n, 3 * seed + i, 8) for i, n in enumerate((200, 150, 300))]
    expected = memorization_test(*sets, num_cells=1)
    sixths = ((faces / 6).astype(dtype) for faces in sets)
    assert memorization_test(*sixths, num_cells=1) == expected


def test_copies_in_one_region_only():
    """In the mean of the cells it is outweighed by what is too far elsewhere,
    but not in the share of copies."""
    x_train = np.concatenate([normal(500, 0), normal(500, 1, mean=50.0)])
    x_test = np.concatenate([normal(200, 2), normal(200, 3, mean=50.0)])
    far = 4 * normal(200, 4)
    samples = np.concatenate([far, x_train[500:700]])
    one = memorization_test(samples, x_test, x_train, num_cells=1)
    two = memorization_test(samples, x_test, x_train, num_cells=2)
    assert abs(one.statistic) < 1
    assert abs(two.statistic) < 1  # of the two, one is far above, one below
    assert one.judged == two.judged == 1
    here = memorization_test(far, x_test, x_train, num_cells=2)
    assert here.judged == 0.5
    assert two.copied == pytest.approx(0.5, abs=0.02)


def test_cells_compare_like_with_like():
    """Three times as many samples as test data in the wider of two modes."""
    wide, narrow = (lambda n, i: 5 * normal(n, i)), (lambda n, i: normal(n, i))

    def both(of_wide, of_narrow, seed):
        parts = wide(of_wide, seed), narrow(of_narrow, seed + 1) + 90
        return np.concatenate(parts)

    x_train, x_test = both(500, 500, 0), both(100, 300, 2)
    samples = both(300, 100, 4)
    one = memorization_test(samples, x_test, x_train, num_cells=1)
    two = memorization_test(samples, x_test, x_train, num_cells=2)
    assert one.statistic > 3 and abs(two.statistic) < 2


def test_the_statistic_is_standard_normal_under_equality():
    """Of one cell; with several its weights make it smaller."""
    x_train = normal(300, 0)
    one, p_values = [], []
    for i in range(1, 101):
        sets = normal(60, 2 * i), normal(50, 2 * i + 1)
        one.append(memorization_test(*sets, x_train, num_cells=1).statistic)
        p_values.append(memorization_test(*sets, x_train, num_cells=2).p_value)
    assert abs(np.mean(one)) < 3 / 100**0.5
    assert np.std(one) == pytest.approx(1, abs=0.2)
    assert np.std(norm.ppf(p_values)) == pytest.approx(1, abs=0.2)


def test_cells_without_enough_rows():
    x_train, x_test = normal(300, 0), normal(100, 1)
    far = normal(50, 2, mean=9.0)  # in the outermost of many cells
    many = memorization_test(far, x_test, x_train, num_cells=30)
    assert many == memorization_test(far, x_test, x_train, num_cells=1)
    with pytest.raises(ValueError, match="at least 20 samples"):
        memorization_test(normal(19, 0), normal(50, 1), normal(50, 2))


def test_sets_that_can_be_told_apart():
    x, y = normal(200, 0), normal(300, 1, mean=3.0)
    for estimator in (None, LogisticRegression()):
        test = classifier_two_sample_test(x, y, estimator=estimator)
        assert test.accuracy > 0.95 and test.p_value < 1e-6


def test_sets_of_one_distribution_cannot():
    tests = [
        classifier_two_sample_test(
            normal(100, 2 * i),
            normal(100, 2 * i + 1),
            estimator=LogisticRegression(),
            seed=i,
        )
        for i in range(100)
    ]
    accuracies, p_values = np.array(tests).T
    assert abs(accuracies.mean() - 0.5) < 0.015
    assert np.mean(p_values < 0.1) < 0.2


def test_a_two_sample_test_is_reproducible_and_needs_rows():
    x, y = normal(60, 0), normal(60, 1, mean=0.5)
    same = classifier_two_sample_test(x, y, seed=3)
    assert classifier_two_sample_test(x, y, seed=3) == same
    with pytest.raises(ValueError, match="at least four"):
        classifier_two_sample_test(x[:3], y)
