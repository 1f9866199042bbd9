"""The denoising autoencoder where the best denoiser is known."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from scipy import linalg
from scipy import stats

from keras_genmodels.layers import GaussianCorruption
from keras_genmodels.layers import MaskingCorruption
from keras_genmodels.layers import NormalLikelihood
from keras_genmodels.layers import SaltAndPepperCorruption
from keras_genmodels.models.autoencoders.denoising_autoencoder import (
    DenoisingAutoencoder,
)


class TestContract(ModelContract):
    density = "reconstruction_log_prob"
    density_draws = False

    def make_model(self, **kwargs):
        model = DenoisingAutoencoder.from_shape(
            (5, 7, 2),
            hidden_units=(16,),
            corruption=SaltAndPepperCorruption(0.2),
            **kwargs,
        )
        # A density of codes, so that there is something to sample from.
        model.num_codes.assign(70)
        model.code_factor.assign(np.eye(2))
        # A bias, so that black and grey differ before there is any training.
        model.decoder.variables[-1].assign(np.ones(70))
        return model

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 5, 7, 2), dtype="float32")


# --- normal data, normal noise, linear networks -------------------------------

SCALE = 0.8
MEAN = np.array([1.0, -2.0, 0.5])
AXES = linalg.qr(np.array([[1.0, 2, 0], [0, 1, 1], [3, 0, 1]]))[0]
VARIANCES = np.array([4.0, 1.0, 0.1])
COVARIANCE = AXES * VARIANCES @ AXES.T


def normal_data(num_rows=2000):
    """Points whose mean and covariance are exactly these."""
    x = np.random.default_rng(0).normal(size=(num_rows, 3))
    x -= x.mean(0)
    x = linalg.solve_triangular(
        linalg.cholesky(np.cov(x.T, ddof=0), lower=True), x.T, lower=True
    ).T
    root = linalg.cholesky(COVARIANCE, lower=True)
    return (x @ root.T + MEAN).astype("float32")


def train_linear(latent_dim, epochs=40):
    keras.utils.set_random_seed(0)
    model = DenoisingAutoencoder.from_shape(
        (3,),
        latent_dim=latent_dim,
        hidden_units=(),
        corruption=GaussianCorruption(SCALE),
        likelihood=NormalLikelihood(scale=1.0),
        seed=0,
    )
    steps = epochs * 20
    schedule = keras.optimizers.schedules.CosineDecay(0.03, steps)
    model.compile(keras.optimizers.Adam(schedule))
    model.fit(normal_data(), epochs=epochs, batch_size=100, verbose=0)
    return model


@pytest.fixture(scope="module")
def linear():
    return train_linear(latent_dim=3)


def linear_map(model):
    """`(A, b)` of the affine function `r(x) = A x + b` of a linear model."""
    at_zero = model.denoise(np.zeros((1, 3)))
    return (model.denoise(np.eye(3)) - at_zero).T, at_zero[0]


def test_the_linear_denoiser_is_the_wiener_filter(linear):
    """E[x | x~] of normal data: Bishop, 2006, eq. 2.116."""
    matrix, offset = linear_map(linear)
    wiener = COVARIANCE @ linalg.inv(COVARIANCE + SCALE**2 * np.eye(3))
    np.testing.assert_allclose(matrix, wiener, atol=0.05)
    np.testing.assert_allclose(offset, MEAN - wiener @ MEAN, atol=0.12)


@pytest.mark.slow
def test_a_narrow_linear_denoiser_shrinks_the_principal_axes():
    """The best map of rank two drops the axis of least variance."""
    matrix, _ = linear_map(train_linear(latent_dim=2, epochs=80))
    gains = VARIANCES / (VARIANCES + SCALE**2) * [1, 1, 0]
    np.testing.assert_allclose(matrix, AXES * gains @ AXES.T, atol=0.05)


def test_the_validation_loss_is_that_of_noisy_data(linear):
    """The best squared error along an axis is v s^2 / (v + s^2)."""
    x = normal_data(20_000)
    logs = linear.evaluate(x, batch_size=2000, verbose=0, return_dict=True)
    error = np.sum(VARIANCES * SCALE**2 / (VARIANCES + SCALE**2))
    constant = 1.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(logs["loss"], constant + error / 2, rtol=0.02)


def test_denoising_points_along_the_score_of_the_noisy_data(linear):
    noisy = stats.multivariate_normal(
        MEAN, COVARIANCE + SCALE**2 * np.eye(3), seed=0
    )
    x = noisy.rvs(50)
    step = 1e-4
    gradient = np.stack(
        [
            (noisy.logpdf(x + step * e) - noisy.logpdf(x - step * e)) / 2 / step
            for e in np.eye(3)
        ],
        axis=1,
    )
    np.testing.assert_allclose(linear.score(x), gradient, atol=0.25)
    direction = linear.denoise(x) - x
    np.testing.assert_allclose(direction, SCALE**2 * gradient, atol=0.15)


# --- any networks -------------------------------------------------------------


@pytest.fixture(scope="module")
def small():
    model = DenoisingAutoencoder.from_shape((4, 6, 3), hidden_units=(8,))
    x = np.random.default_rng(0).random((9, 4, 6, 3), dtype="float32")
    return model, x


def test_corruption_follows_the_seed(small):
    model, x = small
    damaged = model.corrupt(x, seed=1)
    np.testing.assert_array_equal(damaged, model.corrupt(x, seed=1))
    assert not np.array_equal(damaged, model.corrupt(x, seed=2))
    assert not np.array_equal(model.corrupt(x), model.corrupt(x))
    lost = damaged != x
    assert 0.15 < lost.mean() < 0.35
    assert (damaged[lost] == 0).all()


def test_denoising_equals_reconstruction_but_takes_noise(small):
    model, x = small
    np.testing.assert_allclose(model.denoise(x), model.reconstruct(x))
    noisy = x + 3
    assert model.denoise(noisy).shape == x.shape
    with pytest.raises(ValueError, match="values in"):
        model.reconstruct(noisy)


def test_training_sees_damaged_data_and_the_whole_target():
    """With all inputs lost, the best that is left is the mean of the data."""
    x = np.random.default_rng(0).normal(2.0, 1.0, (64, 3)).astype("float32")
    model = DenoisingAutoencoder.from_shape(
        (3,),
        hidden_units=(),
        corruption=MaskingCorruption(1.0),
        likelihood=NormalLikelihood(scale=1.0),
    )
    model.compile(keras.optimizers.Adam(0.05))
    model.fit(np.tile(x, (20, 1)), epochs=8, batch_size=64, verbose=0)
    decoded = model.denoise(np.zeros((1, 3)))[0]
    np.testing.assert_allclose(decoded, x.mean(0), atol=0.1)


def test_bad_arguments(small):
    model, x = small
    with pytest.raises(ValueError, match="corruption"):
        DenoisingAutoencoder.from_shape((4,), corruption="salt")
    with pytest.raises(ValueError, match="GaussianCorruption"):
        model.score(x)
    for bad in (x[:0], np.full_like(x, np.nan)):
        with pytest.raises(ValueError, match="finite"):
            model.denoise(bad)
    with pytest.raises(ValueError, match="shape"):
        model.denoise(x[0])
