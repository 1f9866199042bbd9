"""Mixture priors against SciPy, scikit-learn and the plain VAE."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from linear_gaussian import linear_model
from linear_gaussian import marginal
from scipy import special
from scipy import stats
from sklearn.metrics import adjusted_rand_score

import keras_genmodels as kgm


class TestContract(ModelContract):
    prior = "mixture"

    def make_model(self, **kwargs):
        return kgm.MixtureVAE.from_shape(
            (6,),
            hidden_units=(16,),
            prior=self.prior,
            num_components=3,
            **kwargs,
        )

    def make_data(self, num_rows):
        return np.random.default_rng(0).random((num_rows, 6), dtype="float32")

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


@pytest.mark.slow
class TestVampContract(TestContract):
    prior = "vamp"


def standard_prior():
    prior = kgm.layers.MixturePrior(1, 2)
    prior.means.assign(np.zeros((1, 2)))
    return prior


def test_one_standard_component_is_the_plain_vae():
    x = marginal().rvs(2000, random_state=0).astype("float32")
    vae = linear_model(posterior_shift=0.4)
    mixture = linear_model(
        kgm.MixtureVAE, posterior_shift=0.4, prior=standard_prior()
    )
    np.testing.assert_allclose(
        mixture.importance_log_prob(x, 7, seed=0),
        vae.importance_log_prob(x, 7, seed=0),
        atol=1e-4,
    )
    np.testing.assert_allclose(
        np.mean([mixture.elbo(x, seed=i) for i in range(5)]),
        np.mean([vae.elbo(x, seed=i) for i in range(5)]),
        atol=0.05,
    )
    np.testing.assert_allclose(
        np.cov(mixture.sample(4000, seed=0).T),
        np.cov(vae.sample(4000, seed=1).T),
        atol=0.4,
    )


@pytest.fixture(scope="module")
def three():
    """A prior of three known components."""
    model = kgm.MixtureVAE.from_shape((4,), num_components=3, hidden_units=())
    rng = np.random.default_rng(0)
    model.prior.logits.assign(np.log([2.0, 1.0, 5.0]))
    model.prior.means.assign(rng.normal(size=(3, 2), scale=2))
    model.prior.log_vars.assign(rng.normal(size=(3, 2)))
    return model


def parameters(model):
    parts = model.prior.components(model.compute_posterior)
    log_weights, means, log_vars = map(ops.convert_to_numpy, parts)
    return np.exp(log_weights), means, np.exp(log_vars)


def test_the_prior_is_a_density_of_the_mixture(three):
    weights, means, variances = parameters(three)
    np.testing.assert_allclose(weights, [0.25, 0.125, 0.625], rtol=1e-5)
    z = np.random.default_rng(1).normal(size=(50, 2), scale=2)
    joint = np.stack(
        [
            np.log(w) + stats.multivariate_normal(m, np.diag(v)).logpdf(z)
            for w, m, v in zip(weights, means, variances, strict=True)
        ],
        axis=1,
    )
    z = ops.array(z, "float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(three.compute_component_log_joint(z)),
        joint,
        rtol=1e-4,
        atol=1e-4,
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(three.compute_prior_log_prob(z)),
        special.logsumexp(joint, axis=1),
        rtol=1e-4,
        atol=1e-4,
    )


def test_draws_follow_the_mixture_and_its_components(three):
    weights, means, variances = parameters(three)
    drawn = ops.convert_to_numpy(three.compute_prior_draw(20_000))
    mean = weights @ means
    np.testing.assert_allclose(drawn.mean(0), mean, atol=0.06)
    second = weights @ (variances + means**2)
    np.testing.assert_allclose((drawn**2).mean(0), second, rtol=0.05)
    for k in range(3):
        drawn = ops.convert_to_numpy(three.compute_prior_draw(8000, k))
        np.testing.assert_allclose(drawn.mean(0), means[k], atol=0.1)
        np.testing.assert_allclose(drawn.var(0), variances[k], rtol=0.08)


def test_one_component_can_be_sampled(three):
    drawn = three.sample(500, component=2, seed=0)
    codes = parameters(three)[1][[2]]
    assert drawn.shape == (500, 4)
    spread = np.abs(drawn.mean(0) - three.decode(codes)[0]).max()
    assert spread < 0.1
    for component in (3, -1, 1.5):
        with pytest.raises(ValueError, match="component"):
            three.sample(2, component=component)


def clusters(num_rows):
    """Three groups of binary vectors of twelve, with little noise."""
    rng = np.random.default_rng(0)
    y = np.arange(num_rows) % 3
    x = np.where(np.arange(12) // 4 == y[:, None], 0.95, 0.05)
    return (rng.random((num_rows, 12)) < x).astype("float32"), y


@pytest.mark.slow
def test_clusters_are_found_without_labels():
    x, y = clusters(1200)
    model = kgm.MixtureVAE.from_shape(
        (12,), num_components=3, hidden_units=(32,), seed=0
    )
    model.compile(keras.optimizers.Adam(3e-3))
    model.fit(x[:900], epochs=4, verbose=0)
    model.initialize_prior(x[:900], seed=0)
    model.fit(x[:900], epochs=8, verbose=0)
    proba = model.predict_proba(x[900:])
    np.testing.assert_allclose(proba.sum(1), 1, atol=1e-5)
    assert adjusted_rand_score(y[900:], proba.argmax(1)) > 0.9
    # A component draws one kind, each another.
    kinds = [
        model.sample(20, component=k, seed=0).mean(0).reshape(3, 4).sum(1)
        for k in range(3)
    ]
    assert sorted(np.argmax(kinds, axis=1)) == [0, 1, 2]


def test_the_vamp_prior_is_the_posterior_of_its_pseudo_inputs():
    x = np.random.default_rng(0).random((30, 4), dtype="float32")
    model = kgm.MixtureVAE.from_shape(
        (4,), prior="vamp", num_components=5, hidden_units=(8,)
    )
    model.initialize_prior(x, seed=0)
    pseudo = ops.convert_to_numpy(model.prior.pseudo_inputs.value)
    assert {tuple(row) for row in pseudo} <= {tuple(row) for row in x}
    assert len({tuple(row) for row in pseudo}) == 5
    weights, means, _ = parameters(model)
    np.testing.assert_allclose(weights, 0.2, rtol=1e-5)
    np.testing.assert_allclose(means, model.encode(pseudo), atol=1e-5)


def test_pseudo_inputs_stay_in_the_range_of_the_data():
    model = kgm.MixtureVAE.from_shape(
        (4,), prior="vamp", num_components=5, hidden_units=()
    )
    x = np.random.default_rng(0).random((64, 4), dtype="float32").round()
    model.compile(keras.optimizers.Adam(0.3))
    before = ops.convert_to_numpy(model.prior.pseudo_inputs.value).copy()
    assert before.min() >= 0 and before.max() <= 1
    edges = []
    for _ in range(4):
        model.fit(x, batch_size=8, verbose=0)
        inside = ops.convert_to_numpy(model.prior.pseudo_inputs.value)
        assert inside.min() >= 0 and inside.max() <= 1
        edges.append((inside == 0) | (inside == 1))
    assert edges[0].any()
    assert (edges[0] & ~edges[-1]).any(), "none came back from the edge"


@pytest.mark.parametrize("likelihood", ["bernoulli", "normal"])
def test_a_vamp_prior_of_images(likelihood):
    model = kgm.MixtureVAE.from_shape(
        (6, 5, 2),
        prior="vamp",
        num_components=4,
        network="conv",
        hidden_units=(4,),
        likelihood=likelihood,
    )
    x = np.random.default_rng(0).random((8, 6, 5, 2), dtype="float32")
    assert model.predict_proba(x).shape == (8, 4)


@pytest.mark.parametrize("arguments", [{"prior": "flat"}, {"prior": None}])
def test_bad_arguments(arguments):
    with pytest.raises(ValueError, match="prior"):
        kgm.MixtureVAE.from_shape((4,), **arguments)
    with pytest.raises(ValueError, match="num_components"):
        kgm.MixtureVAE.from_shape((4,), num_components=0)
