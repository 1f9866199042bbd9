"""Causal convolution, attention and places, against Keras' own or NumPy."""

import keras
import numpy as np
import pytest
from contract import as_array

from keras_genmodels import layers


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(2, 7, 4)).astype("float32")


@pytest.mark.parametrize("kernel_size, dilation", [(2, 1), (2, 3), (3, 2)])
def test_causal_convolution_is_keras_own(x, kernel_size, dilation):
    layer = layers.CausalConv1D(5, kernel_size, dilation_rate=dilation)
    reference = keras.layers.Conv1D(
        5, kernel_size, dilation_rate=dilation, padding="causal"
    )
    reference.build(x.shape)
    result = as_array(layer(x))
    kernel, bias = layer.get_weights()
    reference.set_weights([kernel.reshape(kernel_size, 4, 5), bias])
    np.testing.assert_allclose(result, as_array(reference(x)), atol=1e-5)


def test_causal_attention_is_keras_own(x):
    layer = layers.CausalSelfAttention(2)
    result = as_array(layer(x))
    reference = keras.layers.MultiHeadAttention(2, key_dim=2)
    reference.build(x.shape, x.shape)
    kernel, bias, *outputs = layer.get_weights()
    kernel, bias = kernel.reshape(4, 3, 2, 2), bias.reshape(3, 2, 2)
    weights = []
    for i in range(3):
        weights += [kernel[:, i], bias[i]]
    weights += [outputs[0].reshape(2, 2, 4), outputs[1]]
    reference.set_weights(weights)
    expected = reference(x, x, use_causal_mask=True)
    np.testing.assert_allclose(result, as_array(expected), atol=1e-5)


@pytest.mark.parametrize(
    "layer, longest",
    [
        (layers.CausalConv1D(4, 3, dilation_rate=2), ()),
        (layers.WaveNetBlock(3, dilation_rate=2), ()),
        (layers.CausalSelfAttention(2), (7,)),
        (layers.TransformerBlock(2), (7,)),
    ],
    ids=lambda case: type(case).__name__,
)
def test_one_by_one_is_all_at_once(x, layer, longest):
    expected = keras.tree.map_structure(as_array, layer(x))
    cache, index = layer.empty_cache(2, *longest), {}
    for i in range(7):
        if longest:
            index = {"index": keras.ops.convert_to_tensor(i, dtype="int32")}
        *outputs, cache = layer(x[:, i : i + 1], cache=cache, **index)
        for output, whole in zip(
            outputs, keras.tree.flatten(expected), strict=True
        ):
            np.testing.assert_allclose(
                as_array(output)[:, 0], whole[:, i], atol=1e-5
            )


def test_heads_share_the_features(x):
    with pytest.raises(ValueError, match="num_heads=3"):
        layers.CausalSelfAttention(3)(x)


def places(layer, index=None):
    zeros = np.zeros((1, 12 if index is None else 1, 5), "float32")
    if index is not None:
        index = keras.ops.convert_to_tensor(index, dtype="int32")
    return as_array(layer(zeros, index=index))[0]


@pytest.mark.parametrize("kind", ["coordinates", "axial", "learned"])
def test_places(kind):
    layer = layers.PlaceEmbedding((3, 2, 2), kind)
    layer.build((None, 12, 5))
    table = np.random.default_rng(0).normal(size=layer.table.shape)
    layer.set_weights([table])
    expected = np.zeros((3, 2, 2, 5))
    for row, column, channel in np.ndindex(3, 2, 2):
        if kind == "coordinates":
            at = [row - 1, 2 * column - 1, 2 * channel - 1] @ table
        elif kind == "axial":
            at = table[row] + table[3 + column] + table[5 + channel]
        else:
            at = table[4 * row + 2 * column + channel]
        expected[row, column, channel] = at
    expected = expected.reshape(12, 5)
    np.testing.assert_allclose(places(layer), expected, atol=1e-5)
    np.testing.assert_allclose(places(layer, 7)[0], expected[7], atol=1e-5)


def test_dropout_has_a_stream_of_its_own(x):
    """The layer's variables hold it, so that a file can bring it back."""
    block = layers.TransformerBlock(2, dropout=0.5)
    block.build(x.shape)

    def drop():
        return as_array(block(x, training=True))

    before = [as_array(v).copy() for v in block.variables]
    first, second = drop(), drop()
    assert not np.array_equal(first, second)
    for variable, value in zip(block.variables, before, strict=True):
        variable.assign(value)
    np.testing.assert_array_equal(drop(), first)
    np.testing.assert_array_equal(drop(), second)
