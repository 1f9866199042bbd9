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


# --- normal vectors with full covariances -------------------------------------


def covariance_matrices(rng, *shape):
    mixing = rng.normal(size=(*shape, shape[-1]))
    return mixing @ mixing.swapaxes(-2, -1) + 0.1 * np.eye(shape[-1])


def test_multivariate_normal_log_prob(rng):
    covariances = covariance_matrices(rng, 3, 4)
    means, x = rng.normal(size=(3, 4)), rng.normal(size=(3, 10, 4))
    expected = [
        stats.multivariate_normal(mean, covariance).logpdf(rows)
        for mean, covariance, rows in zip(means, covariances, x, strict=True)
    ]
    for rows, wanted in ((x, expected), (x[:1], None)):
        value = numpy(
            distributions.multivariate_normal_log_prob(
                keras.ops.array(rows, "float64"),
                keras.ops.array(means, "float64"),
                keras.ops.array(np.linalg.cholesky(covariances), "float64"),
            )
        )
        if wanted is None:  # one batch for three distributions
            wanted = [
                stats.multivariate_normal(mean, covariance).logpdf(x[0])
                for mean, covariance in zip(means, covariances, strict=True)
            ]
        np.testing.assert_allclose(value, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dim", [1, 2, 5, 30, 100])
@pytest.mark.parametrize("num_rows", [1, 2, 3, 1000])
def test_covariance_cholesky_exists(rng, dim, num_rows):
    """For singular covariances, on scales a million times apart."""
    x = rng.normal(size=(num_rows, dim)) * 10 ** rng.uniform(-3, 3, dim)
    x = (x - x.mean(axis=0)).astype("float32")
    x[:, 1:2] = x[:, :1]
    covariance = x.T @ x / num_rows
    factor = numpy(
        distributions.covariance_cholesky(keras.ops.array(covariance))
    )
    assert (np.diag(factor) > 0).all()
    np.testing.assert_allclose(np.triu(factor, 1), 0)
    product, scale = (
        factor.astype("float64") @ factor.T,
        np.sqrt(np.diag(covariance) + 1e-12),
    )
    error = (product - covariance) / scale[:, None] / scale
    np.testing.assert_allclose(error, 0, atol=1e-4)


def test_gaussian_kl(rng):
    """By Monte Carlo, with SciPy's densities."""
    means = rng.normal(size=(2, 3))
    covariances = covariance_matrices(rng, 2, 3)
    p, q = (
        stats.multivariate_normal(mean, covariance)
        for mean, covariance in zip(means, covariances, strict=True)
    )
    x = p.rvs(200_000, random_state=0)
    terms = p.logpdf(x) - q.logpdf(x)
    error = terms.std() / len(terms) ** 0.5
    arguments = means[0], covariances[0], means[1], covariances[1]
    value = distributions.gaussian_kl(
        *(keras.ops.array(a, "float32") for a in arguments)
    )
    assert abs(numpy(value) - terms.mean()) < 4 * error
    batched = distributions.gaussian_kl(
        *(keras.ops.array(np.stack([a, a]), "float32") for a in arguments)
    )
    np.testing.assert_allclose(numpy(batched), [numpy(value)] * 2, rtol=1e-5)


def test_gaussian_kl_is_normal_kl_where_both_are_defined(rng):
    mean, log_var = rng.normal(size=(2, 4)).astype("float32")
    value = distributions.gaussian_kl(
        *map(keras.ops.array, (mean, np.diag(np.exp(log_var)))),
        keras.ops.zeros(4),
        keras.ops.eye(4),
    )
    expected = distributions.normal_kl(
        *map(keras.ops.array, (mean[None], log_var[None]))
    )
    np.testing.assert_allclose(numpy(value), numpy(expected)[0], rtol=1e-4)


@pytest.mark.parametrize("known", [[], [0, 3], [1, 2, 3]])
def test_condition_gaussian(rng, known):
    covariance = covariance_matrices(rng, 4)
    unknown = [i for i in range(4) if i not in known]
    weights, conditional = map(
        numpy,
        distributions.condition_gaussian(
            keras.ops.array(covariance, "float32"), known, unknown
        ),
    )
    # Bishop, eq. 2.73 and 2.75: by blocks of the inverse.
    precision = np.linalg.inv(covariance)
    expected = np.linalg.inv(precision[np.ix_(unknown, unknown)])
    np.testing.assert_allclose(conditional, expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(
        weights,
        -expected @ precision[np.ix_(unknown, known)],
        rtol=1e-3,
        atol=1e-5,
    )
