"""MADE: its masks, and the ensemble of several orders."""

import keras
import numpy as np
import pytest
from autoregressive import AutoregressiveProofs
from autoregressive import all_examples
from autoregressive import probabilities
from autoregressive import shaken
from contract import ModelContract
from scipy import stats

import keras_genmodels as kgm

MADE = kgm.MADE


class TestContract(ModelContract):
    density, density_draws = "log_prob", False

    def make_model(self, **kwargs):
        return MADE.from_shape(
            (6,), hidden_units=(7,), num_classes=3, num_masks=2, **kwargs
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.integers(0, 2, (num_rows, 6)).astype("float32")

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


class TestProofs(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return MADE(data_shape, hidden_units=(20, 20), seed=0, **kwargs)


@pytest.mark.parametrize("order", ["raster", "random"])
def test_no_path_leads_to_an_earlier_value(order):
    model = MADE((6,), hidden_units=(9, 8), num_masks=3, order=order)
    layers = [*model.hidden_layers, model.output_layer]
    for index in range(3):
        paths = np.eye(6)
        for layer in layers:
            paths = paths @ keras.ops.convert_to_numpy(layer.mask(index))
        paths += keras.ops.convert_to_numpy(model.direct_layer.mask(index))
        rank = model.degrees[0][index]
        assert sorted(rank) == list(range(6))
        assert (paths[rank[:, None] >= rank] == 0).all()
    orders = {tuple(order) for order in model.degrees[0]}
    assert len(orders) == (1 if order == "raster" else 3)
    hidden = {tuple(degrees) for degrees in model.degrees[1]}
    assert len(hidden) == 3


@pytest.mark.parametrize("direct, units", [(False, 30), (True, 1)])
def test_every_earlier_value_counts(direct, units):
    """By enough hidden units, or by the direct connections."""
    model = MADE((2, 3, 1), hidden_units=(units,), direct=direct)
    assert (model.direct_layer is not None) == direct
    model = shaken(model)
    x = np.zeros((2, 3, 1))
    for i in range(6):
        seen = model.receptive_field(x, np.unravel_index(i, (2, 3, 1))).ravel()
        assert (seen[:i] > 0).all()


@pytest.fixture(scope="module")
def ensemble():
    return shaken(
        MADE((4,), hidden_units=(15,), num_masks=3, order="random", seed=0)
    )


def test_an_ensemble_averages_probabilities(ensemble):
    x = all_examples([0, 1], (4,))
    members = []
    for index in range(3):
        parameters = ensemble.compute_parameters(
            keras.ops.convert_to_tensor(x), index=index
        )
        logits = keras.ops.convert_to_numpy(parameters)[..., 0]
        on = stats.bernoulli(1 / (1 + np.exp(-logits.astype("float64"))))
        members.append(np.exp(on.logpmf(x).sum(axis=1)))
    np.testing.assert_allclose(np.sum(members, axis=1), 1, atol=1e-5)
    p = probabilities(ensemble, x)
    np.testing.assert_allclose(p, np.mean(members, axis=0), rtol=1e-4)
    assert np.ptp(members, axis=0).max() > 0.01


@pytest.mark.exact
def test_draws_of_an_ensemble(ensemble):
    x = all_examples([0, 1], (4,))
    draws = ensemble.sample(4000, seed=0, batch_size=4000)
    counts = np.bincount((draws @ [8, 4, 2, 1]).astype(int), minlength=16)
    expected = 4000 * probabilities(ensemble, x)
    expected *= 4000 / expected.sum()
    assert stats.chisquare(counts, expected).pvalue > 1e-3
    same, passes = ensemble.sample(
        100, seed=1, method="ancestral", return_passes=True
    )
    np.testing.assert_array_equal(ensemble.sample(100, seed=1), same)
    assert set(passes) == {4}


def test_training_draws_the_mask():
    """Each step trains the units of one set of degrees, all of them in turn."""
    model = MADE((4,), num_masks=4, order="random", hidden_units=(8,), seed=0)
    x = keras.ops.ones((2, 4))
    keras.utils.set_random_seed(0)
    results = {
        float(model.compute_log_prob(x, training=True)[0]) for _ in range(20)
    }
    assert len(results) == 4


def test_it_learns_what_an_order_cannot_hide():
    """x3 = x1 xor x2; the entropy is two bits."""
    bits = np.random.default_rng(0).integers(0, 2, (2000, 2))
    x = np.column_stack([bits, bits[:, 0] ^ bits[:, 1]]).astype("float32")
    model = MADE((3,), hidden_units=(64,), seed=0)
    model.compile(keras.optimizers.Adam(1e-2))
    model.fit(x, batch_size=100, epochs=10, verbose=0)
    assert -model.log_prob(x).mean() < 2 * np.log(2) + 0.03


@pytest.mark.parametrize(
    "arguments",
    [
        {"order": "spiral"},
        {"num_masks": 0},
        {"hidden_units": (0,)},
        {"output": "gaussian"},
        {"output": "categorical"},
        {"num_levels": 4},
    ],
)
def test_bad_arguments(arguments):
    with pytest.raises(ValueError, match="Received"):
        MADE((4,), **arguments)
