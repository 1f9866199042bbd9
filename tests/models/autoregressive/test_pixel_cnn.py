"""PixelCNN and gated PixelCNN: receptive fields, labels, codes as data."""

import keras
import numpy as np
import pytest
from autoregressive import AutoregressiveProofs
from autoregressive import all_examples
from autoregressive import earlier
from autoregressive import probabilities
from autoregressive import shaken
from contract import ModelContract

import keras_genmodels as kgm


class TestContract(ModelContract):
    density, density_draws = "log_prob", False

    def make_model(self, **kwargs):
        return kgm.GatedPixelCNN.from_shape(
            (3, 4, 1),
            filters=4,
            num_blocks=1,
            num_classes=3,
            label_dropout=0.2,
            **kwargs,
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.integers(0, 2, (num_rows, 3, 4, 1)).astype("float32")

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


class TestPixelCNN(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.PixelCNN.from_shape(
            data_shape, filters=6, num_blocks=1, kernel_size=3, **kwargs
        )


class TestGatedPixelCNN(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.GatedPixelCNN.from_shape(
            data_shape, filters=6, num_blocks=2, kernel_size=3, **kwargs
        )


def test_the_blind_spot_of_one_stack_and_none_of_two():
    shape, place = (5, 7, 1), (3, 3, 0)
    x = np.zeros(shape)
    options = {"num_blocks": 5, "kernel_size": 3, "filters": 8}
    gated = kgm.GatedPixelCNN.from_shape(shape, **options)
    seen = gated.receptive_field(x, place) > 0
    np.testing.assert_array_equal(seen, earlier(shape, place))
    plain = kgm.PixelCNN.from_shape(shape, **options)
    missed = earlier(shape, place) & ~(plain.receptive_field(x, place) > 0)
    # Each row up, the view reaches one column further to the right.
    wedge = {(2, 5), (2, 6), (1, 6)}
    assert set(zip(*np.nonzero(missed[..., 0]), strict=True)) == wedge


@pytest.mark.parametrize("cls", [kgm.PixelCNN, kgm.GatedPixelCNN])
def test_colours_of_a_pixel_follow_each_other(cls):
    shape = (2, 2, 3)
    model = cls.from_shape(shape, num_blocks=2, filters=48)
    x = np.zeros(shape)
    for place in np.ndindex(shape):
        seen = model.receptive_field(x, place) > 0
        np.testing.assert_array_equal(seen, earlier(shape, place))


def test_any_causal_network_will_do():
    """One that sees nothing: independent pixels."""
    inputs = keras.Input((2, 2, 1, 1))
    nothing = keras.layers.Lambda(keras.ops.zeros_like)(inputs)
    network = keras.Model(inputs, keras.layers.Dense(1)(nothing))
    model = kgm.PixelCNN(network)
    network.layers[-1].set_weights([np.ones((1, 1)), np.array([np.log(3)])])
    log_prob = model.log_prob(np.ones((1, 2, 2, 1)))
    np.testing.assert_allclose(log_prob, 4 * np.log(0.75), rtol=1e-5)


@pytest.mark.parametrize(
    "outputs, output", [(2, "bernoulli"), (1, "logistic_mixture")]
)
def test_a_network_that_does_not_fit(outputs, output):
    inputs = keras.Input((2, 2, 1, 1))
    network = keras.Model(inputs, keras.layers.Dense(outputs)(inputs))
    levels = {} if output == "bernoulli" else {"num_levels": 4}
    with pytest.raises(ValueError, match="Expected a network from"):
        kgm.PixelCNN(network, output=output, **levels)


def test_vectors_are_no_images():
    with pytest.raises(ValueError, match="height, width, channels"):
        kgm.PixelCNN.from_shape((8,))


# --- labels -----------------------------------------------------------------


@pytest.fixture(scope="module")
def guided():
    return shaken(
        kgm.GatedPixelCNN.from_shape(
            (2, 2, 1),
            num_classes=2,
            label_dropout=0.5,
            filters=4,
            num_blocks=1,
            seed=0,
        )
    )


def test_each_label_has_a_density(guided):
    x = all_examples([0, 1], (2, 2, 1))
    p, q = (probabilities(guided, x, y=np.full(16, k)) for k in (0, 1))
    assert p.sum() == pytest.approx(1, abs=1e-5)
    assert q.sum() == pytest.approx(1, abs=1e-5)
    assert np.abs(p - q).max() > 0.005


def test_guidance_moves_away_from_what_needs_no_label(guided):
    x = keras.ops.convert_to_tensor(all_examples([0, 1], (2, 2, 1)))
    y = keras.ops.ones((16,), dtype="int32")

    def logits(**kwargs):
        parameters = guided.compute_parameters(x, y, **kwargs)
        return keras.ops.convert_to_numpy(parameters)

    one, two, three = (logits(guidance=w) for w in (0.0, 1.0, 2.0))
    np.testing.assert_array_equal(one, logits())
    np.testing.assert_allclose(three - two, two - one, atol=1e-4)
    other = keras.ops.zeros((16,), dtype="int32")
    other = [
        keras.ops.convert_to_numpy(
            guided.compute_parameters(x, other, guidance=w)
        )
        for w in (0.0, 1.0)
    ]
    # 2 parameters(x, y) - guided = parameters(x), whatever the label.
    free = 2 * one - two, 2 * other[0] - other[1]
    np.testing.assert_allclose(*free, atol=1e-4)
    assert np.abs(free[0] - one).max() > 0.01


def test_training_hides_labels(guided):
    x = keras.ops.zeros((2000, 2, 2, 1))
    y = keras.ops.ones((2000,), dtype="int32")
    keras.utils.set_random_seed(0)
    parameters = guided.compute_parameters(x, y, training=True)
    first = keras.ops.convert_to_numpy(parameters)[:, 0, 0, 0, 0]
    values, counts = np.unique(first.round(4), return_counts=True)
    assert len(values) == 2
    assert 900 < counts[0] < 1100


def test_guidance_is_not_negative(guided):
    with pytest.raises(ValueError, match="guidance=-0.5"):
        guided.sample(2, guidance=-0.5)


def test_guidance_needs_label_dropout():
    model = kgm.GatedPixelCNN.from_shape((2, 2, 1), num_classes=2, num_blocks=1)
    with pytest.raises(ValueError, match="label_dropout"):
        model.sample(2, guidance=1.0)
    for dropout in (-0.1, 1.0):
        with pytest.raises(ValueError, match="label_dropout"):
            kgm.GatedPixelCNN(model.network, label_dropout=dropout)
    with pytest.raises(ValueError, match="no classes"):
        kgm.GatedPixelCNN.from_shape((2, 2, 1), label_dropout=0.1)


# --- codes of a VQVAE -------------------------------------------------------


@pytest.mark.slow
def test_it_is_a_prior_of_codes(digits):
    (x, _), (x_test, _) = digits
    output = kgm.layers.CategoricalOutput(8, data_range=(0, 7), one_hot=True)
    prior = kgm.GatedPixelCNN.from_shape(
        (4, 4, 1), output=output, filters=8, num_blocks=2, kernel_size=3
    )
    model = kgm.VQVAE.from_shape(
        (8, 8, 1), num_embeddings=8, hidden_units=(8,), prior=prior, seed=0
    )
    model.compile()
    model.fit(x[:256], epochs=1, verbose=0)
    prior.compile()
    before = model.elbo(x_test[:50]).mean()
    model.fit_prior(x[:256], epochs=5, verbose=0)
    assert model.elbo(x_test[:50]).mean() > before + 1
    draws = model.sample(5, seed=0)
    np.testing.assert_array_equal(draws, model.sample(5, seed=0))
    assert draws.shape == (5, 8, 8, 1)
