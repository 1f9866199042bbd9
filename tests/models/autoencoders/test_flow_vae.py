"""Flows as prior and posterior, where everything is known."""

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
from keras_genmodels.bijections import ActNorm
from keras_genmodels.bijections import Chain
from keras_genmodels.bijections import InvertibleLinear


@pytest.mark.slow
class TestContract(ModelContract):
    """With flows for both."""

    flows = {"posterior": "autoregressive"}

    def make_model(self, **kwargs):
        return kgm.FlowVAE.from_shape(
            (6,), hidden_units=(16,), **self.flows, **kwargs
        )

    def make_data(self, num_rows):
        return np.random.default_rng(0).random((num_rows, 6), dtype="float32")

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


def test_without_flows_it_is_the_plain_vae():
    x = marginal().rvs(500, random_state=0).astype("float32")
    vae = linear_model(posterior_shift=0.4)
    plain = linear_model(kgm.FlowVAE, posterior_shift=0.4, prior=None)
    np.testing.assert_allclose(
        plain.importance_log_prob(x, 7, seed=0),
        vae.importance_log_prob(x, 7, seed=0),
        atol=1e-4,
    )
    np.testing.assert_allclose(plain.encode(x), vae.encode(x), atol=1e-5)
    np.testing.assert_allclose(
        plain.sample(9, seed=0), vae.sample(9, seed=0), atol=1e-5
    )


def test_flows_begin_as_the_plain_vae():
    """They change nothing before they are trained, but the codes' order."""
    x = marginal().rvs(500, random_state=0).astype("float32")
    vae = linear_model(posterior_shift=0.4)
    model = linear_model(
        kgm.FlowVAE, posterior_shift=0.4, posterior="autoregressive"
    )
    np.testing.assert_allclose(
        model.importance_log_prob(x, 7, seed=0),
        vae.importance_log_prob(x, 7, seed=0),
        atol=1e-4,
    )


def linear_map(matrix, shift=(0.0, 0.0)):
    """z = A (x + b), as a bijection; a positive definite A."""
    bend = InvertibleLinear(2)
    lower = np.linalg.cholesky(matrix)
    scale = np.diagonal(lower)
    bend.order.assign([0, 1])
    bend.signs.assign([1.0, 1.0])
    bend.lower.assign(np.tril(lower / scale, -1))
    bend.upper.assign(np.triu(scale[:, None] * lower.T, 1))
    bend.log_scales.assign(2 * np.log(scale))
    first = ActNorm(2)
    first.shift.assign(shift)
    first.done.assign(1.0)
    return Chain([first, bend])


TO_NOISE = np.array([[3.0, 2.0], [2.0, 3.0]])
SHIFT = np.array([0.5, -1.0])


def test_the_map_is_the_one_that_is_meant():
    z, log_det = linear_map(TO_NOISE, SHIFT).forward(ops.ones((1, 2)))
    np.testing.assert_allclose(
        ops.convert_to_numpy(z)[0], TO_NOISE @ (1 + SHIFT), rtol=1e-5
    )
    np.testing.assert_allclose(
        float(log_det[0]), np.log(np.linalg.det(TO_NOISE)), rtol=1e-5
    )


def prior_density():
    """z = A^-1 noise - b."""
    inverse = np.linalg.inv(TO_NOISE)
    return stats.multivariate_normal(-SHIFT, inverse @ inverse.T)


@pytest.fixture(scope="module")
def correlated():
    return linear_model(kgm.FlowVAE, prior=linear_map(TO_NOISE, SHIFT))


def test_the_prior_is_the_density_of_the_flow(correlated):
    z = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(correlated.compute_prior_log_prob(ops.array(z))),
        prior_density().logpdf(z),
        rtol=1e-4,
        atol=1e-4,
    )
    drawn = ops.convert_to_numpy(correlated.compute_prior_draw(40_000))
    np.testing.assert_allclose(drawn.mean(0), prior_density().mean, atol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), prior_density().cov, atol=0.06)


def evidence():
    """p(x) under the correlated prior: Bishop, eq. 12.35, of any p(z)."""
    mean = WEIGHTS @ prior_density().mean + OFFSET
    covariance = WEIGHTS @ prior_density().cov @ WEIGHTS.T
    return stats.multivariate_normal(mean, covariance + SCALE**2 * np.eye(4))


def exact_posterior():
    """The mean's matrix and offset, and the covariance, of p(z | x)."""
    precision = np.linalg.inv(prior_density().cov)
    covariance = np.linalg.inv(precision + WEIGHTS.T @ WEIGHTS / SCALE**2)
    to_mean = covariance @ WEIGHTS.T / SCALE**2
    offset = covariance @ precision @ prior_density().mean - to_mean @ OFFSET
    return to_mean, offset, covariance


def test_a_posterior_flow_reaches_what_a_diagonal_normal_cannot():
    """With the exact posterior, whose values are correlated, nothing is lost:
    every draw's weight is p(x)."""
    x = evidence().rvs(300, random_state=0).astype("float32")
    to_mean, offset, covariance = exact_posterior()
    assert covariance[0, 1] ** 2 > 0.2 * covariance[0, 0] * covariance[1, 1]
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(values) @ vectors.T

    class Bend(kgm.bijections.Bijection):
        """The linear map, whatever the encoder says."""

        def __init__(self):
            super().__init__()
            self.map = linear_map(root)

        def forward(self, x, context=None, training=False):
            assert tuple(context.shape[1:]) == (4,)
            return self.map.forward(x, training=training)

    model = linear_model(
        kgm.FlowVAE, prior=linear_map(TO_NOISE, SHIFT), posterior=Bend()
    )
    undone = np.linalg.inv(root)  # z = root z_0, z_0 with variance 1
    model.encoder.set_weights(
        [
            np.hstack([(undone @ to_mean).T, np.zeros((4, 2))]),
            np.hstack([undone @ offset, np.zeros(2)]),
        ]
    )
    exact = evidence().logpdf(x)
    np.testing.assert_allclose(model.elbo(x, seed=0), exact, atol=2e-3)
    np.testing.assert_allclose(
        model.importance_log_prob(x, 3, seed=1), exact, atol=2e-3
    )
    np.testing.assert_allclose(
        model.encode(x), x @ to_mean.T + offset, atol=1e-3
    )
    # The best of all diagonal normals loses KL(q || p(z | x)).
    model = linear_model(kgm.FlowVAE, prior=linear_map(TO_NOISE, SHIFT))
    variances = 1 / np.diagonal(np.linalg.inv(covariance))
    model.encoder.set_weights(
        [
            np.hstack([to_mean.T, np.zeros((4, 2))]),
            np.hstack([offset, np.log(variances)]),
        ]
    )
    lost = 0.5 * (np.log(np.linalg.det(covariance) / variances.prod()))
    assert lost > 0.1
    bounds = [model.elbo(x, seed=seed).mean() for seed in range(40)]
    np.testing.assert_allclose(exact.mean() - np.mean(bounds), lost, rtol=0.2)


def test_the_posterior_is_told_mean_and_log_variance():
    class Told(kgm.bijections.Bijection):
        def forward(self, x, context=None, training=False):
            return x + context[:, :2] - 10 * context[:, 2:], 0 * x[:, 0]

    model = linear_model(kgm.FlowVAE, posterior=Told())
    z, mean, log_var = (
        ops.ones((1, 2)),
        ops.full((1, 2), 2),
        ops.full((1, 2), 3),
    )
    bent, _ = model.compute_bent(z, mean, log_var)
    np.testing.assert_allclose(ops.convert_to_numpy(bent), [[-27, -27]])


def test_more_draws_tighten_the_bound(correlated):
    x = evidence().rvs(300, random_state=0).astype("float32")
    exact = evidence().logpdf(x).mean()
    bounds = [
        correlated.importance_log_prob(x, k, seed=0).mean()
        for k in (1, 10, 300)
    ]
    assert bounds[0] < bounds[1] < bounds[2] < exact + 0.01
    np.testing.assert_allclose(bounds[2], exact, atol=0.02)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_any_number_of_codes(size):
    model = kgm.FlowVAE.from_shape(
        (3, 5, 2), latent_dim=size, posterior="autoregressive"
    )
    assert model.sample(4, seed=0).shape == (4, 3, 5, 2)
    x = np.zeros((3, 3, 5, 2), "float32")
    assert np.isfinite(model.elbo(x, seed=0)).all()


def test_what_does_not_fit_is_refused():
    def make(**kwargs):
        return kgm.FlowVAE.from_shape((6,), latent_dim=3, **kwargs)

    for prior in ("vamp", kgm.MAF((3,)), kgm.MAF((2,)).bijection):
        with pytest.raises(ValueError, match="`prior`"):
            make(prior=prior)
    # One whose parameters do not depend on a context, or on a longer one.
    for num_classes in (None, 7):
        bend = kgm.MAF((3,), num_classes=num_classes).bijection
        with pytest.raises(ValueError, match="`posterior`"):
            make(posterior=bend)


def clusters(num_rows):
    """Points around the corners of a square, far apart."""
    rng = np.random.default_rng(0)
    corners = np.array([[2, 0], [-2, 0], [0, 2], [0, -2]])
    centres = corners[rng.integers(0, 4, num_rows)]
    return (centres + 0.3 * rng.normal(size=(num_rows, 2))).astype("float32")


@pytest.mark.slow
def test_trained_flows_raise_the_bound():
    x = clusters(3000)
    bounds = {}
    for name, flows in {
        "plain": {"prior": None},
        "prior": {"prior": "coupling"},
        "posterior": {"prior": None, "posterior": "autoregressive"},
    }.items():
        keras.utils.set_random_seed(0)
        model = kgm.FlowVAE.from_shape(
            (2,),
            hidden_units=(32,),
            likelihood=kgm.layers.NormalLikelihood(scale=0.2),
            seed=0,
            **flows,
        )
        model.compile(keras.optimizers.Adam(3e-3))
        model.fit(x[:2000], epochs=40, batch_size=100, verbose=0)
        bounds[name] = np.mean([model.elbo(x[2000:], seed=i) for i in range(9)])
    assert bounds["prior"] > bounds["plain"] + 0.3
    assert bounds["posterior"] > bounds["plain"] + 0.02
