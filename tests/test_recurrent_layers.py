"""Row LSTM and Diagonal BiLSTM against loops over pixels."""

import numpy as np
import pytest
from contract import as_array
from scipy.special import expit

from keras_genmodels import layers
from keras_genmodels.layers.diagonal_bilstm import skew
from keras_genmodels.layers.diagonal_bilstm import unskew


def loop(layer, cell, x, neighbours):
    """Pixel by pixel: the sum over the neighbours before, and one LSTM."""
    gates = as_array(layer(x))
    height, width, units = *gates.shape[1:3], cell.units
    kernel = as_array(cell.dense.kernel).reshape(len(neighbours), units, -1)
    hidden, memory = np.zeros((2, len(x), height, width, units))
    for r, c in np.ndindex(height, width):
        total, before = gates[:, r, c], np.zeros((len(x), units))
        for weights, (dr, dc) in zip(kernel, neighbours, strict=True):
            if r + dr >= 0 and 0 <= c + dc < width:
                total = total + hidden[:, r + dr, c + dc] @ weights
        if r + cell.own[0] >= 0 and c + cell.own[1] >= 0:
            before = memory[:, r + cell.own[0], c + cell.own[1]]
        o, f, i, g = np.split(total, 4, axis=-1)
        memory[:, r, c] = expit(f + 1) * before + expit(i) * np.tanh(g)
        hidden[:, r, c] = expit(o) * np.tanh(memory[:, r, c])
    return hidden


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype("float32")


def test_row_lstm(x):
    layer = layers.RowLSTM(6)
    result = as_array(layer(x))
    cell = layer.rows.cell
    cell.own = (-1, 0)  # whose memory it goes on from
    above = [(-1, -1), (-1, 0), (-1, 1)]
    expected = loop(layer.input_to_state, cell, x, above)
    np.testing.assert_allclose(result, expected, atol=1e-5)


def test_diagonal_bilstm(x):
    layer = layers.DiagonalBiLSTM(6)
    result = as_array(layer(x))
    left, right = (
        loop(gates, cell, images, [(-1, 0), (0, -1)])
        for gates, cell, images in zip(
            layer.inputs_to_states,
            cells_of(layer),
            (x, x[:, :, ::-1]),
            strict=True,
        )
    )
    left[:, 1:] += right[:, :-1, ::-1]
    np.testing.assert_allclose(result, left, atol=1e-5)


def cells_of(layer):
    for rnn in layer.diagonals:
        rnn.cell.own = (0, -1)
        yield rnn.cell


@pytest.mark.parametrize("cls", [layers.RowLSTM, layers.DiagonalBiLSTM])
def test_groups_share_the_units(cls):
    with pytest.raises(ValueError, match="units=4, num_groups=3"):
        cls(4, num_groups=3)


def test_skew(x):
    skewed = as_array(skew(x))
    expected = np.zeros((2, 3, 6, 5))
    for row in range(3):
        expected[:, row, row : row + 4] = x[:, row]
    np.testing.assert_array_equal(skewed, expected)
    np.testing.assert_array_equal(as_array(unskew(skewed, 4)), x)
