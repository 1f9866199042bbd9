"""The autoencoder against principal component analysis."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from scipy import linalg
from scipy import stats
from sklearn.decomposition import PCA

from keras_genmodels.models.autoencoders.autoencoder import Autoencoder


class TestContract(ModelContract):
    density = "reconstruction_log_prob"
    density_draws = False

    def make_model(self, **kwargs):
        model = Autoencoder.from_shape((5, 7, 2), hidden_units=(16,), **kwargs)
        # A density of codes, so that there is something to sample from.
        model.num_codes.assign(70)
        model.code_factor.assign(np.eye(2))
        # A bias, so that black and grey differ before there is any training.
        model.decoder.variables[-1].assign(np.ones(70))
        return model

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 5, 7, 2), dtype="float32")


def correlated_data(num_rows=512, seed=0):
    """Five dimensions, three of which matter."""
    rng = np.random.default_rng(seed)
    axes = linalg.qr(rng.normal(size=(5, 5)))[0]
    scales = np.array([2.0, 1.5, 1.0, 0.3, 0.2])
    x = rng.normal(size=(num_rows, 5)) * scales @ axes.T
    return (x + [1.0, -2.0, 0.0, 0.5, 3.0]).astype("float32")


@pytest.fixture(scope="module")
def linear():
    """A linear autoencoder, trained."""
    keras.utils.set_random_seed(0)
    x = correlated_data()
    model = Autoencoder.from_shape(
        (5,), latent_dim=3, hidden_units=(), likelihood="normal", seed=0
    )
    steps = 40 * 16
    schedule = keras.optimizers.schedules.CosineDecay(0.03, steps)
    model.compile(keras.optimizers.Adam(schedule))
    model.fit(x, epochs=40, batch_size=32, verbose=0)
    return model, x


def test_a_linear_autoencoder_reaches_the_error_of_pca(linear):
    model, x = linear
    pca = PCA(3).fit(x)
    best = np.mean((x - pca.inverse_transform(pca.transform(x))) ** 2)
    error = np.mean((x - model.reconstruct(x)) ** 2)
    # No three-dimensional linear code has a smaller error.
    assert best * (1 - 1e-4) < error < 1.02 * best


def test_a_linear_autoencoder_spans_the_principal_subspace(linear):
    model, x = linear
    pca = PCA(3).fit(x)
    weights, _ = model.decoder.get_weights()
    angles = linalg.subspace_angles(weights.T, pca.components_.T)
    assert angles.max() < 0.05
    # The mean lies in the affine subspace too.
    np.testing.assert_allclose(
        model.reconstruct(x.mean(0, keepdims=True))[0], x.mean(0), atol=0.03
    )


def test_the_learned_scale_is_the_root_mean_squared_error(linear):
    model, x = linear
    rms = np.sqrt(np.mean((x - model.reconstruct(x)) ** 2))
    scale = np.exp(keras.ops.convert_to_numpy(model.likelihood.log_scale.value))
    np.testing.assert_allclose(scale, rms, rtol=0.05)


def test_reconstruction_is_measured_by_the_likelihood_at_the_code(linear):
    model, x = linear
    decoded = model.decode(model.encode(x))
    np.testing.assert_allclose(model.reconstruct(x), decoded, atol=1e-6)
    scale = np.exp(keras.ops.convert_to_numpy(model.likelihood.log_scale.value))
    expected = stats.norm.logpdf(x, decoded, scale).sum(1)
    np.testing.assert_allclose(
        model.reconstruction_log_prob(x), expected, rtol=1e-4, atol=1e-4
    )
    logs = model.evaluate(x, verbose=0, return_dict=True)
    np.testing.assert_allclose(logs["loss"], -expected.mean(), rtol=1e-4)


def test_bernoulli_loss_is_the_cross_entropy():
    model = Autoencoder.from_shape((6,), hidden_units=(), seed=0)
    x = np.random.default_rng(0).integers(0, 2, (9, 6)).astype("float32")
    expected = stats.bernoulli.logpmf(x, model.reconstruct(x)).sum(1)
    np.testing.assert_allclose(
        model.reconstruction_log_prob(x), expected, rtol=1e-4
    )


# --- sampling: not without a density of codes ---------------------------------


def identity_autoencoder():
    model = Autoencoder.from_shape(
        (3,), latent_dim=3, hidden_units=(), likelihood="normal", seed=0
    )
    model.encoder.set_weights([np.eye(3), np.zeros(3)])
    model.decoder.set_weights([np.eye(3), np.zeros(3)])
    return model


def test_there_is_nothing_to_sample_from_at_first(tmp_path):
    model = identity_autoencoder()
    with pytest.raises(ValueError, match="fit_code_density"):
        model.sample(3)
    with pytest.raises(ValueError, match="two examples"):
        model.fit_code_density(np.zeros((1, 3)))
    model.fit_code_density(np.random.default_rng(0).normal(size=(9, 3)))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        loaded.sample(4, seed=0), model.sample(4, seed=0), rtol=1e-6
    )


def test_samples_follow_the_normal_density_of_the_codes():
    model = identity_autoencoder()
    rng = np.random.default_rng(0)
    root = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, -1.0], [0.0, 0.0, 0.3]])
    x = (rng.normal(size=(500, 3)) @ root + [5.0, 0.0, -1.0]).astype("float32")
    model.fit_code_density(x)
    drawn = model.sample(20_000, seed=0, batch_size=20_000)
    np.testing.assert_allclose(drawn.mean(0), x.mean(0), atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(x.T), atol=0.1)


def test_codes_in_a_plane_have_a_singular_density():
    model = identity_autoencoder()
    x = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    x[:, 2] = x[:, 0] + x[:, 1]
    model.fit_code_density(x)
    drawn = model.sample(100, seed=0)
    np.testing.assert_allclose(drawn[:, 2], drawn[:, 0] + drawn[:, 1], atol=0.1)
    assert drawn[:, 0].std() > 0.5


def test_one_code_dimension():
    model = Autoencoder.from_shape((4, 4, 1), latent_dim=1, hidden_units=())
    x = np.random.default_rng(0).random((9, 4, 4, 1), dtype="float32")
    model.fit_code_density(x)
    assert model.sample(3).shape == (3, 4, 4, 1)


def test_bad_arguments():
    with pytest.raises(ValueError, match="likelihood"):
        Autoencoder.from_shape((4,), likelihood="poisson")
