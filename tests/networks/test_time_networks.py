"""Networks that see a time."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_genmodels import layers
from keras_genmodels import networks
from keras_genmodels.networks.pixel_packing import pack_pixels
from keras_genmodels.networks.pixel_packing import unpack_pixels
from keras_genmodels.training import input_gradient
from keras_genmodels.training import jvp

SMALL = {
    "time_mlp": {"hidden_units": (8, 8)},
    "time_unet": {"filters": (4, 8)},
    "diffusion_transformer": {"units": 8, "num_heads": 2, "num_layers": 1},
}
CASES = [
    ("time_mlp", (3,)),
    *[
        (name, shape)
        for name in SMALL
        for shape in ((8, 8, 1), (5, 7, 3), (1, 3, 1))
    ],
]


def make(name, shape, **kwargs):
    return getattr(networks, name)(shape, **SMALL[name], **kwargs)


def made_up(network, seed=0):
    """The network with weights that are nowhere zero."""
    rng = np.random.default_rng(seed)
    network.set_weights(
        [0.3 * rng.normal(size=w.shape) for w in network.get_weights()]
    )
    return network


def inputs(shape, rows=2, num_classes=None, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, *shape))
    given = [x, rng.random(rows)]
    if num_classes:
        given.append(np.eye(num_classes)[rng.integers(0, num_classes, rows)])
    return [ops.array(a, "float32") for a in given]


def values(network, given):
    return ops.convert_to_numpy(network(given))


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_an_untrained_network_gives_zeros(name, shape):
    for num_classes in (None, 4):
        network = make(name, shape, num_classes=num_classes)
        given = inputs(shape, num_classes=num_classes)
        np.testing.assert_array_equal(
            values(network, given), np.zeros((2, *shape))
        )


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_outputs_depend_on_all_inputs(name, shape):
    network = made_up(make(name, shape, num_classes=4))
    given = inputs(shape, num_classes=4)
    before = values(network, given)
    for i, other in enumerate(inputs(shape, num_classes=4, seed=1)):
        changed = [*given]
        changed[i] = other if i < 2 else 1 - given[2]
        assert np.abs(values(network, changed) - before).max() > 1e-3
    # Each example by itself.
    alone = values(network, [a[:1] for a in given])
    np.testing.assert_allclose(alone, before[:1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_several_times_and_other_outputs(name, shape):
    network = made_up(make(name, shape, num_times=2, num_outputs=5))
    assert network.output_shape == (None, *shape[:-1], 5)
    x, t = inputs(shape)
    times = ops.stack([t, 0.5 * t], axis=-1)
    before = values(network, [x, times])
    for i in range(2):
        step = ops.array([[0.1, 0.0], [0.0, 0.1]][i], "float32")
        assert np.abs(values(network, [x, times + step]) - before).max() > 1e-4


def test_models_that_jump_see_times_without_noise():
    """Their target is a derivative with respect to the time."""
    embedding = layers.TimeEmbedding(64, highest=3.0)
    t = ops.array([0.3], "float32")
    _, slope = jvp(embedding, t, ops.ones((1,)))
    assert np.abs(ops.convert_to_numpy(slope)).max() <= 3.0
    network = networks.time_mlp((3,), num_times=2)
    used = [
        layer.highest
        for layer in network.layers
        if isinstance(layer, layers.TimeEmbedding)
    ]
    assert used == [3.0]


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("shape", [(4, 4, 1), (5, 7, 3), (1, 2, 2)])
def test_packing_loses_no_pixel(size, shape):
    x = keras.Input(shape)
    packed = pack_pixels(x, size)
    both = keras.Model(x, [packed, unpack_pixels(packed, size, shape)])
    given = np.arange(2 * np.prod(shape), dtype="float32").reshape(2, *shape)
    packed, back = (ops.convert_to_numpy(y) for y in both(given))
    np.testing.assert_array_equal(back, given)
    # The square in the corner is together.
    corner = given[:, :size, :size]
    if corner.shape[1:3] == (size, size):
        np.testing.assert_array_equal(
            np.sort(packed[:, 0, 0]), np.sort(corner.reshape(2, -1))
        )


@pytest.mark.parametrize("name", ["time_unet", "diffusion_transformer"])
def test_a_pixel_is_made_of_its_own_surroundings(name):
    """The slope of a pixel of the output with respect to its own pixel."""
    shape = (5, 7, 1)
    network = made_up(make(name, shape))
    x, t = inputs(shape, rows=1)
    for row, column in ((0, 0), (4, 6), (2, 3)):
        slope = input_gradient(
            lambda x, r=row, c=column: network([x, t])[:, r, c], x
        )
        assert abs(ops.convert_to_numpy(slope)[0, row, column, 0]) > 1e-4


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_the_format_in_keras_settings_does_not_matter(name, shape):
    given = inputs(shape)
    expected = values(made_up(make(name, shape)), given)
    keras.config.set_image_data_format("channels_first")
    try:
        received = values(made_up(make(name, shape)), given)
    finally:
        keras.config.set_image_data_format("channels_last")
    np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["time_mlp", "diffusion_transformer"])
def test_a_forward_derivative(name):
    shape = (4, 4, 1)
    network = made_up(make(name, shape))
    x, t = inputs(shape)
    direction = inputs(shape, seed=1)[0]
    _, slope = jvp(lambda x: network([x, t]), x, direction)
    step = 1e-2
    ahead, behind = (
        values(network, [x + sign * step * direction, t]) for sign in (1, -1)
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(slope), (ahead - behind) / (2 * step), atol=5e-3
    )


@pytest.mark.parametrize("name", SMALL)
def test_a_file_of_it(name, tmp_path):
    network = made_up(make(name, (5, 4, 1), num_classes=3))
    given = inputs((5, 4, 1), num_classes=3)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(
        values(loaded, given), values(network, given), rtol=1e-6
    )


def test_an_embedding_in_closed_form():
    t = np.array([0.0, 0.1234, 1.0])
    angles = 1000 * t[:, None] * 10_000.0 ** (-np.arange(5) / 4)
    expected = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    received = layers.TimeEmbedding(10)(ops.array(t, "float32"))
    np.testing.assert_allclose(
        ops.convert_to_numpy(received), expected, atol=1e-3
    )


def test_an_embedding_tells_near_times_apart_under_mixed_precision():
    layer = layers.TimeEmbedding(8, dtype="mixed_bfloat16")
    # Numbers of bfloat16 near 500 are 2 apart, and the same for both.
    embedded = ops.cast(layer(ops.array([0.5, 0.5004], "float32")), "float32")
    embedded = ops.convert_to_numpy(embedded)
    assert np.abs(embedded[0] - embedded[1]).max() > 0.1


def test_waves_beside_what_came_in():
    x = np.array([[[0.3, -1.0]], [[2.0, 0.0]]])
    received = layers.FourierFeatures([3.0, 40.0])(ops.array(x, "float32"))
    angles = np.concatenate([3 * x, 40 * x], axis=-1)
    expected = np.concatenate([x, np.sin(angles), np.cos(angles)], axis=-1)
    np.testing.assert_allclose(
        ops.convert_to_numpy(received), expected, atol=1e-4
    )


def test_waves_tell_near_numbers_apart_under_mixed_precision():
    layer = layers.FourierFeatures([800.0], dtype="mixed_bfloat16")
    # Both are 0.5 in bfloat16.
    waves = ops.cast(layer(ops.array([[0.5], [0.501]], "float32")), "float32")
    waves = ops.convert_to_numpy(waves)[:, 1:]
    assert np.abs(waves[0] - waves[1]).max() > 0.1


@pytest.mark.parametrize("name", SMALL)
def test_a_network_sees_exact_times_under_mixed_precision(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = made_up(make(name, (4, 4, 1)))
    finally:
        keras.config.set_dtype_policy("float32")
    x, _ = inputs((4, 4, 1))
    both = [
        ops.convert_to_numpy(
            ops.cast(network([x, ops.full((2,), t)]), "float32")
        )
        for t in (0.5, 0.5004)
    ]
    assert np.abs(both[0] - both[1]).max() > 1e-3  # and 0 if rounded


@pytest.mark.parametrize(
    "call",
    [
        lambda: layers.TimeEmbedding(7),
        lambda: layers.TimeEmbedding(0),
        lambda: layers.TimeEmbedding(8, highest=0.0),
        lambda: layers.FourierFeatures([]),
        lambda: layers.FourierFeatures([1.0, 0.0]),
        lambda: layers.FourierFeatures([np.inf]),
        lambda: networks.time_mlp((3,), num_times=0),
        lambda: layers.DiffusionBlock(8, 3),
        lambda: networks.time_unet((8,)),
        lambda: networks.time_unet((8, 8, 1), pack=0),
        lambda: networks.diffusion_transformer((8,)),
        lambda: networks.diffusion_transformer((8, 8, 1), units=6, num_heads=4),
    ],
)
def test_bad_arguments(call):
    with pytest.raises(ValueError, match="Expected.*Received"):
        call()
