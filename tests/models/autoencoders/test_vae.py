"""The VAE against closed forms."""

import itertools

import keras
import numpy as np
import pytest
from contract import ModelContract
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels.models.autoencoders import bounded_model


class TestContract(ModelContract):
    def make_model(self, **kwargs):
        dtype = kwargs.pop("dtype", None)
        if dtype is not None:
            keras.config.set_dtype_policy(dtype)
        try:
            return kgm.VAE.from_shape((5, 7, 2), hidden_units=(16,), **kwargs)
        finally:
            keras.config.set_dtype_policy("float32")

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 5, 7, 2), dtype="float32")

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


class TestNormalContract(TestContract):
    """With the other likelihood, and with state in the networks."""

    sample_range = (-np.inf, np.inf)

    def make_model(self, **kwargs):
        return super().make_model(
            likelihood="normal", batch_normalization=True, **kwargs
        )


# --- a model whose density is known -------------------------------------------

SCALE = 0.5
# Orthogonal columns, so that the exact posterior has a diagonal covariance.
WEIGHTS = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, -0.5]])
OFFSET = np.array([0.3, -0.2, 0.0, 1.0])


def linear_vae(posterior_shift=0.0):
    """x = W z + b + noise, with the exact posterior, or one moved off it.

    Bishop, Pattern Recognition and Machine Learning, 2006, eq. 12.42.
    """
    vae = kgm.VAE.from_shape(
        (4,),
        latent_dim=2,
        hidden_units=(),
        likelihood=kgm.layers.NormalLikelihood(scale=SCALE),
        seed=0,
    )
    inverse = np.linalg.inv(WEIGHTS.T @ WEIGHTS + SCALE**2 * np.eye(2))
    to_mean = WEIGHTS @ inverse
    log_var = np.log(SCALE**2 * np.diag(inverse))
    vae.decoder.set_weights([WEIGHTS.T, OFFSET])
    vae.encoder.set_weights(
        [
            np.hstack([to_mean, np.zeros((4, 2))]),
            np.hstack([-OFFSET @ to_mean + posterior_shift, log_var]),
        ]
    )
    return vae


def marginal():
    covariance = WEIGHTS @ WEIGHTS.T + SCALE**2 * np.eye(4)
    return stats.multivariate_normal(OFFSET, covariance)


@pytest.fixture(scope="module")
def linear_data():
    x = marginal().rvs(200, random_state=0)
    return x.astype("float32"), marginal().logpdf(x)


def test_every_importance_weight_is_the_density_at_the_exact_posterior(
    linear_data,
):
    x, exact = linear_data
    weights = keras.ops.convert_to_numpy(
        linear_vae().compute_log_weights(x, num_samples=5)
    )
    np.testing.assert_allclose(
        weights, np.repeat(exact[:, None], 5, 1), rtol=1e-4, atol=1e-4
    )


def test_the_elbo_is_tight_at_the_exact_posterior(linear_data):
    x, exact = linear_data
    vae = linear_vae()
    elbo = np.mean([vae.elbo(x, seed=i) for i in range(200)], axis=0)
    # Its only noise is that of log p(x | z): a standard error of about 0.1.
    np.testing.assert_allclose(elbo.mean(), exact.mean(), atol=0.03)


def test_the_elbo_misses_by_the_divergence_from_the_posterior(linear_data):
    """log p(x) - ELBO = KL(q || posterior), known for a shifted mean."""
    x, exact = linear_data
    shift = np.array([0.4, -0.6])
    vae = linear_vae(shift)
    inverse = np.linalg.inv(WEIGHTS.T @ WEIGHTS + SCALE**2 * np.eye(2))
    gap = 0.5 * np.sum(shift**2 / (SCALE**2 * np.diag(inverse)))
    elbo = np.mean([vae.elbo(x, seed=i) for i in range(200)])
    assert elbo < exact.mean()
    np.testing.assert_allclose(exact.mean() - elbo, gap, rtol=0.02)


def test_the_importance_bound_rises_to_the_density(linear_data):
    x, exact = linear_data
    vae = linear_vae(posterior_shift=0.4)
    bounds = [
        vae.importance_log_prob(x, k, seed=0).mean() for k in (1, 5, 50, 2000)
    ]
    assert (np.diff(bounds) > 0).all()
    assert bounds[-1] < exact.mean() + 0.02
    np.testing.assert_allclose(bounds[-1], exact.mean(), atol=0.03)


def test_samples_have_the_mean_and_covariance_of_the_marginal():
    drawn = linear_vae().sample(20_000, seed=0, mean=False, batch_size=5000)
    expected = marginal()
    np.testing.assert_allclose(drawn.mean(0), expected.mean, atol=0.06)
    np.testing.assert_allclose(
        np.cov(drawn.T), expected.cov_object.covariance, atol=0.12
    )


def test_training_learns_scale_and_reaches_the_density(linear_data):
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


# --- the bound, whatever the networks ----------------------------------------


def test_draws_in_several_passes_are_fresh_draws(monkeypatch, linear_data):
    x, _ = linear_data
    vae = linear_vae(posterior_shift=0.4)
    at_once = vae.importance_log_prob(x, 64, seed=0)
    one_draw = vae.importance_log_prob(x, 1, seed=0)
    monkeypatch.setattr(bounded_model, "VALUES_PER_PASS", 1)
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
    vae = linear_vae()
    vae.compile()
    elbo = vae.elbo(x, seed=0)
    vae.beta.assign(4.0)
    logs = vae.evaluate(x, verbose=0, return_dict=True)
    np.testing.assert_allclose(
        logs["loss"], logs["reconstruction"] + 4 * logs["kl"], rtol=1e-5
    )
    np.testing.assert_array_equal(vae.elbo(x, seed=0), elbo)


# --- verbs and construction --------------------------------------------------


@pytest.mark.parametrize(
    ("data_shape", "network"),
    [
        ((1,), "dense"),
        ((6,), "dense"),
        ((28, 28, 1), "dense"),
        ((7, 11, 3), "dense"),
        ((7, 11, 3), "conv"),
        ((1, 9, 2), "conv"),
    ],
)
@pytest.mark.parametrize("batch_normalization", [False, True])
def test_from_shape_suits_any_shape(data_shape, network, batch_normalization):
    vae = kgm.VAE.from_shape(
        data_shape,
        latent_dim=3,
        hidden_units=(8, 4),
        network=network,
        batch_normalization=batch_normalization,
    )
    x = np.random.default_rng(0).random((5, *data_shape), dtype="float32")
    assert vae.encode(x).shape == (5, 3)
    assert vae.reconstruct(x).shape == x.shape
    assert vae.sample(2).shape == (2, *data_shape)


def test_interpolation_runs_from_one_reconstruction_to_the_other():
    vae = kgm.VAE.from_shape((4, 4, 1), hidden_units=(8,))
    x = np.random.default_rng(0).random((6, 4, 4, 1), dtype="float32")
    path = vae.interpolate(x[:3], x[3:], num_steps=5)
    assert path.shape == (3, 5, 4, 4, 1)
    np.testing.assert_allclose(path[:, 0], vae.reconstruct(x[:3]), atol=1e-6)
    np.testing.assert_allclose(path[:, -1], vae.reconstruct(x[3:]), atol=1e-6)
    middle = (vae.encode(x[:3]) + vae.encode(x[3:])) / 2
    np.testing.assert_allclose(path[:, 2], vae.decode(middle), atol=1e-6)
    np.testing.assert_allclose(
        vae.interpolate(x[0], x[3], num_steps=5), path[0], atol=1e-6
    )


def test_drawn_pixels_are_binary_with_the_right_frequencies():
    vae = kgm.VAE.from_shape((3, 3, 1), hidden_units=())
    bias = np.linspace(-2, 2, 9)
    vae.decoder.set_weights([np.zeros((2, 9)), bias])
    drawn = vae.sample(4000, seed=0, mean=False, batch_size=4000)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_allclose(
        drawn.mean(0).ravel(), 1 / (1 + np.exp(-bias)), atol=0.04
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"beta": -1.0}, "beta"),
        ({"beta": float("nan")}, "beta"),
        ({"likelihood": "poisson"}, "likelihood"),
        ({"latent_dim": 0}, "latent_dim"),
        ({"network": "transformer"}, "network"),
    ],
)
def test_bad_arguments(arguments, word):
    with pytest.raises(ValueError, match=word):
        kgm.VAE.from_shape((8, 8, 1), **arguments)


@pytest.mark.parametrize("scale", [0.0, -1.0, "fixed", float("inf")])
def test_bad_scale(scale):
    with pytest.raises(ValueError, match="scale"):
        kgm.layers.NormalLikelihood(scale=scale)


def test_networks_that_do_not_fit():
    encoder = kgm.networks.mlp((4,), (3,))
    decoder = kgm.networks.mlp((2,), (4,))
    with pytest.raises(ValueError, match="Expected an encoder"):
        kgm.VAE(encoder, decoder)
    with pytest.raises(ValueError, match="built"):
        kgm.VAE(keras.Sequential([keras.layers.Dense(4)]), decoder)


def test_bad_codes():
    vae = kgm.VAE.from_shape((4,), hidden_units=())
    for bad in (np.zeros((3, 5)), np.zeros(2), np.zeros((0, 2))):
        with pytest.raises(ValueError, match="shape"):
            vae.decode(bad)
    with pytest.raises(ValueError, match="finite"):
        vae.decode(np.full((1, 2), np.nan))
