"""Log densities and divergences against SciPy and by Monte Carlo."""

import keras
import numpy as np
import pytest
from scipy import stats

from keras_genmodels import distributions


def numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_normal_log_prob(rng):
    x, mean, log_scale = rng.normal(size=(3, 10, 4, 2))
    expected = stats.norm.logpdf(x, mean, np.exp(log_scale)).sum((1, 2))
    value = distributions.normal_log_prob(
        *(keras.ops.array(a, "float64") for a in (x, mean, log_scale))
    )
    np.testing.assert_allclose(numpy(value), expected, rtol=1e-6)


def test_normal_log_prob_integrates_to_one():
    grid = np.linspace(-12, 12, 2001)
    density = np.exp(
        numpy(
            distributions.normal_log_prob(
                keras.ops.array(grid[:, None], "float32"), 1.0, 0.3
            )
        )
    )
    np.testing.assert_allclose(np.trapezoid(density, grid), 1, rtol=1e-5)


def test_bernoulli_log_prob(rng):
    logits = rng.normal(scale=3, size=(10, 3, 2))
    x = rng.integers(0, 2, size=(10, 3, 2))
    expected = stats.bernoulli.logpmf(x, 1 / (1 + np.exp(-logits)))
    value = distributions.bernoulli_log_prob(
        keras.ops.array(x, "float32"), keras.ops.array(logits, "float32")
    )
    np.testing.assert_allclose(numpy(value), expected.sum((1, 2)), rtol=1e-5)


def test_bernoulli_log_prob_stays_finite():
    value = distributions.bernoulli_log_prob(
        keras.ops.array([[1.0, 0.0, 0.0]]),
        keras.ops.array([[-200.0, 200.0, -200.0]]),
    )
    np.testing.assert_allclose(numpy(value), [-400.0])


def test_normal_kl_by_monte_carlo(rng):
    mean, log_var = rng.normal(size=(2, 5, 3))
    z = mean + np.exp(log_var / 2) * rng.normal(size=(200_000, 5, 3))
    terms = stats.norm.logpdf(z, mean, np.exp(log_var / 2)) - stats.norm.logpdf(
        z
    )
    estimate = terms.sum(2)
    error = estimate.std(0) / np.sqrt(len(z))
    value = numpy(
        distributions.normal_kl(
            keras.ops.array(mean, "float32"),
            keras.ops.array(log_var, "float32"),
        )
    )
    assert (np.abs(value - estimate.mean(0)) < 5 * error + 1e-6).all()


def test_normal_kl_by_quadrature():
    mean, scale = 0.7, 0.2
    value = distributions.normal_kl(
        keras.ops.array([[mean]], "float32"),
        keras.ops.array([[2 * np.log(scale)]], "float32"),
    )
    q = stats.norm(mean, scale)
    expected = q.expect(lambda z: q.logpdf(z) - stats.norm.logpdf(z))
    np.testing.assert_allclose(numpy(value), [expected], rtol=1e-5)


def test_normal_kl_is_zero_at_the_prior_and_positive_elsewhere():
    log_var = np.linspace(-1e-2, 1e-2, 21)[:, None]
    value = numpy(
        distributions.normal_kl(
            keras.ops.zeros((21, 1)), keras.ops.array(log_var, "float32")
        )
    )
    assert (value >= 0).all()
    np.testing.assert_allclose(value, log_var[:, 0] ** 2 / 4, atol=1e-6)


def test_log_mean_exp_does_not_overflow():
    x = keras.ops.array([[1000.0, 1000.0 + np.log(3)], [-1e4, -1e4]])
    np.testing.assert_allclose(
        numpy(distributions.log_mean_exp(x, axis=1)),
        [1000 + np.log(2), -1e4],
        rtol=1e-6,
    )
