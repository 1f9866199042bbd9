"""A classifier that is a density, too."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from scipy import special

import keras_genmodels as kgm

JointEnergyModel = kgm.JointEnergyModel


def small(num_classes=3, hidden_units=(8,), **kwargs):
    kwargs = {"num_chains": 12, "chains_per_step": 6, **kwargs}
    return JointEnergyModel.from_shape(
        (2,),
        num_classes=num_classes,
        hidden_units=hidden_units,
        langevin_steps=3,
        **kwargs,
    )


def data(num_rows):
    return np.random.default_rng(0).normal(size=(num_rows, 2)).astype("float32")


class TestContract(ModelContract):
    sample_range = (-np.inf, np.inf)
    density, density_draws = "energy", False
    loss_noise = 100.0  # around zero

    def make_model(self, **kwargs):
        return small(**kwargs)

    def make_data(self, num_rows):
        return data(num_rows)

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


def two_clusters():
    """Of a model whose energies are known: x is normal around -2 or 2.

    f_y(x) = -1/2 |x - m_y|^2 is an affine function of x but for a term that
    does not depend on y.
    """
    means = np.float32([[-2.0, 0.0], [2.0, 0.0]])

    class Clusters(JointEnergyModel):
        def compute_logits(self, x, training=False):
            moved = x[:, None] - ops.convert_to_tensor(means, x.dtype)
            return -0.5 * ops.sum(ops.square(moved), axis=2)

    model = Clusters.from_shape(
        (2,),
        num_classes=2,
        num_chains=256,
        chains_per_step=64,
        reference_scale=1e6,
        seed=0,
    )
    rng = np.random.default_rng(0)
    chains = means[rng.integers(2, size=256)] + rng.normal(size=(256, 2))
    model.chains.assign(chains.astype("float32"))
    return model, means


def test_energies_are_those_of_the_logits():
    model, x, y = small(), data(20), np.arange(20) % 3
    logits = ops.convert_to_numpy(model.network(x))
    reference = np.square(x).sum(axis=1) / (2 * 2.0**2)
    np.testing.assert_allclose(
        model.energy(x),
        reference - special.logsumexp(logits, axis=1),
        rtol=1e-4,
    )
    np.testing.assert_allclose(
        model.energy(x, y),
        reference - logits[np.arange(20), y],
        rtol=1e-4,
        atol=1e-5,
    )
    proba = special.softmax(logits, axis=1)
    np.testing.assert_allclose(model.predict_proba(x), proba, rtol=1e-4)
    np.testing.assert_allclose(model.predict(x, verbose=0), proba, rtol=1e-4)
    np.testing.assert_array_equal(model.classify(x), logits.argmax(axis=1))


def test_scores_are_of_all_data_or_of_a_class():
    model, means = two_clusters()
    x, y = data(50), np.arange(50) % 2
    np.testing.assert_allclose(model.score(x, y), means[y] - x, atol=1e-4)
    share = special.expit(4 * x[:, :1])
    expected = share * means[1] + (1 - share) * means[0] - x
    np.testing.assert_allclose(model.score(x), expected, atol=1e-4)


def test_draws_of_a_class_are_of_its_density():
    """Though the chains are those of all classes, and mix slowly."""
    model, means = two_clusters()
    for label in (0, 1):
        x = model.sample(
            1500, labels=label, num_steps=30, step_size=0.1, seed=0
        )
        np.testing.assert_allclose(x.mean(axis=0), means[label], atol=0.15)
        # Without a step: chains, chosen by their probabilities.
        x = model.sample(1500, labels=label, num_steps=0, seed=0)
        np.testing.assert_allclose(x.mean(axis=0), means[label], atol=0.3)
    _, accepted = model.sample(
        100, labels=1, metropolis=True, return_acceptance=True, seed=0
    )
    assert accepted.min() > 0.7


def test_labels_are_as_frequent_as_among_chains():
    model, means = two_clusters()
    chains = np.repeat(means, [64, 192], axis=0)
    model.chains.assign(chains)
    labels = ops.convert_to_numpy(model.compute_labels(4000))
    assert labels.mean() == pytest.approx(0.75, abs=0.03)


def test_what_is_given_decides_what_is_drawn():
    model, means = two_clusters()
    x, mask = np.zeros((400, 2), "float32"), np.array([True, False])
    drawn = model.inpaint(
        x, mask, y=np.ones(400), num_steps=100, step_size=0.05, seed=0
    )
    np.testing.assert_array_equal(drawn[:, 1], 0.0)
    assert drawn[:, 0].mean() == pytest.approx(means[1, 0], abs=0.2)


def test_the_loss_is_that_of_both_parts():
    model, x, y = small(energy_penalty=0.3), data(20), np.arange(20) % 3
    model.compile()
    logs = model.evaluate(x, y, batch_size=20, verbose=0, return_dict=True)
    energy = model.energy(x)
    chains = model.energy(ops.convert_to_numpy(model.chains))
    nll = -np.log(model.predict_proba(x)[np.arange(20), y]).mean()
    assert logs["class_nll"] == pytest.approx(nll, rel=1e-4)
    squares = np.square(energy).mean() + np.square(chains).mean()
    assert logs["loss"] == pytest.approx(
        energy.mean() - chains.mean() + 0.3 * squares + nll, rel=1e-3, abs=1e-4
    )
    assert logs["accuracy"] == pytest.approx((model.classify(x) == y).mean())


def test_it_learns_classes_and_their_densities():
    """Three normals in a triangle: how likely a class is, and where it lies."""
    keras.utils.set_random_seed(0)
    angle = 2 * np.pi * np.arange(3) / 3
    means = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=1500)
    x = (means[y] + 0.5 * rng.normal(size=(1500, 2))).astype("float32")
    model = small(
        hidden_units=(32, 32),
        num_chains=512,
        chains_per_step=128,
        step_size=0.05,
        energy_penalty=0.01,
        seed=0,
    )
    model.compile(keras.optimizers.Adam(3e-3))
    model.fit(x, y, batch_size=64, epochs=12, verbose=0)
    assert (model.classify(x) == y).mean() > 0.98
    for label in range(3):
        drawn = model.sample(200, labels=label, num_steps=50, seed=0)
        distance = np.linalg.norm(drawn.mean(axis=0) - means[label])
        assert distance < 0.5
        assert (model.classify(drawn) == label).mean() > 0.9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: small(num_classes=0), "num_classes"),
        (lambda: small().energy(data(3), [0, 1, 3]), "whole numbers"),
        (lambda: small().sample(2, labels=5), "whole numbers"),
        (lambda: small().fit(data(4)), "labels"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        call()
