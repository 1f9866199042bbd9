"""MultivariateGaussian against NumPy, SciPy and linear algebra in float64."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from scipy import stats

from keras_genmodels.models.gaussians.multivariate_gaussian import (
    MultivariateGaussian,
)


class TestContract(ModelContract):
    sample_range = (-np.inf, np.inf)
    density = "log_prob"
    density_draws = False
    served_from_jax = False  # no matrix routines
    has_optimizer = False

    def make_model(self, **kwargs):
        return MultivariateGaussian((2, 3, 1), **kwargs)

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        # Wide enough that no log density is near 0.
        return 3 * rng.random((num_rows, 2, 3, 1), dtype="float32")


def far_off(num_rows, dim=5, seed=0):
    """Correlated rows with standard deviations of 1 around a mean of 1000."""
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(dim, dim))
    mixing /= np.linalg.norm(mixing, axis=1, keepdims=True)
    x = 1e3 + rng.normal(size=(num_rows, dim)) @ mixing.T
    return x.astype("float32")


def fit(x, batch_size=128, epochs=1, **kwargs):
    model = MultivariateGaussian(x.shape[1:], **kwargs)
    model.compile()
    model.fit(x, batch_size=batch_size, epochs=epochs, verbose=0)
    return model


def moments(x):
    x = x.reshape(len(x), -1).astype("float64")
    return x.mean(axis=0), np.cov(x.T, bias=True)


@pytest.fixture(scope="module")
def gaussian():
    return fit(far_off(3001))


# --- maximum likelihood -------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 7, 128, 3001])
def test_one_epoch_gives_mean_and_covariance(batch_size):
    x = far_off(3001 if batch_size > 1 else 1500)
    model = fit(x, batch_size)
    mean, covariance = moments(x)
    # Float32 numbers near 1000 are 6e-5 apart.
    np.testing.assert_allclose(model.mean, mean, atol=5e-5, rtol=0)
    np.testing.assert_allclose(model.covariance, covariance, atol=1e-5)


def test_a_second_epoch_changes_nothing():
    x = far_off(500)
    once, twice = fit(x, 100), fit(x, 100, epochs=2)
    np.testing.assert_allclose(twice.mean, once.mean, atol=1e-4, rtol=0)
    np.testing.assert_allclose(twice.covariance, once.covariance, atol=1e-5)


def test_batches_of_unlike_data_are_merged():
    """Batches that differ in mean, scale and size; in two calls of `fit`."""
    rng = np.random.default_rng(0)
    parts = [
        (shift + scale * rng.normal(size=(n, 3))).astype("float32")
        for shift, scale, n in ((0, 1, 1), (50, 0.1, 40), (-3, 7, 13))
    ]
    model = MultivariateGaussian((3,))
    model.compile()
    for part in parts:
        model.fit(part, batch_size=len(part), verbose=0)
    mean, covariance = moments(np.concatenate(parts))
    np.testing.assert_allclose(model.mean, mean, rtol=1e-5)
    np.testing.assert_allclose(model.covariance, covariance, rtol=1e-4)


def test_sample_weights_count_as_copies():
    x = far_off(60)
    copies = np.random.default_rng(1).integers(0, 4, len(x))
    model = MultivariateGaussian((5,))
    model.compile()
    for rows in (slice(0, 25), slice(25, 60)):
        model.train_on_batch(
            x[rows], sample_weight=copies[rows].astype("float32")
        )
    mean, covariance = moments(np.repeat(x, copies, axis=0))
    np.testing.assert_allclose(model.mean, mean, atol=1e-4, rtol=0)
    np.testing.assert_allclose(model.covariance, covariance, atol=1e-5)


def test_the_log_of_training_is_that_of_the_fitted_model():
    x = far_off(400)
    model = MultivariateGaussian((5,))
    model.compile()
    logs = model.fit(x, batch_size=400, verbose=0).history["loss"]
    expected = -stats.multivariate_normal(*moments(x)).logpdf(x).mean()
    np.testing.assert_allclose(logs[0], expected, rtol=1e-4)
    np.testing.assert_allclose(
        model.evaluate(x, verbose=0), expected, rtol=1e-4
    )


# --- density and draws --------------------------------------------------------


def test_log_prob(gaussian):
    x = far_off(500)
    exact = stats.multivariate_normal(*moments(far_off(3001)))
    np.testing.assert_allclose(
        gaussian.log_prob(x), exact.logpdf(x), atol=1e-3, rtol=0
    )


def test_log_prob_of_images(digits):
    (x, _), _ = digits
    model = fit(x, shrinkage=0.1)
    mean, covariance = moments(x)
    exact = stats.multivariate_normal(mean, shrunk(covariance, 0.1))
    np.testing.assert_allclose(
        model.log_prob(x[:50]),
        exact.logpdf(x[:50].reshape(50, -1)),
        atol=5e-3,
    )


def shrunk(covariance, shrinkage):
    from sklearn.covariance import shrunk_covariance

    return shrunk_covariance(covariance, shrinkage)


def test_regularisation():
    x = far_off(100) - 1e3
    covariance = moments(x)[1]
    np.testing.assert_allclose(
        fit(x, shrinkage=0.3).covariance, shrunk(covariance, 0.3), atol=1e-6
    )
    np.testing.assert_allclose(
        fit(x, covariance_floor=0.5).covariance,
        covariance + 0.5 * np.eye(5),
        atol=1e-6,
    )


def test_samples_have_the_mean_and_the_covariance(gaussian):
    n = 40_000
    drawn = gaussian.sample(n, seed=0, batch_size=n)
    mean, covariance = moments(drawn)
    np.testing.assert_allclose(mean - gaussian.mean, 0, atol=5 / n**0.5)
    np.testing.assert_allclose(
        covariance, gaussian.covariance, atol=5 * 2**0.5 / n**0.5
    )


# --- conditioning -------------------------------------------------------------

MASK = np.array([True, False, False, True, False])


def test_condition_is_the_schur_complement(gaussian):
    x = far_off(20, seed=2)
    mean, covariance = moments(far_off(3001))
    precision = np.linalg.inv(covariance)
    # The precision's block is that of the conditional: Bishop, eq. 2.73, 2.75.
    expected_covariance = np.linalg.inv(precision[np.ix_(MASK, MASK)])
    expected_mean = (
        mean[MASK]
        - (x[:, ~MASK] - mean[~MASK])
        @ precision[np.ix_(~MASK, MASK)]
        @ expected_covariance
    )
    completed, conditional = gaussian.condition(x, MASK)
    np.testing.assert_array_equal(completed[:, ~MASK], x[:, ~MASK])
    np.testing.assert_allclose(
        completed[:, MASK], expected_mean, atol=2e-3, rtol=0
    )
    np.testing.assert_allclose(conditional, expected_covariance, atol=1e-4)


def test_a_density_is_marginal_times_conditional(gaussian):
    x = far_off(20, seed=3)
    completed, conditional = gaussian.condition(x, MASK)
    marginal = stats.multivariate_normal(
        gaussian.mean[~MASK], gaussian.covariance[np.ix_(~MASK, ~MASK)]
    )
    remaining = stats.multivariate_normal(cov=conditional)
    np.testing.assert_allclose(
        marginal.logpdf(x[:, ~MASK])
        + remaining.logpdf(x[:, MASK] - completed[:, MASK]),
        gaussian.log_prob(x),
        atol=1e-2,
        rtol=0,
    )


def test_inpaint_draws_from_the_conditional(gaussian):
    n = 20_000
    x = np.repeat(far_off(1, seed=4), n, axis=0)
    drawn = gaussian.inpaint(x, MASK, seed=0)
    completed, conditional = gaussian.condition(x[:1], MASK)
    assert drawn.dtype == np.float32
    np.testing.assert_array_equal(drawn[:, ~MASK], x[:, ~MASK])
    error = 6 / n**0.5
    difference = drawn[:, MASK].astype("float64") - completed[:, MASK]
    np.testing.assert_allclose(difference.mean(axis=0), 0, atol=error)
    np.testing.assert_allclose(
        np.cov(difference.T, bias=True), conditional, atol=error
    )
    np.testing.assert_array_equal(drawn, gaussian.inpaint(x, MASK, seed=0))
    assert not np.array_equal(drawn, gaussian.inpaint(x, MASK, seed=1))


def test_everything_unknown_is_the_model_itself(gaussian):
    x = np.zeros((3, 5), "float32")
    completed, conditional = gaussian.condition(x, np.array(True))
    np.testing.assert_allclose(completed, [gaussian.mean] * 3)
    np.testing.assert_allclose(conditional, gaussian.covariance)


def test_the_mask_of_an_image_broadcasts(digits):
    (x, _), _ = digits
    model = fit(x, shrinkage=0.05)
    mask = np.zeros((8, 8, 1), bool)
    mask[4:] = True
    lower = np.arange(8)[:, None, None] >= 4
    whole, _ = model.condition(x[:30], mask)
    np.testing.assert_array_equal(whole, model.condition(x[:30], lower)[0])
    np.testing.assert_array_equal(whole[:, :4], x[:30, :4])
    # Knowing the upper half explains part of the variance of the lower half.
    error = np.mean((whole - x[:30])[:, 4:] ** 2)
    assert error < 0.8 * np.mean((model.mean - x[:30])[:, 4:] ** 2)


# --- bad input ----------------------------------------------------------------


def constant_column():
    x = far_off(50)
    x[:, 2] = 7
    return x


def dependent_column():
    x = far_off(50) - 1e3
    x[:, 2] = x[:, 0] + x[:, 1]
    return x


@pytest.mark.parametrize(
    "x",
    [
        constant_column(),
        dependent_column(),
        far_off(4),
        far_off(1),
        np.random.default_rng(0).random((60, 64)).astype("float32"),
    ],
    ids=["constant", "dependent", "few rows", "one row", "few of 64"],
)
def test_a_singular_covariance_is_refused(x):
    model = fit(x, batch_size=16)
    calls = [
        lambda: model.log_prob(x),
        lambda: model.sample(2),
        lambda: model.evaluate(x, verbose=0),
        lambda: model.condition(x, np.arange(x.shape[1]) == 0),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="singular.*`shrinkage`"):
            call()


@pytest.mark.parametrize(
    "argument", [{"shrinkage": 0.1}, {"covariance_floor": 0.1}]
)
def test_a_regularised_covariance_serves_singular_data(argument):
    x = constant_column()[:4]
    model = fit(x, **argument)
    assert np.isfinite(model.log_prob(x)).all()
    assert np.isfinite(model.sample(2)).all()


def test_an_unfitted_model_is_refused():
    model = MultivariateGaussian((5,))
    model.compile()
    for call in (
        lambda: model.log_prob(far_off(2)),
        lambda: model.sample(2),
        lambda: model.evaluate(far_off(2)),
    ):
        with pytest.raises(ValueError, match="fitted"):
            call()


@pytest.mark.parametrize(
    "mask",
    [
        np.zeros(5, bool),
        np.ones(4, bool),
        np.ones(5),
        np.ones((2, 5), bool),
    ],
    ids=["nothing", "short", "float", "one per row"],
)
def test_bad_masks(gaussian, mask):
    for verb in (gaussian.condition, gaussian.inpaint):
        with pytest.raises(ValueError, match="mask"):
            verb(far_off(2), mask)


@pytest.mark.parametrize(
    "argument",
    [
        {"shrinkage": -0.1},
        {"shrinkage": 1.1},
        {"shrinkage": np.nan},
        {"covariance_floor": -1.0},
        {"covariance_floor": np.inf},
    ],
)
def test_bad_arguments(argument):
    with pytest.raises(ValueError, match=next(iter(argument))):
        MultivariateGaussian((5,), **argument)


def test_keras_predict_returns_log_prob(gaussian):
    x = far_off(10)
    np.testing.assert_allclose(
        gaussian.predict(x, verbose=0), gaussian.log_prob(x), rtol=1e-4
    )


def test_the_density_is_differentiable(gaussian):
    """The gradient of log p is -Sigma^-1 (x - mu)."""
    from keras_genmodels.training import input_gradient

    x = far_off(6)
    gradient = keras.ops.convert_to_numpy(
        input_gradient(gaussian.compute_log_prob, keras.ops.array(x))
    )
    mean, covariance = moments(far_off(3001))
    expected = -np.linalg.solve(covariance, (x - mean).T).T
    np.testing.assert_allclose(gradient, expected, atol=1e-2)
