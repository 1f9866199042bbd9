"""The conditional VAE: one known density per class."""

import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from linear_gaussian import OFFSET
from linear_gaussian import SCALE
from linear_gaussian import WEIGHTS
from linear_gaussian import marginal
from linear_gaussian import posterior

import keras_genmodels as kgm

# What each of three classes adds to x.
SHIFTS = np.array([[0.0, 0.0, 0.0, 0.0], [3.0, 0, 0, 1], [0, -2.0, 1, 0]])


class TestContract(ModelContract):
    def make_model(self, **kwargs):
        return kgm.ConditionalVAE.from_shape(
            (5, 7, 2), num_classes=3, hidden_units=(16,), **kwargs
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 5, 7, 2), dtype="float32")

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


@pytest.fixture(scope="module")
def model():
    """The exact posterior of x = W z + b + shift of the class + noise."""
    model = kgm.ConditionalVAE.from_shape(
        (4,),
        num_classes=3,
        latent_dim=2,
        hidden_units=(),
        likelihood=kgm.layers.NormalLikelihood(scale=SCALE),
        seed=0,
    )
    to_mean, log_var = posterior()
    model.decoder.set_weights([np.vstack([WEIGHTS.T, SHIFTS]), OFFSET])
    kernel = np.vstack([to_mean, -SHIFTS @ to_mean])
    model.encoder.set_weights(
        [
            np.hstack([kernel, np.zeros_like(kernel)]),
            np.hstack([-OFFSET @ to_mean, log_var]),
        ]
    )
    return model


@pytest.fixture(scope="module")
def data():
    y = np.repeat([0, 1, 2], 100)
    x = marginal().rvs(300, random_state=0) + SHIFTS[y]
    return x.astype("float32"), y


def test_the_bound_is_the_density_of_the_class(model, data):
    x, y = data
    exact = marginal().logpdf(x - SHIFTS[y])
    one_draw = model.importance_log_prob(x, 1, y=y, seed=0)
    np.testing.assert_allclose(one_draw, exact, rtol=1e-4, atol=1e-4)
    elbo = np.mean([model.elbo(x, y, seed=i) for i in range(100)])
    np.testing.assert_allclose(elbo, exact.mean(), atol=0.05)


def test_a_wrong_label_costs_what_the_density_says(model, data):
    x, y = data
    wrong = (y + 1) % 3
    # q is exact for the label given, whether or not the label is right.
    np.testing.assert_allclose(
        model.importance_log_prob(x, 1, y=wrong, seed=0),
        marginal().logpdf(x - SHIFTS[wrong]),
        rtol=1e-4,
        atol=1e-4,
    )


def test_samples_are_of_the_class_asked_for(model):
    for label in range(3):
        drawn = model.sample(4000, labels=label, seed=label, batch_size=4000)
        expected = OFFSET + SHIFTS[label]
        np.testing.assert_allclose(drawn.mean(0), expected, atol=0.12)
    labels = np.arange(4000) % 3
    drawn = model.sample(4000, labels=labels, seed=0)
    np.testing.assert_allclose(
        drawn[labels == 1].mean(0), OFFSET + SHIFTS[1], atol=0.2
    )


def test_without_labels_each_class_is_drawn_equally_often(model):
    drawn = model.sample(3000, seed=0, batch_size=3000)
    expected = OFFSET + SHIFTS.mean(0)
    np.testing.assert_allclose(drawn.mean(0), expected, atol=0.15)


def test_labels_are_drawn_independently_of_the_noise():
    """One key for both would tie codes to classes."""

    class Echo(kgm.ConditionalVAE):
        def compute_sample(self, labels):
            noise = self._normal_noise((labels.shape[0], 3))
            return ops.concatenate(
                [ops.cast(labels, "float32")[:, None], noise], axis=1
            )

    model = Echo.from_shape((4,), num_classes=3, seed=0)
    drawn = model.sample(4000, seed=0, batch_size=4000)
    correlation = np.corrcoef(drawn.T)[0, 1:]
    np.testing.assert_allclose(correlation, 0, atol=0.06)


def test_encoding_and_decoding_heed_the_label(model, data):
    x, y = data
    to_mean, _ = posterior()
    z = model.encode(x, y)
    np.testing.assert_allclose(z, (x - OFFSET - SHIFTS[y]) @ to_mean, atol=1e-4)
    np.testing.assert_allclose(
        model.decode(z, 2), z @ WEIGHTS.T + OFFSET + SHIFTS[2], atol=1e-4
    )
    np.testing.assert_allclose(
        model.reconstruct(x, y), model.decode(z, y), atol=1e-5
    )
    path = model.interpolate(x[:3], x[3:6], 4, y=[0, 1, 2])
    np.testing.assert_allclose(
        path[:, -1],
        model.decode(model.encode(x[3:6], [0, 1, 2]), [0, 1, 2]),
        atol=1e-5,
    )


@pytest.mark.parametrize("verb", ["encode", "reconstruct", "elbo"])
def test_verbs_need_labels(model, data, verb):
    with pytest.raises(ValueError, match="Expected labels"):
        getattr(model, verb)(data[0])


def test_decoding_and_interpolating_need_labels(model, data):
    with pytest.raises(ValueError, match="Expected labels"):
        model.decode(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="Expected labels"):
        model.interpolate(data[0][0], data[0][1])
    with pytest.raises(ValueError, match="from 0 to 2"):
        model.decode(np.zeros((2, 2)), 3)


@pytest.mark.parametrize(
    ("data_shape", "network"),
    [((6,), "dense"), ((7, 11, 3), "dense"), ((7, 11, 3), "conv")],
)
def test_from_shape_suits_any_shape(data_shape, network):
    model = kgm.ConditionalVAE.from_shape(
        data_shape, num_classes=4, network=network, hidden_units=(8, 4)
    )
    x = np.random.default_rng(0).random((5, *data_shape), dtype="float32")
    assert model.reconstruct(x, [0, 1, 2, 3, 0]).shape == x.shape
    assert not np.allclose(model.encode(x, 0), model.encode(x, 1))
    assert model.sample(2, labels=3).shape == (2, *data_shape)


def test_networks_and_num_classes_must_suit():
    with pytest.raises(ValueError, match="num_classes"):
        kgm.ConditionalVAE.from_shape((4,))
    with pytest.raises(ValueError, match="num_classes"):
        kgm.VAE.from_shape((4,), num_classes=3)
    one = kgm.VAE.from_shape((4,))
    two = kgm.ConditionalVAE.from_shape((4,), num_classes=3)
    other = kgm.ConditionalVAE.from_shape((4,), num_classes=2)
    with pytest.raises(ValueError, match="two inputs"):
        kgm.ConditionalVAE(one.encoder, one.decoder)
    with pytest.raises(ValueError, match="one input"):
        kgm.VAE(two.encoder, two.decoder)
    with pytest.raises(ValueError, match="equally many classes"):
        kgm.ConditionalVAE(two.encoder, other.decoder)
