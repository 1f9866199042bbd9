"""The VAE against closed forms."""

import itertools

import keras
import numpy as np
import pytest
from contract import ModelContract
from linear_gaussian import SCALE
from linear_gaussian import linear_model
from linear_gaussian import marginal
from linear_gaussian import posterior
from sklearn.decomposition import PCA

import keras_genmodels as kgm
from keras_genmodels.models.autoencoders import vae as vae_module


class TestContract(ModelContract):
    def make_model(self, **kwargs):
        return kgm.VAE.from_shape((5, 7, 2), hidden_units=(16,), **kwargs)

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 5, 7, 2), dtype="float32")

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


@pytest.mark.slow
class TestNormalContract(TestContract):
    """With the other likelihood, and with state in the networks."""

    sample_range = (-np.inf, np.inf)

    def make_model(self, **kwargs):
        return super().make_model(
            likelihood="normal", batch_normalization=True, **kwargs
        )


# --- a model whose density is known -------------------------------------------


@pytest.fixture(scope="module")
def linear_data():
    x = marginal().rvs(200, random_state=0)
    return x.astype("float32"), marginal().logpdf(x)


def test_every_importance_weight_is_the_density_at_the_exact_posterior(
    linear_data,
):
    x, exact = linear_data
    weights = keras.ops.convert_to_numpy(
        linear_model().compute_log_weights(x, num_samples=5)
    )
    np.testing.assert_allclose(
        weights, np.repeat(exact[:, None], 5, 1), rtol=1e-4, atol=1e-4
    )


def test_the_elbo_is_tight_at_the_exact_posterior(linear_data):
    x, exact = linear_data
    vae = linear_model()
    elbo = np.mean([vae.elbo(x, seed=i) for i in range(200)], axis=0)
    # Its only noise is that of log p(x | z): a standard error of about 0.1.
    np.testing.assert_allclose(elbo.mean(), exact.mean(), atol=0.03)


def test_the_elbo_misses_by_the_divergence_from_the_posterior(linear_data):
    """log p(x) - ELBO = KL(q || posterior), known for a shifted mean."""
    x, exact = linear_data
    shift = np.array([0.4, -0.6])
    vae = linear_model(posterior_shift=shift)
    gap = 0.5 * np.sum(shift**2 / np.exp(posterior()[1]))
    elbo = np.mean([vae.elbo(x, seed=i) for i in range(200)])
    assert elbo < exact.mean()
    np.testing.assert_allclose(exact.mean() - elbo, gap, rtol=0.02)


def test_the_importance_bound_rises_to_the_density(linear_data):
    x, exact = linear_data
    vae = linear_model(posterior_shift=0.4)
    bounds = [
        vae.importance_log_prob(x, k, seed=0).mean() for k in (1, 5, 50, 2000)
    ]
    assert (np.diff(bounds) > 0).all()
    assert bounds[-1] < exact.mean() + 0.02
    np.testing.assert_allclose(bounds[-1], exact.mean(), atol=0.03)


def test_samples_have_the_mean_and_covariance_of_the_marginal():
    drawn = linear_model().sample(20_000, seed=0, mean=False, batch_size=5000)
    expected = marginal()
    np.testing.assert_allclose(drawn.mean(0), expected.mean, atol=0.06)
    np.testing.assert_allclose(
        np.cov(drawn.T), expected.cov_object.covariance, atol=0.12
    )


@pytest.mark.slow
def test_training_learns_scale_and_reaches_probabilistic_pca(linear_data):
    """The maximum of the likelihood is known, and what it is there."""
    x, exact = linear_data
    rng = np.random.default_rng(1)
    x_train = marginal().rvs(4000, random_state=rng).astype("float32")
    vae = kgm.VAE.from_shape(
        (4,), latent_dim=2, hidden_units=(), likelihood="normal", seed=0
    )
    vae.compile(keras.optimizers.Adam(0.02))
    vae.fit(x_train, epochs=30, batch_size=100, verbose=0)
    scale = np.exp(keras.ops.convert_to_numpy(vae.likelihood.log_scale.value))
    np.testing.assert_allclose(scale, SCALE, rtol=0.08)
    bound = vae.importance_log_prob(x, 100, seed=0).mean()
    assert exact.mean() - 0.1 < bound < exact.mean() + 0.03
    optimum = PCA(n_components=2).fit(x_train).score(x_train)
    reached = vae.importance_log_prob(x_train, 100, seed=0).mean()
    assert optimum - 0.03 < reached < optimum + 0.01


# --- the bound, whatever the networks ----------------------------------------


def test_draws_in_several_passes_are_fresh_draws(monkeypatch, linear_data):
    x, _ = linear_data
    vae = linear_model(posterior_shift=0.4)
    at_once = vae.importance_log_prob(x, 64, seed=0)
    one_draw = vae.importance_log_prob(x, 1, seed=0)
    monkeypatch.setattr(vae_module, "VALUES_PER_PASS", 1)
    in_passes = vae.importance_log_prob(x, 64, seed=0)
    np.testing.assert_array_equal(
        in_passes, vae.importance_log_prob(x, 64, seed=0)
    )
    # Were every pass to repeat the same draw, 64 would be no better than 1.
    assert in_passes.mean() > one_draw.mean() + 0.15
    np.testing.assert_allclose(in_passes.mean(), at_once.mean(), atol=0.1)


def test_a_grey_level_is_an_average_over_binary_images():
    rng = np.random.default_rng(0)
    x, logits = rng.random(4), rng.normal(size=4)
    images = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
    probability = np.prod(np.where(images == 1, x, 1 - x), axis=1)
    log_prob = kgm.distributions.bernoulli_log_prob
    of_images = keras.ops.convert_to_numpy(
        log_prob(keras.ops.array(images), keras.ops.array(logits[None]))
    )
    of_grey = log_prob(keras.ops.array(x[None]), keras.ops.array(logits[None]))
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(of_grey)[0],
        np.sum(probability * of_images),
        rtol=1e-5,
    )


def test_beta_weighs_the_loss_but_not_the_elbo(linear_data):
    x, _ = linear_data
    vae = linear_model()
    vae.compile()
    elbo = vae.elbo(x, seed=0)
    vae.beta = 4.0
    logs = vae.evaluate(x, verbose=0, return_dict=True)
    np.testing.assert_allclose(
        logs["loss"], logs["reconstruction"] + 4 * logs["kl"], rtol=1e-5
    )
    np.testing.assert_array_equal(vae.elbo(x, seed=0), elbo)
