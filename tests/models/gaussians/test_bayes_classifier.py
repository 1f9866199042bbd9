"""BayesClassifier against scikit-learn and models of single classes."""

import numpy as np
import pytest
from contract import Batches
from contract import ModelContract
from scipy import special
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

from keras_genmodels.models.gaussians.bayes_classifier import BayesClassifier
from keras_genmodels.models.gaussians.gaussian_mixture import GaussianMixture


class TestContract(ModelContract):
    sample_range = (-np.inf, np.inf)
    density = "log_prob"
    density_draws = False
    served_from_jax = False  # no matrix routines
    has_optimizer = False

    def make_model(self, **kwargs):
        kwargs.setdefault("covariance_floor", 1e-2)
        return BayesClassifier(
            (2, 3, 1), num_classes=3, num_components=2, **kwargs
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        # Wide enough that no log density is near 0.
        return 3 * rng.random((num_rows, 2, 3, 1), dtype="float32")

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


def three_classes(num_rows=900, seed=0):
    """Overlapping classes of unequal frequency and shape, in the plane."""
    rng = np.random.default_rng(seed)
    y = rng.choice(3, num_rows, p=[0.6, 0.3, 0.1])
    means = np.array([[0, 0], [2, 1], [-1, 3]])
    mixing = np.array([[[1, 0], [0, 1]], [[0.5, 0], [1, 1]], [[1, 2], [0, 1]]])
    x = means[y] + np.einsum(
        "nij,nj->ni", mixing[y], rng.normal(size=(num_rows, 2))
    )
    return x.astype("float32"), y


def fit(x, y, num_components=1, batch_size=100, epochs=1, **kwargs):
    model = BayesClassifier(
        x.shape[1:], 3, num_components=num_components, seed=0, **kwargs
    )
    model.compile()
    model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)
    return model


@pytest.fixture(scope="module")
def gaussians():
    return fit(*three_classes(), covariance_floor=0)


@pytest.fixture(scope="module")
def mixtures():
    return fit(*three_classes(), num_components=2, batch_size=900, epochs=5)


# --- one Gaussian per class ---------------------------------------------------


@pytest.mark.parametrize(
    ("covariance_type", "batch_size"),
    [("full", 77), ("diag", 77), ("tied", 77), ("full", 1)],
)
def test_one_epoch_gives_the_moments_of_the_classes(
    covariance_type, batch_size
):
    x, y = three_classes(900 if batch_size > 1 else 200)
    model = fit(
        x,
        y,
        covariance_type=covariance_type,
        batch_size=batch_size,
        covariance_floor=0,
    )
    parts = [x[y == label].astype("float64") for label in range(3)]
    share = np.bincount(y) / len(y)
    covariances = np.stack([np.cov(part.T, bias=True) for part in parts])
    expected = {
        "full": covariances,
        "diag": np.diagonal(covariances, axis1=1, axis2=2),
        "tied": np.tensordot(share, covariances, axes=1),
    }[covariance_type]
    np.testing.assert_allclose(model.class_weights, share, atol=1e-5)
    np.testing.assert_allclose(
        model.means, [part.mean(axis=0) for part in parts], atol=1e-5
    )
    np.testing.assert_allclose(model.covariances, expected, atol=2e-5)


def test_a_second_epoch_changes_nothing(gaussians):
    again = fit(*three_classes(), epochs=2, covariance_floor=0)
    np.testing.assert_allclose(
        again.covariances, gaussians.covariances, atol=1e-5
    )


def test_it_is_quadratic_discriminant_analysis(gaussians):
    x, y = three_classes()
    held_out, labels = three_classes(seed=1)
    reference = QuadraticDiscriminantAnalysis().fit(x, y)
    # Its covariances divide by n - 1, which matters to the small class.
    np.testing.assert_allclose(
        gaussians.predict_proba(held_out),
        reference.predict_proba(held_out),
        atol=0.02,
    )
    found = gaussians.classify(held_out)
    assert found.shape == (900,) and found.dtype == np.int64
    assert np.mean(found == reference.predict(held_out)) > 0.99
    logs = gaussians.evaluate(held_out, labels, verbose=0, return_dict=True)
    assert logs["accuracy"] == pytest.approx(np.mean(found == labels))


# --- mixtures -----------------------------------------------------------------


@pytest.mark.slow
def test_each_class_is_fitted_as_by_itself():
    """Full batches: as GaussianMixture, from the same k-means start."""
    x, y = three_classes()
    model = fit(x, y, num_components=3, batch_size=900, epochs=5)
    for label in range(3):
        rows = x[y == label]
        single = GaussianMixture((2,), 3, seed=0)
        single.compile()
        single.fit(rows, batch_size=len(rows), epochs=5, verbose=0)
        np.testing.assert_allclose(
            model.log_prob(x[:200], np.full(200, label)),
            single.log_prob(x[:200]),
            atol=1e-2,
            rtol=1e-3,
        )


def test_the_likelihood_of_mixtures_never_falls():
    x, y = three_classes()
    model = BayesClassifier((2,), 3, num_components=3, seed=0)
    model.compile()
    losses = model.fit(x, y, batch_size=900, epochs=20, verbose=0).history
    assert (np.diff(losses["loss"]) < 1e-5).all()
    assert losses["loss"][-1] < losses["loss"][0] - 0.01


# --- Bayes' theorem, draws ----------------------------------------------------


@pytest.mark.parametrize("name", ["gaussians", "mixtures"])
def test_bayes_theorem(name, request):
    model = request.getfixturevalue(name)
    x, _ = three_classes(seed=1)
    of_class = np.stack(
        [model.log_prob(x, np.full(len(x), c)) for c in range(3)], axis=1
    )
    joint = of_class + np.log(model.class_weights)
    np.testing.assert_allclose(
        model.log_prob(x), special.logsumexp(joint, axis=1), atol=1e-4
    )
    posterior = special.softmax(joint, axis=1)
    np.testing.assert_allclose(model.predict_proba(x), posterior, atol=1e-4)
    np.testing.assert_allclose(
        model.predict(x, verbose=0), posterior, atol=1e-4
    )
    np.testing.assert_array_equal(model.classify(x), posterior.argmax(axis=1))


@pytest.mark.parametrize("name", ["mixtures"])
def test_the_densities_of_the_classes_integrate_to_one(name, request):
    model = request.getfixturevalue(name)
    ticks = np.linspace(-15, 15, 301, dtype="float32")
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    for label in range(3):
        log_prob = model.log_prob(
            grid, np.full(len(grid), label), batch_size=len(grid)
        )
        np.testing.assert_allclose(
            np.exp(log_prob).sum() * 0.1**2, 1, rtol=0.01
        )


@pytest.mark.parametrize("name", ["gaussians", "mixtures"])
def test_samples_of_a_class_and_of_all(name, request):
    model = request.getfixturevalue(name)
    x, y = three_classes()
    n = 20_000
    for label in range(3):
        drawn = model.sample(n, labels=label, seed=0, batch_size=n)
        # EM keeps the mean and the covariance of the data, whatever else.
        part = x[y == label]
        np.testing.assert_allclose(
            drawn.mean(axis=0), part.mean(axis=0), atol=0.08
        )
        np.testing.assert_allclose(
            np.cov(drawn.T), np.cov(part.T, bias=True), atol=0.25
        )
    drawn = model.sample(n, seed=0, batch_size=n)
    np.testing.assert_allclose(
        model.predict_proba(drawn).mean(axis=0),
        model.class_weights,
        atol=0.01,
    )


def test_labels_may_differ_from_row_to_row(mixtures):
    labels = np.repeat([2, 0, 1], 4000)
    drawn = mixtures.sample(12000, labels=labels, seed=0, batch_size=4096)
    x, y = three_classes()
    for label in range(3):
        np.testing.assert_allclose(
            drawn[labels == label].mean(axis=0),
            x[y == label].mean(axis=0),
            atol=0.15,
        )


def test_samples_of_one_component_of_a_class(mixtures):
    drawn = mixtures.sample(2000, labels=1, component=1, seed=0)
    np.testing.assert_allclose(
        drawn.mean(axis=0), mixtures.means[1 * 2 + 1], atol=0.25
    )
    with pytest.raises(ValueError, match="component"):
        mixtures.sample(2, labels=1, component=2)


# --- bad input ----------------------------------------------------------------


def test_a_class_without_examples_is_refused():
    x, y = three_classes()
    two = y < 2
    model = BayesClassifier((2,), 3)
    model.compile()
    with pytest.raises(ValueError, match=r"every class.*none of \[2\]"):
        model.fit(x[two], y[two])
    batches = Batches(x[two], y[two], batch_size=32)
    with pytest.raises(ValueError, match=r"every class.*none of \[2\]"):
        model.fit(batches)
    with pytest.raises(ValueError, match="fitted"):
        model.predict_proba(x)
    # Nothing is lost: it can be fitted now.
    model.fit(x, y, verbose=0)
    assert np.isfinite(model.log_prob(x, y)).all()


def test_too_few_examples_of_a_class():
    x, y = three_classes(20)
    model = BayesClassifier((2,), 3, num_components=10)
    model.compile()
    with pytest.raises(ValueError, match="at least 10 rows"):
        model.fit(x, y)


def test_sample_weights_count_as_copies():
    x, y = three_classes(100)
    copies = 1 + np.arange(100) % 3
    model = BayesClassifier((2,), 3, covariance_floor=0)
    model.compile()
    model.fit(
        x, y, sample_weight=copies.astype("float32"), batch_size=30, verbose=0
    )
    repeated = fit(
        np.repeat(x, copies, axis=0),
        np.repeat(y, copies),
        covariance_floor=0,
    )
    np.testing.assert_allclose(model.means, repeated.means, atol=1e-5)
    np.testing.assert_allclose(
        model.covariances, repeated.covariances, atol=1e-5
    )


def test_bad_arguments():
    for argument in ({"num_classes": 0}, {"num_components": 0}):
        with pytest.raises(ValueError, match=next(iter(argument))):
            BayesClassifier((2,), **{"num_classes": 2, **argument})
