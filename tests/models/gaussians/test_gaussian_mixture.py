"""GaussianMixture against scikit-learn's, iteration by iteration."""

import warnings

import numpy as np
import pytest
from contract import Batches
from contract import ModelContract
from scipy import stats
from sklearn import exceptions
from sklearn import mixture as sklearn_mixture

from keras_genmodels.models.gaussians.gaussian_mixture import GaussianMixture
from keras_genmodels.models.gaussians.multivariate_gaussian import (
    MultivariateGaussian,
)

TYPES = ("full", "diag", "tied")


class TestContract(ModelContract):
    sample_range = (-np.inf, np.inf)
    density = "log_prob"
    density_draws = False
    served_from_jax = False  # no matrix routines
    has_optimizer = False

    def make_model(self, **kwargs):
        kwargs.setdefault("covariance_floor", 1e-3)
        return GaussianMixture((2, 3, 1), num_components=3, **kwargs)

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        # Wide enough that no log density is near 0.
        return 3 * rng.random((num_rows, 2, 3, 1), dtype="float32")


def three_blobs(num_rows=600, seed=0):
    """Overlapping clusters in three dimensions, of different shapes."""
    rng = np.random.default_rng(seed)
    component = rng.choice(3, num_rows, p=[0.5, 0.3, 0.2])
    means = np.array([[0, 0, 0], [2.5, 1, 0], [-1, 3, 2]])
    mixing = np.array([np.eye(3), np.diag([0.5, 1, 2]), np.tri(3)])
    noise = rng.normal(size=(num_rows, 3))
    x = means[component] + np.einsum("nij,nj->ni", mixing[component], noise)
    return x.astype("float32")


def start(covariance_type, x, num_components=3, seed=0):
    """Weights, means and covariances to start from."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(num_components, 5.0))
    means = x[rng.choice(len(x), num_components)]
    mixing = rng.normal(size=(num_components, 3, 3)) / 2
    full = mixing @ mixing.swapaxes(1, 2) + np.eye(3)
    covariances = {
        "full": full,
        "diag": np.diagonal(full, axis1=1, axis2=2),
        "tied": full[0],
    }[covariance_type]
    return weights, means, covariances


def started(x, covariance_type="full", num_components=3, **kwargs):
    model = GaussianMixture(
        (3,), num_components, covariance_type=covariance_type, **kwargs
    )
    model.compile()
    model.set_parameters(*start(covariance_type, x, num_components))
    return model


def scikit_learn(weights, means, covariances, covariance_type):
    """Its mixture with these parameters, one step of EM at every `fit`."""
    if covariance_type == "diag":
        precisions = 1 / covariances
    else:
        precisions = np.linalg.inv(covariances)
    return sklearn_mixture.GaussianMixture(
        len(weights),
        covariance_type=covariance_type,
        weights_init=weights,
        means_init=means,
        precisions_init=precisions,
        warm_start=True,
        max_iter=1,
        tol=0.0,
    )


@pytest.mark.parametrize("covariance_type", TYPES)
def test_full_batches_follow_scikit_learn(covariance_type):
    x = three_blobs()
    model = started(x, covariance_type)
    reference = scikit_learn(*start(covariance_type, x), covariance_type)
    before = -np.inf
    for iteration in range(20):
        model.fit(x, batch_size=len(x), verbose=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
            reference.fit(x)
        value = model.log_prob(x, batch_size=len(x))
        np.testing.assert_allclose(
            value,
            reference.score_samples(x),
            atol=1e-4,
            rtol=0,
            err_msg=f"iteration {iteration}",
        )
        assert value.mean() > before - 1e-6
        before = value.mean()
    np.testing.assert_allclose(
        model.mixing_weights, reference.weights_, atol=1e-4
    )
    np.testing.assert_allclose(model.means, reference.means_, atol=1e-3)
    np.testing.assert_allclose(
        model.covariances, reference.covariances_, atol=1e-3
    )
    np.testing.assert_allclose(
        model.predict_proba(x), reference.predict_proba(x), atol=1e-3
    )


def test_the_log_is_that_before_the_step():
    x = three_blobs()
    model = started(x)
    before = model.log_prob(x).mean()
    logs = model.fit(x, batch_size=len(x), epochs=2, verbose=0).history["loss"]
    np.testing.assert_allclose(logs[0], -before, rtol=1e-5)
    assert logs[1] < logs[0]
    assert model.evaluate(x, verbose=0) < logs[1]


@pytest.mark.parametrize("covariance_type", TYPES)
def test_stepwise_em_merges_sums_over_the_rows(covariance_type):
    """Against the sums of 1, x, x x^T that the paper averages, in float64."""
    x = three_blobs(200)
    parts = x[:120], x[120:]
    model = started(x, covariance_type, covariance_floor=0, learning_decay=0.7)
    weights, means, covariances = start(covariance_type, x)
    means = means.astype("float64")
    full = full_matrices(covariances, covariance_type)
    sums = (
        weights,
        weights[:, None] * means,
        weights[:, None, None] * (full + means[:, :, None] * means[:, None]),
    )
    for part, step in zip(parts, (2.0, 120 / 80 + 2.0), strict=True):
        gamma = step**-0.7
        r = np.asarray(model.predict_proba(part), "float64")
        new = (
            r.mean(axis=0),
            r.T @ part / len(part),
            np.einsum("nk,ni,nj->kij", r, part, part) / len(part),
        )
        sums = [
            (1 - gamma) * a + gamma * b for a, b in zip(sums, new, strict=True)
        ]
        model.train_on_batch(part)
        weights, means = sums[0], sums[1] / sums[0][:, None]
        full = sums[2] / weights[:, None, None]
        full = full - means[:, :, None] * means[:, None]
        if covariance_type == "tied":
            full = np.tensordot(weights, full, axes=1)
        np.testing.assert_allclose(model.mixing_weights, weights, rtol=1e-4)
        np.testing.assert_allclose(model.means, means, atol=1e-4)
        expected = full
        if covariance_type == "diag":
            expected = np.diagonal(full, axis1=1, axis2=2)
        np.testing.assert_allclose(model.covariances, expected, atol=1e-4)
        # Go on from what the model has: the type drops part of the matrices.
        full = full_matrices(
            np.asarray(model.covariances, "float64"), covariance_type
        )
        sums = (
            weights,
            weights[:, None] * means,
            weights[:, None, None]
            * (full + means[:, :, None] * means[:, None]),
        )


def full_matrices(covariances, covariance_type):
    if covariance_type == "diag":
        return np.stack([np.diag(row) for row in covariances])
    if covariance_type == "tied":
        return np.repeat(covariances[None], 3, axis=0)
    return covariances


@pytest.mark.slow
def test_stepwise_em_comes_as_far_as_em():
    x = three_blobs(2000)
    held_out = three_blobs(2000, seed=1)
    full, stepwise = started(x), started(x)
    full.fit(x, batch_size=len(x), epochs=100, verbose=0)
    stepwise.fit(x, batch_size=200, epochs=10, verbose=0)
    assert full.log_prob(held_out).mean() == pytest.approx(
        stepwise.log_prob(held_out).mean(), abs=0.02
    )


def test_one_component_is_the_gaussian():
    x = three_blobs(300) + 1000
    gaussian = MultivariateGaussian((3,), covariance_floor=0.5)
    mixture = GaussianMixture((3,), 1, covariance_floor=0.5)
    for model, epochs in ((gaussian, 1), (mixture, 2)):
        model.compile()
        model.fit(x, batch_size=300, epochs=epochs, verbose=0)
    np.testing.assert_allclose(
        mixture.log_prob(x), gaussian.log_prob(x), atol=2e-3, rtol=0
    )
    np.testing.assert_allclose(
        mixture.covariances[0], gaussian.covariance, atol=1e-5
    )


# --- density and draws --------------------------------------------------------


@pytest.mark.parametrize("covariance_type", TYPES)
def test_log_prob(covariance_type):
    x = three_blobs(100)
    model = started(x, covariance_type, covariance_floor=0.2)
    weights, means, covariances = start(covariance_type, x)
    if covariance_type == "diag":
        covariances = [np.diag(v) for v in covariances]
    elif covariance_type == "tied":
        covariances = [covariances] * 3
    joint = np.stack(
        [
            np.log(weight) + stats.multivariate_normal(mean, cov).logpdf(x)
            for weight, mean, cov in zip(
                weights, means, covariances, strict=True
            )
        ],
        axis=1,
    )
    density = np.exp(joint).sum(axis=1)
    np.testing.assert_allclose(model.log_prob(x), np.log(density), atol=1e-4)
    np.testing.assert_allclose(
        model.predict_proba(x), np.exp(joint) / density[:, None], atol=1e-4
    )
    np.testing.assert_allclose(
        model.predict(x, verbose=0), model.predict_proba(x), atol=1e-6
    )


@pytest.mark.parametrize("covariance_type", TYPES)
def test_samples_of_one_component_and_of_all(covariance_type):
    x, n = three_blobs(), 20_000
    model = started(x, covariance_type)
    weights, means, covariances = start(covariance_type, x)
    drawn = model.sample(n, component=1, seed=0, batch_size=n)
    expected = {
        "full": lambda: covariances[1],
        "diag": lambda: np.diag(covariances[1]),
        "tied": lambda: covariances,
    }[covariance_type]()
    error = 10 / n**0.5
    np.testing.assert_allclose(drawn.mean(axis=0), means[1], atol=error)
    np.testing.assert_allclose(np.cov(drawn.T), expected, atol=error)
    everything = model.sample(n, seed=1, batch_size=n)
    np.testing.assert_allclose(
        everything.mean(axis=0), weights @ means, atol=error
    )
    np.testing.assert_allclose(
        model.predict_proba(everything).mean(axis=0), weights, atol=error
    )


# --- starts, ends, dead components --------------------------------------------


@pytest.mark.parametrize("covariance_type", TYPES)
def test_fit_finds_separate_clusters_by_itself(covariance_type):
    rng = np.random.default_rng(0)
    centres = np.array([[-9.0, 0], [0, 9.0], [9.0, 0], [0, -9.0]])
    x = np.repeat(centres, 50, axis=0) + rng.normal(size=(200, 2))
    model = GaussianMixture((2,), 4, covariance_type=covariance_type, seed=0)
    model.compile()
    model.fit(x.astype("float32"), batch_size=200, epochs=3, verbose=0)
    found = model.means[np.lexsort(model.means.T.round())]
    expected = centres[np.lexsort(centres.T)]
    np.testing.assert_allclose(found, expected, atol=0.6)
    np.testing.assert_allclose(model.mixing_weights, 0.25, atol=1e-3)


@pytest.mark.parametrize(
    ("covariance_type", "batch_size"),
    [("full", 600), ("tied", 600), ("diag", 200)],
)
def test_a_dead_component_stays_away_and_harms_nothing(
    covariance_type, batch_size
):
    x = three_blobs()
    weights, means, covariances = start(covariance_type, x)
    model = started(x, covariance_type)
    means = means.copy()
    means[2] = 1e4
    model.set_parameters(weights, means, covariances)
    model.fit(x, batch_size=batch_size, epochs=6, verbose=0)
    assert model.mixing_weights[2] < 0.02
    np.testing.assert_allclose(model.mixing_weights.sum(), 1, rtol=1e-5)
    for values in (model.log_prob(x), model.means, model.covariances):
        assert np.isfinite(values).all()
    assert np.isfinite(model.sample(5, component=2)).all()


DEGENERATE = {
    "all equal": np.zeros((30, 3), "float32"),
    "three points": np.repeat(np.eye(3, dtype="float32"), 10, axis=0),
    "five rows": three_blobs(5),
    "dependent": np.hstack([three_blobs(30), three_blobs(30)]),
}


@pytest.mark.parametrize(
    ("covariance_type", "name"),
    [
        ("full", "three points"),
        ("full", "dependent"),
        ("diag", "all equal"),
        ("tied", "five rows"),
    ],
)
def test_degenerate_data_stay_finite(covariance_type, name):
    x = DEGENERATE[name]
    model = GaussianMixture(
        x.shape[1:], 5, covariance_type=covariance_type, seed=0
    )
    model.compile()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
        model.fit(x, batch_size=len(x), epochs=5, verbose=0)
    assert np.isfinite(model.log_prob(x)).all()
    assert np.isfinite(model.sample(4)).all()


def test_without_a_floor_a_collapsed_component_is_refused():
    x = np.repeat(np.eye(3, dtype="float32"), 10, axis=0)
    model = GaussianMixture((3,), 3, covariance_floor=0)
    model.compile()
    model.fit(x, batch_size=30, verbose=0)
    with pytest.raises(ValueError, match="singular.*`covariance_floor`"):
        model.log_prob(x)


def test_one_row_batches():
    x = three_blobs(40)
    model = started(x)
    model.fit(x, batch_size=1, verbose=0)
    assert np.isfinite(model.log_prob(x)).all()


def test_where_the_rows_to_start_from_come_from():
    x = three_blobs(100)
    model = GaussianMixture((3,), 3)
    model.compile()
    with pytest.raises(ValueError, match="initialize"):
        model.fit((x[i : i + 50] for i in (0, 50)), verbose=0)
    with pytest.raises(ValueError, match="at least 3 rows"):
        model.fit(Batches(x, batch_size=2), verbose=0)
    assert not model.initialized
    model.fit(Batches(x, batch_size=50), verbose=0)
    assert model.initialized
    one_by_one = GaussianMixture((3,), 3)
    one_by_one.compile()
    one_by_one.train_on_batch(x)
    assert np.isfinite(one_by_one.log_prob(x)).all()


def test_a_second_fit_goes_on():
    x = three_blobs()
    model = GaussianMixture((3,), 3, seed=0)
    model.compile()
    first = model.fit(x, batch_size=600, epochs=5, verbose=0).history["loss"]
    second = model.fit(x, batch_size=600, epochs=5, verbose=0).history["loss"]
    assert second[0] < first[-1]


# --- bad input ----------------------------------------------------------------


def test_an_unfitted_model_is_refused():
    model = GaussianMixture((3,), 3)
    model.compile()
    for call in (
        lambda: model.log_prob(three_blobs(5)),
        lambda: model.predict_proba(three_blobs(5)),
        lambda: model.sample(2),
        lambda: model.evaluate(three_blobs(5)),
    ):
        with pytest.raises(ValueError, match="fitted"):
            call()


@pytest.mark.parametrize("component", [-1, 3, 1.5, True])
def test_component_out_of_range(component):
    model = started(three_blobs())
    with pytest.raises(ValueError, match="component"):
        model.sample(2, component=component)


@pytest.mark.parametrize(
    "argument",
    [
        {"num_components": 0},
        {"covariance_type": "spherical"},
        {"covariance_floor": -1.0},
        {"learning_decay": 1.5},
    ],
)
def test_bad_arguments(argument):
    with pytest.raises(ValueError, match=next(iter(argument))):
        GaussianMixture((3,), **{"num_components": 2, **argument})


def test_bad_parameters():
    x = three_blobs()
    model = started(x)
    before = model.log_prob(x)
    weights, means, covariances = start("full", x)
    for bad, word in (
        ((weights[:2], means, covariances), "shapes"),
        ((weights, means[:, :2], covariances), "shapes"),
        ((weights, means, covariances[0]), "shapes"),
        ((weights, means * np.nan, covariances), "finite"),
        ((weights * 2, means, covariances), "sum 1"),
        ((weights, means, -covariances), "regular"),
    ):
        with pytest.raises(ValueError, match=word):
            model.set_parameters(*bad)
    np.testing.assert_array_equal(model.log_prob(x), before)
