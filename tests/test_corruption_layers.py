"""Layers that damage data."""

import keras
import numpy as np
import pytest
from scipy import stats

from keras_genmodels.layers import GaussianCorruption
from keras_genmodels.layers import MaskingCorruption
from keras_genmodels.layers import SaltAndPepperCorruption

LAYERS = [
    GaussianCorruption(0.3, seed=1),
    MaskingCorruption(0.3, seed=1),
    SaltAndPepperCorruption(0.3, low=-1.0, high=2.0, seed=1),
]


def damaged(layer, x, **kwargs):
    return keras.ops.convert_to_numpy(layer(keras.ops.array(x), **kwargs))


@pytest.fixture
def x():
    return (
        np.random.default_rng(0).uniform(0.1, 0.9, (200, 9)).astype("float32")
    )


def test_gaussian_noise_is_normal_and_independent(x):
    noise = damaged(GaussianCorruption(2.5, seed=0), x) - x
    assert stats.kstest(noise.ravel(), "norm", args=(0, 2.5)).pvalue > 1e-3
    correlation = np.corrcoef(np.column_stack([noise, x[:, 0]]).T)
    assert np.abs(correlation - np.eye(10)).max() < 0.35


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_masking_loses_a_part_and_keeps_the_rest(x, rate):
    result = damaged(MaskingCorruption(rate, seed=0), x)
    lost = result == 0
    np.testing.assert_array_equal(result[~lost], x[~lost])
    test = stats.binomtest(int(lost.sum()), lost.size, rate)
    assert test.pvalue > 1e-3


def test_salt_and_pepper_are_equally_many(x):
    layer = SaltAndPepperCorruption(0.4, low=-1.0, high=2.0, seed=0)
    result = damaged(layer, x)
    kept = result == x
    assert set(np.unique(result[~kept])) == {-1.0, 2.0}
    counts = [(result == -1).sum(), (result == 2).sum(), kept.sum()]
    expected = result.size * np.array([0.2, 0.2, 0.6])
    assert stats.chisquare(counts, expected).pvalue > 1e-3


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("shape", [(5,), (5, 3), (2, 4, 6, 3)])
def test_any_shape_in_training_and_out_of_it(layer, shape):
    x = np.full(shape, 0.5, "float32")
    assert damaged(layer, x).shape == shape
    assert not np.array_equal(damaged(layer, x), damaged(layer, x))


@pytest.mark.parametrize("layer", LAYERS)
def test_the_seed_fixes_the_damage(layer, x):
    copies = [type(layer).from_config(layer.get_config()) for _ in range(2)]
    first = damaged(copies[0], x)
    np.testing.assert_array_equal(first, damaged(copies[1], x))
    assert not np.array_equal(first, damaged(copies[0], x))
    generators = [keras.random.SeedGenerator(7) for _ in range(2)]
    np.testing.assert_array_equal(
        *[damaged(layer, x, seed=generator) for generator in generators]
    )


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_are_saved_within_a_model(layer, x, tmp_path):
    inputs = keras.Input((9,))
    copy = type(layer).from_config(layer.get_config())
    model = keras.Model(inputs, copy(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.layers[-1].get_config() == copy.get_config()
    assert loaded.predict(x, verbose=0).shape == x.shape


@pytest.mark.parametrize("layer", LAYERS)
def test_half_precision_stays_so(layer):
    layer = type(layer).from_config({**layer.get_config(), "dtype": "bfloat16"})
    x = keras.ops.full((5, 3), 0.5, dtype="bfloat16")
    assert keras.backend.standardize_dtype(layer(x).dtype) == "bfloat16"


def test_bad_arguments():
    for scale in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="scale"):
            GaussianCorruption(scale)
    for rate in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="rate"):
            MaskingCorruption(rate)
        with pytest.raises(ValueError, match="rate"):
            SaltAndPepperCorruption(rate)
    with pytest.raises(ValueError, match="low"):
        SaltAndPepperCorruption(0.1, low=1.0, high=0.0)
