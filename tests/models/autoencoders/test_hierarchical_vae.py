"""Several levels of codes, where all of them are known."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from linear_gaussian import OFFSET
from linear_gaussian import SCALE
from linear_gaussian import WEIGHTS
from linear_gaussian import linear_model
from linear_gaussian import marginal
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels.models.autoencoders import hierarchical_vae

HierarchicalVAE = kgm.HierarchicalVAE


@pytest.mark.slow
class TestContract(ModelContract):
    network = "dense"

    def make_model(self, **kwargs):
        return HierarchicalVAE.from_shape(
            (2, 3, 1),
            latent_dims=(3, 2),
            hidden_units=(8,),
            prior_units=(4,),
            network=self.network,
            **kwargs,
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 2, 3, 1), dtype="float32")

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


# z_2 standard normal; z_1 = A z_2 + noise; x = W z_1 + b + noise.
SLOPES = np.array([0.9, -1.4])
VARIANCES = np.array([0.5, 0.2])  # of the noise of z_1


def two_levels(**kwargs):
    """Linear and normal, with the exact posterior."""
    model = HierarchicalVAE.from_shape(
        (4,),
        latent_dims=(2, 2),
        hidden_units=(),
        prior_units=(),
        likelihood=kgm.layers.NormalLikelihood(scale=SCALE),
        seed=0,
        **kwargs,
    )
    model.decoder.set_weights(
        [np.vstack([WEIGHTS.T, np.zeros((2, 4))]), OFFSET]
    )
    model.priors[0].set_weights(
        [
            np.hstack([np.diag(SLOPES), np.zeros((2, 2))]),
            np.hstack([np.zeros(2), np.log(VARIANCES)]),
        ]
    )
    # Columns of W are orthogonal, so that x says of z_1: its estimate by least
    # squares, with these variances; and of z_2 by the same estimate.
    squares = np.square(WEIGHTS).sum(axis=0)
    to_low = WEIGHTS / squares
    low_var = SCALE**2 / squares
    top_var = 1 / (1 + SLOPES**2 / (VARIANCES + low_var))
    to_top = to_low * (SLOPES / (VARIANCES + low_var) * top_var)
    to_mean = np.hstack([to_low, to_top])
    model.encoder.set_weights(
        [
            np.hstack([to_mean, np.zeros((4, 4))]),
            np.hstack([-OFFSET @ to_mean, np.log(low_var), np.log(top_var)]),
        ]
    )
    return model


def evidence():
    covariance = WEIGHTS * (SLOPES**2 + VARIANCES) @ WEIGHTS.T
    return stats.multivariate_normal(OFFSET, covariance + SCALE**2 * np.eye(4))


@pytest.fixture(scope="module")
def linear():
    return two_levels()


def test_with_the_exact_posterior_every_weight_is_the_density(linear):
    x = evidence().rvs(400, random_state=0).astype("float32")
    exact = evidence().logpdf(x)
    for num_samples in (1, 5):
        np.testing.assert_allclose(
            linear.importance_log_prob(x, num_samples, seed=0),
            exact,
            atol=2e-3,
        )
    bounds = np.mean([linear.elbo(x, seed=seed) for seed in range(60)], axis=0)
    assert bounds.mean() == pytest.approx(exact.mean(), abs=0.02)


def test_another_posterior_gives_a_lower_bound(linear):
    model = two_levels()
    kernel, bias = model.encoder.get_weights()
    model.encoder.set_weights([kernel, bias + [0, 0, 0.5, 0, 0, 0.7, 0, 0]])
    x = evidence().rvs(2000, random_state=0).astype("float32")
    exact = evidence().logpdf(x).mean()
    one, many = (
        model.importance_log_prob(x, k, seed=0).mean() for k in (1, 500)
    )
    elbo = np.mean([model.elbo(x, seed=seed).mean() for seed in range(20)])
    assert elbo == pytest.approx(one, abs=0.05)
    assert elbo < exact - 0.1
    assert many == pytest.approx(exact, abs=0.02)


def test_the_prior_is_drawn_and_evaluated(linear):
    drawn = ops.convert_to_numpy(linear.compute_prior_draw(40_000))
    covariance = np.zeros((4, 4))
    covariance[:2, :2] = np.diag(SLOPES**2 + VARIANCES)
    covariance[2:, 2:] = np.eye(2)
    covariance[:2, 2:] = covariance[2:, :2] = np.diag(SLOPES)
    np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.07)
    np.testing.assert_allclose(
        ops.convert_to_numpy(
            linear.compute_prior_log_prob(ops.array(drawn[:50]))
        ),
        stats.multivariate_normal(np.zeros(4), covariance).logpdf(drawn[:50]),
        rtol=1e-4,
        atol=1e-4,
    )
    x = linear.sample(40_000, mean=False, seed=0)
    np.testing.assert_allclose(np.cov(x.T), evidence().cov, atol=0.35)


def test_codes_are_means_of_all_levels(linear):
    x = evidence().rvs(30, random_state=0).astype("float32")
    codes = linear.encode(x)
    levels = np.mean(
        [
            np.concatenate(
                [
                    ops.convert_to_numpy(z)
                    for z, _, _ in linear.compute_levels(x)
                ],
                axis=1,
            )
            for _ in range(400)
        ],
        axis=0,
    )
    np.testing.assert_allclose(codes, levels, atol=0.15)
    np.testing.assert_allclose(
        linear.reconstruct(x), linear.decode(codes), atol=1e-5
    )


def test_one_level_is_the_plain_vae():
    x = marginal().rvs(500, random_state=0).astype("float32")
    vae = linear_model(posterior_shift=0.4)
    model = HierarchicalVAE.from_shape(
        (4,),
        latent_dims=(2,),
        hidden_units=(),
        likelihood=kgm.layers.NormalLikelihood(scale=SCALE),
        seed=0,
    )
    model.set_weights(vae.get_weights())
    for name, options in {
        "elbo": {"seed": 0},
        "importance_log_prob": {"num_samples": 7, "seed": 0},
        "encode": {},
    }.items():
        np.testing.assert_allclose(
            getattr(model, name)(x, **options),
            getattr(vae, name)(x, **options),
            rtol=1e-5,
            atol=1e-4,
        )
    np.testing.assert_allclose(
        model.sample(9, seed=0), vae.sample(9, seed=0), atol=1e-5
    )


def pairs(num):
    rng = np.random.default_rng(0)
    return rng.normal(size=(num, 2, 30, 3)).astype("float32")


def test_product_and_divergence_of_normals():
    (m_a, v_a), (m_b, v_b) = normals = pairs(2).astype("float64")
    a, b = [tuple(map(ops.convert_to_tensor, pair)) for pair in pairs(2)]
    mean, log_var = hierarchical_vae.product_of_normals(a, b)
    precision = np.exp(-v_a) + np.exp(-v_b)
    np.testing.assert_allclose(
        ops.convert_to_numpy(log_var), -np.log(precision), atol=1e-5
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(mean),
        (m_a * np.exp(-v_a) + m_b * np.exp(-v_b)) / precision,
        rtol=1e-4,
        atol=1e-5,
    )
    assert normals.dtype == "float64"
    expected = 0.5 * (
        np.exp(v_a - v_b) + (m_a - m_b) ** 2 * np.exp(-v_b) - 1 + v_b - v_a
    ).sum(axis=1)
    np.testing.assert_allclose(
        ops.convert_to_numpy(hierarchical_vae.normals_kl(a, b)),
        expected,
        rtol=1e-4,
    )


def test_a_level_is_charged_only_above_its_free_nats():
    x = evidence().rvs(400, random_state=0).astype("float32")
    free = two_levels(free_bits=1.4)
    free.compile()
    logs = free.evaluate(x, batch_size=400, verbose=0, return_dict=True)
    assert logs["kl"] == pytest.approx(logs["kl_1"] + logs["kl_2"], rel=1e-5)
    kls = logs["kl_1"], logs["kl_2"]
    assert min(kls) < 1.4 < max(kls)
    charged = sum(max(kl, 1.4) for kl in kls)
    assert logs["loss"] == pytest.approx(
        logs["reconstruction"] + charged, rel=1e-5
    )
    # What is not charged does not move its weights.
    all_free = two_levels(free_bits=50.0)
    before = all_free.priors[0].get_weights()
    all_free.decoder.set_weights([np.zeros((4, 4)), OFFSET])
    all_free.compile(keras.optimizers.SGD(0.1))
    all_free.train_on_batch(x)
    for old, new in zip(before, all_free.priors[0].get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("latent_dims", [(1,), (1, 1), (4, 3, 2, 1)])
@pytest.mark.parametrize("network", ["dense", "conv"])
def test_any_number_of_levels(latent_dims, network):
    model = HierarchicalVAE.from_shape(
        (5, 3, 2), latent_dims=latent_dims, network=network, hidden_units=(4,)
    )
    assert model.latent_dims == latent_dims
    assert model.sample(4, seed=0).shape == (4, 5, 3, 2)
    x = np.zeros((3, 5, 3, 2), "float32")
    assert model.encode(x).shape == (3, sum(latent_dims))
    copy = HierarchicalVAE.from_config(model.get_config())
    copy.set_weights(model.get_weights())
    np.testing.assert_allclose(
        copy.elbo(x, seed=1), model.elbo(x, seed=1), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: HierarchicalVAE.from_shape((4,), latent_dims=()), "level"),
        (
            lambda: HierarchicalVAE.from_shape((4,), latent_dims=(2, 0)),
            "latent_dims",
        ),
        (
            lambda: HierarchicalVAE.from_shape((4,), free_bits=-1),
            "free_bits",
        ),
        (
            lambda: HierarchicalVAE(
                *kgm.networks.encoder_decoder((4,), 5, encoder_dim=10),
                [kgm.networks.mlp((2,), (4,))],
            ),
            "priors",
        ),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        call()


@pytest.mark.slow
def test_it_learns_what_one_level_cannot():
    """Four clusters, of which a standard normal prior knows nothing."""
    rng = np.random.default_rng(0)
    corners = np.array([[2, 0], [-2, 0], [0, 2], [0, -2]])
    x = corners[rng.integers(0, 4, 3000)] + 0.3 * rng.normal(size=(3000, 2))
    bounds = []
    for latent_dims in ((2,), (2, 2)):
        keras.utils.set_random_seed(0)
        model = HierarchicalVAE.from_shape(
            (2,),
            latent_dims=latent_dims,
            hidden_units=(32,),
            likelihood=kgm.layers.NormalLikelihood(scale=0.2),
            seed=0,
        )
        model.compile(keras.optimizers.Adam(3e-3))
        model.fit(x[:2000], epochs=60, batch_size=100, verbose=0)
        bounds.append(model.importance_log_prob(x[2000:], 100, seed=0).mean())
    assert bounds[1] > bounds[0] + 0.1
