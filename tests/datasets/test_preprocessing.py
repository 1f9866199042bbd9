"""Bits, noise and the hold-out split."""

import hashlib

import numpy as np
import pytest
from scipy import stats

from keras_genmodels.datasets import binarize
from keras_genmodels.datasets import dequantize
from keras_genmodels.datasets import load
from keras_genmodels.datasets import standardize
from keras_genmodels.datasets import validation_split

BAD = [
    np.array([[0.5, 1.5]]),
    np.array([[-0.1, 0.5]]),
    np.array([[np.nan, 0.5]]),
    np.array([[np.inf, 0.5]]),
    np.array([[0, 255]], "uint8"),
    np.zeros((0, 4)),
    np.array(0.5),
    np.array([["a"]]),
]


@pytest.mark.parametrize("function", [binarize, dequantize])
@pytest.mark.parametrize("bad", BAD, ids=lambda array: str(array.ravel()))
def test_values_must_be_in_the_unit_interval(function, bad):
    with pytest.raises(ValueError, match="Expected `x`.*Received"):
        function(bad)


def test_binarize_follows_the_probabilities():
    p = np.array([0, 0.01, 0.25, 0.5, 0.9, 1], "float32")
    n = 50_000
    bits = binarize(np.broadcast_to(p, (n, 6)), seed=3)
    assert bits.dtype == np.float32 and bits.shape == (n, 6)
    assert set(np.unique(bits)) == {0, 1}
    counts = bits.sum(axis=0)
    assert counts[0] == 0 and counts[-1] == n
    for count, prob in zip(counts[1:-1], p[1:-1], strict=True):
        result = stats.binomtest(int(count), n, float(prob))
        assert result.pvalue > 1e-4
    # Independent: equal neighbours as often as chance has it.
    same = np.mean(bits[1:, 3] == bits[:-1, 3])
    assert abs(same - 0.5) < 4 * 0.5 / np.sqrt(n)


def test_binarize_is_fixed_by_seed():
    x = np.full((20, 8, 8, 1), 0.5, "float32")
    before = x.copy()
    np.testing.assert_array_equal(binarize(x, seed=5), binarize(x, seed=5))
    assert np.any(binarize(x, seed=5) != binarize(x, seed=6))
    np.testing.assert_array_equal(binarize(x), binarize(x, seed=0))
    np.testing.assert_array_equal(x, before)
    # The same in float64, and on every machine.
    np.testing.assert_array_equal(binarize(x.astype("float64")), binarize(x))
    digest = hashlib.sha256(binarize(x).astype("uint8").tobytes()).hexdigest()
    assert digest.startswith("ece22876ad97b683")


@pytest.mark.parametrize("levels", [2, 17, 256])
def test_dequantize(levels):
    n = 4000
    grey = np.tile(np.arange(levels), (n // 10, 1))
    x = (grey / (levels - 1)).astype("float32")
    z = dequantize(x, levels=levels, seed=1)
    assert z.dtype == np.float32 and z.shape == x.shape
    assert z.min() >= 0 and z.max() < 1
    # What was added is uniform noise, the same for black and for white.
    noise = z.astype("float64") * levels - grey
    for part in (noise, noise[:, 0], noise[:, -1]):
        result = stats.kstest(part.ravel(), stats.uniform.cdf)
        assert result.pvalue > 1e-4
    np.testing.assert_array_equal(z, dequantize(x, levels=levels, seed=1))
    assert np.any(z != dequantize(x, levels=levels, seed=2))


def test_dequantized_white_stays_below_one():
    """float32 rounds 255 + u up to 256 once in 130,000 draws."""
    white = np.ones((1000, 2000), "float32")
    z = dequantize(white)
    assert z.max() < 1 and z.min() >= np.float32(255 / 256)


def test_dequantize_the_digits():
    x = load("digits")[1][0]
    z = dequantize(x, levels=17)
    np.testing.assert_array_equal(np.floor(z * 17), np.rint(x * 16))
    with pytest.raises(ValueError, match="multiples of 1/255"):
        dequantize(x)


@pytest.mark.parametrize("levels", [1, 0, 2.5, None])
def test_dequantize_bad_levels(levels):
    with pytest.raises(ValueError, match="whole number.*Received"):
        dequantize(np.zeros((2, 2)), levels=levels)


def test_validation_split_is_a_fixed_partition():
    x = np.arange(1000).reshape(500, 2)
    x_train, x_val = validation_split(x)
    assert x_train.shape == (450, 2) and x_val.shape == (50, 2)
    both = np.concatenate([x_train, x_val])
    np.testing.assert_array_equal(np.sort(both[:, 0]), x[:, 0])
    np.testing.assert_array_equal(x_val, validation_split(x, seed=0)[1])
    assert np.any(x_val != validation_split(x, seed=1)[1])
    # Drawn from everywhere, not the last rows.
    assert x_val[:, 0].min() < 300 and x_val[:, 0].max() > 700


def test_validation_split_is_stratified():
    y = np.repeat([0, 1, 2], [600, 300, 100])
    x = np.arange(1000)[:, np.newaxis]
    (x_train, y_train), (x_val, y_val) = validation_split(x, y, fraction=0.2)
    assert np.bincount(y_val).tolist() == [120, 60, 20]
    np.testing.assert_array_equal(y_val, y[x_val[:, 0]])
    np.testing.assert_array_equal(y_train, y[x_train[:, 0]])
    assert set(x_train[:, 0]) | set(x_val[:, 0]) == set(range(1000))
    (_, _), (x_val, _) = validation_split(x, y, num=50)
    assert len(x_val) == 50


@pytest.mark.parametrize(
    "kwargs", [{"fraction": 0}, {"fraction": 1.0}, {"num": 0}, {"num": 10}]
)
def test_validation_split_needs_two_parts(kwargs):
    with pytest.raises(ValueError, match="both parts"):
        validation_split(np.zeros((10, 2)), **kwargs)


def test_validation_split_needs_matching_labels():
    with pytest.raises(ValueError, match="Expected `y`"):
        validation_split(np.zeros((10, 2)), np.zeros(9))


def test_standardised_data_are_those_of_scipy_and_come_back():
    rng = np.random.default_rng(0)
    x = rng.normal([0, 1.7e9, -5], [1e-8, 1000, 1e6], (200, 3))
    z, inverse = standardize(x)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z, stats.zscore(x, axis=0), atol=1e-5)
    np.testing.assert_allclose(inverse(z), x, rtol=1e-6, atol=1e-13)
    # Of a density of z, that of x: here both are known.
    log_p = stats.norm(x.mean(0), x.std(0)).logpdf(x).sum(1)
    of_z = stats.norm.logpdf(z).sum(1)
    np.testing.assert_allclose(of_z - inverse.log_det, log_p, rtol=1e-4)


def test_other_data_by_the_statistics_of_the_training_data():
    train = np.array([[0.0, 3], [2, 3], [4, 3]])
    other = np.array([[8.0, 3], [2, 5]])
    z, inverse = standardize(other, train)
    scale = np.sqrt(8 / 3)
    # A constant column is shifted; what is not constant here is not scaled.
    expected = [[6 / scale, 0], [0, 2]]
    np.testing.assert_allclose(z, expected, rtol=1e-6)
    np.testing.assert_allclose(inverse(z), other, rtol=1e-6)
    assert inverse.log_det == pytest.approx(np.log(scale))


def test_images_of_whole_numbers_are_standardised_pixel_by_pixel():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (50, 4, 3, 2)).astype("uint8")
    x[:, 0, 0, 0] = 7  # a margin
    z, inverse = standardize(x)
    assert z.shape == x.shape
    np.testing.assert_array_equal(z[:, 0, 0, 0], 0)
    np.testing.assert_allclose(z.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(z.reshape(50, -1)[:, 1:].std(0), 1, rtol=1e-5)
    np.testing.assert_allclose(inverse(z), x, atol=1e-4)
    assert inverse(z[:3]).shape == (3, 4, 3, 2)


@pytest.mark.parametrize(
    ("x", "reference", "message"),
    [
        (np.zeros((0, 3)), None, "non-empty"),
        ([["a", "b"]], None, "numbers"),
        ([[1.0, np.nan]], None, "finite"),
        ([[1.0, 2.0]], [[np.inf, 1.0]], "reference"),
        ([[1.0, 2.0]], [[1.0]], "one shape"),
    ],
)
def test_what_cannot_be_standardised(x, reference, message):
    with pytest.raises(ValueError, match=message):
        standardize(x, reference)
