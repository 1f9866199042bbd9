"""RNNMADE, WaveNet and the image Transformer: one network at every value."""

import keras
import numpy as np
import pytest
from autoregressive import AutoregressiveProofs
from autoregressive import earlier
from autoregressive import shaken
from contract import ModelContract

import keras_genmodels as kgm


class SequenceContract(ModelContract):
    density, density_draws = "log_prob", False

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.integers(0, 2, (num_rows, 2, 3, 1)).astype("float32")


class TestRNNMADEContract(SequenceContract):
    def make_model(self, **kwargs):
        return kgm.RNNMADE((2, 3, 1), units=4, **kwargs)


class TestWaveNetContract(SequenceContract):
    def make_model(self, **kwargs):
        return kgm.WaveNet((2, 3, 1), units=4, **kwargs)


class TestImageTransformerContract(SequenceContract):
    def make_model(self, **kwargs):
        return kgm.ImageTransformer(
            (2, 3, 1),
            units=4,
            num_layers=1,
            num_heads=2,
            num_classes=3,
            dropout=0.1,
            **kwargs,
        )

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


class TestRNNMADE(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.RNNMADE(data_shape, units=6, num_layers=2, **kwargs)


class TestWaveNet(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.WaveNet(data_shape, units=6, **kwargs)


class TestImageTransformer(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.ImageTransformer(
            data_shape, units=6, num_layers=2, num_heads=2, **kwargs
        )


MODELS = {
    "rnn": lambda shape, **kwargs: kgm.RNNMADE(shape, units=8, **kwargs),
    "wavenet": lambda shape, **kwargs: kgm.WaveNet(shape, units=8, **kwargs),
    "transformer": lambda shape, **kwargs: kgm.ImageTransformer(
        shape, units=8, num_layers=1, places="learned", **kwargs
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_all_earlier_values_are_seen(name):
    shape = (3, 5, 2)
    model = shaken(MODELS[name](shape), scale=0.4)
    x = np.zeros(shape)
    for place in [(1, 2, 1), (2, 4, 1)]:
        seen = model.receptive_field(x, place) > 0
        np.testing.assert_array_equal(seen, earlier(shape, place))


@pytest.mark.exact
@pytest.mark.parametrize("name", MODELS)
def test_the_cache_serves_levels_labels_and_inpainting(name):
    options = {"output": "categorical", "num_levels": 4, "num_classes": 2}
    model = shaken(MODELS[name]((2, 3, 2), **options))
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, (40, 2, 3, 2)) / 3
    mask = rng.random(x.shape) < 0.5
    y = np.arange(40) % 2
    draws, reference = (
        model.inpaint(x, mask, y=y, seed=1, method=method)
        for method in ("cached", "ancestral")
    )
    np.testing.assert_array_equal(draws, reference)
    np.testing.assert_array_equal(draws[~mask], x.astype("float32")[~mask])
    assert (draws != x.astype("float32")).any()
    assert (model.log_prob(x, y) != model.log_prob(x, 1 - y)).all()


def test_wavenet_sees_as_far_as_its_dilations_reach():
    model = shaken(kgm.WaveNet((12, 1), units=8, dilations=(1, 3)), scale=0.4)
    seen = model.receptive_field(np.zeros((12, 1)), (11, 0)) > 0
    # The value before, and from there back by 0 or 1, and by 0 or 3.
    assert set(np.flatnonzero(seen)) == {10, 9, 7, 6}


def test_wavenet_without_coordinates_is_the_same_everywhere():
    """Given equal values before it, a value has equal probabilities."""
    model = shaken(
        kgm.WaveNet((12, 1), units=8, dilations=(1, 2), coordinates=False)
    )
    x = np.tile([0.0, 1.0], 6).reshape(1, 12, 1)
    parameters = keras.ops.convert_to_numpy(model(x))[0, :, 0, 0]
    np.testing.assert_allclose(parameters[5::2], parameters[5], rtol=1e-5)
    np.testing.assert_allclose(parameters[6::2], parameters[6], rtol=1e-5)
    assert abs(parameters[5] - parameters[6]) > 1e-3


def test_the_weights_of_an_rnn_do_not_grow_with_the_data():
    small, large = (
        kgm.RNNMADE((size, size, 1)).count_params() for size in (8, 28)
    )
    assert small == large


@pytest.mark.parametrize(
    "cls, arguments",
    [
        (kgm.RNNMADE, {"units": 0}),
        (kgm.RNNMADE, {"num_layers": 0}),
        (kgm.WaveNet, {"kernel_size": 1}),
        (kgm.WaveNet, {"dilations": (1, 0)}),
        (kgm.ImageTransformer, {"num_heads": 3}),
        (kgm.ImageTransformer, {"places": "polar"}),
    ],
)
def test_arguments_out_of_range(cls, arguments):
    with pytest.raises(ValueError, match="Received: "):
        cls((2, 2, 1), **arguments)
