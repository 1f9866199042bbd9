"""Local change against matrix products and finite differences."""

import pathlib

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import softmax

from keras_genmodels import explore
from keras_genmodels.explore import local_change

RNG = np.random.default_rng(0)
READ_OUT = RNG.normal(size=(5, 2)).astype("float32")


def test_linear_decoder_and_response(linear, make_data):
    """The change is the product of the matrices, the same everywhere."""
    x = make_data(7)
    change = local_change(linear.model, lambda x: ops.matmul(x, READ_OUT), x)
    codes = x @ linear.encode + linear.encode_bias
    np.testing.assert_allclose(change.codes, codes, rtol=1e-4, atol=1e-5)
    decoded = codes @ linear.decode + linear.decode_bias
    np.testing.assert_allclose(
        change.values, decoded @ READ_OUT, rtol=1e-4, atol=1e-4
    )
    product = (linear.decode @ READ_OUT).T  # (k, latent_dim)
    for jacobian in change.jacobian:
        np.testing.assert_allclose(jacobian, product, rtol=1e-5, atol=1e-5)
    close = {"rtol": 1e-5, "atol": 1e-5}
    np.testing.assert_allclose(change.mean, product, **close)
    np.testing.assert_allclose(change.mean_absolute, abs(product), **close)
    np.testing.assert_allclose(change.root_mean_square, abs(product), **close)
    for error in (
        change.mean_error,
        change.mean_absolute_error,
        change.root_mean_square_error,
    ):
        np.testing.assert_allclose(error, 0, atol=1e-5)
    np.testing.assert_array_equal(
        change.ranking, np.argsort(-abs(product), axis=1)
    )


@pytest.fixture
def probabilities():
    """A Keras classifier of images, with weights that make it decided."""
    keras.utils.set_random_seed(4)
    return keras.Sequential(
        [
            keras.Input((4, 3, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("batch_size", [1, 7, 256])
def test_nonlinear_against_finite_differences(vae, probabilities, batch_size):
    z = RNG.normal(size=(5, 3)).astype("float32")
    change = local_change(vae, probabilities, z=z, batch_size=batch_size)
    assert change.jacobian.shape == (5, 3, 3)

    # In float64, as otherwise the differences would be noise.
    layers = [*vae.decoder.layers, *probabilities.layers]
    dense = [layer.get_weights() for layer in layers if layer.get_weights()]
    (w1, b1), (w2, b2), (w3, b3), (w4, b4) = dense

    def classify(z):
        x = 1 / (1 + np.exp(-(np.tanh(z @ w1 + b1) @ w2 + b2)))
        return softmax(np.tanh(x @ w3 + b3) @ w4 + b4, axis=1)

    z = z.astype("float64")
    np.testing.assert_allclose(change.values, classify(z), rtol=1e-4)
    for j in range(3):
        step = 1e-5 * np.eye(3)[j]
        slope = (classify(z + step) - classify(z - step)) / 2e-5
        np.testing.assert_allclose(
            change.jacobian[:, :, j], slope, rtol=1e-3, atol=2e-6
        )


def test_summaries_of_a_quadratic_response(linear):
    """With r = (z_1)^2 / 2 + 3 z_2 the slopes are z_1, 3 and 0."""
    inverse = np.linalg.pinv(linear.decode).astype("float32")
    bias = linear.decode_bias.astype("float32")

    def response(x):
        z = ops.matmul(ops.subtract(x, bias), inverse)
        return 0.5 * z[:, 0] ** 2 + 3 * z[:, 1]

    z = np.random.default_rng(2).normal(size=(400, 3)).astype("float32")
    change = local_change(linear.model, response, z=z)
    assert change.values.shape == (400,)
    slopes = np.stack([z[:, 0], np.full(400, 3.0), np.zeros(400)], axis=1)
    np.testing.assert_allclose(change.jacobian, slopes, atol=1e-4)
    np.testing.assert_array_equal(change.ranking, [1, 0, 2])
    np.testing.assert_allclose(
        change.root_mean_square,
        [np.sqrt(np.mean(z[:, 0] ** 2)), 3, 0],
        1e-4,
        atol=1e-5,
    )
    assert np.isfinite(change.root_mean_square_error).all()


def test_standard_errors_are_those_of_repeated_data(linear):
    """The spread of the summaries over many small data sets."""
    inverse = np.linalg.pinv(linear.decode).astype("float32")
    bias = linear.decode_bias.astype("float32")

    def response(x):
        return 0.5 * ops.matmul(ops.subtract(x, bias), inverse)[:, 0] ** 2

    z = np.random.default_rng(5).normal(1.0, 1.0, size=(200, 100, 3))
    everything = local_change(linear.model, response, z=z.reshape(-1, 3))
    slopes = everything.jacobian.reshape(200, 100, 3)[..., 0]
    part = local_change(linear.model, response, z=z[0])
    for spread, error in (
        (slopes.mean(axis=1), part.mean_error),
        (abs(slopes).mean(axis=1), part.mean_absolute_error),
        (np.sqrt((slopes**2).mean(axis=1)), part.root_mean_square_error),
    ):
        # Each has a relative spread of some 10% itself.
        assert error[0] == pytest.approx(spread.std(), rel=0.3)


def test_directions(linear, make_data):
    x = make_data(4)
    axes = local_change(linear.model, lambda x: x[:, 0] ** 3, x)
    directions = RNG.normal(size=(2, 3))
    change = local_change(
        linear.model, lambda x: x[:, 0] ** 3, x, directions=directions
    )
    np.testing.assert_allclose(
        change.jacobian, axes.jacobian @ directions.T, rtol=1e-4, atol=1e-4
    )


def test_weights_trained_since_are_seen(linear, make_data):
    x = make_data(3)
    scale = keras.layers.Dense(1, use_bias=False)
    response = keras.Sequential([keras.Input((5,)), scale])
    before = local_change(linear.model, response, x).jacobian
    scale.set_weights([2 * scale.get_weights()[0]])
    after = local_change(linear.model, response, x).jacobian
    np.testing.assert_allclose(after, 2 * before, rtol=1e-5)


def test_one_code_has_no_standard_error(linear, make_data):
    change = local_change(linear.model, lambda x: x[:, 0], make_data(1))
    assert np.isfinite(change.root_mean_square).all()
    assert np.isnan(change.root_mean_square_error).all()


def test_model_and_weights_are_left_as_they_were(vae):
    before = [np.array(w) for w in vae.get_weights()]
    local_change(vae, lambda x: x[:, 0, 0, 0], z=np.zeros((2, 3)))
    for old, new in zip(before, vae.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({}, "neither"),
        ({"x": np.zeros((1, 5)), "z": np.zeros((1, 3))}, "both"),
        ({"z": np.zeros((2, 4))}, r"z with shape \(n, 3\)"),
        ({"z": np.zeros((0, 3))}, r"z with shape \(n, 3\)"),
        ({"z": np.full((1, 3), np.nan)}, "finite"),
        ({"z": np.zeros((1, 3)), "directions": np.eye(2)}, "`directions`"),
        ({"x": np.zeros((1, 4))}, "shape"),
    ],
)
def test_bad_arguments(linear, arguments, match):
    with pytest.raises(ValueError, match=match):
        local_change(linear.model, lambda x: x[:, 0], **arguments)


@pytest.mark.parametrize(
    ("response", "match"),
    [
        (lambda x: ops.mean(x), r"`response` to return.*shape \(\)"),
        (lambda x: x[:, None, None], r"`response` to return"),
        (3, "function of tensors"),
    ],
)
def test_bad_response(linear, response, match):
    with pytest.raises(ValueError, match=match):
        local_change(linear.model, response, z=np.zeros((1, 3)))


def test_no_model_class_is_named():
    for path in pathlib.Path(explore.__file__).parent.glob("*.py"):
        assert "keras_genmodels.models" not in path.read_text(), path


def test_a_function_is_compiled_once(vae):
    runs = []

    def response(x):
        runs.append(1)
        return keras.ops.sum(x, axis=(1, 2, 3))

    z = np.zeros((4, vae.latent_dim), "float32")
    first = local_change(vae, response, z=z)
    compiled = len(runs)
    second = local_change(vae, response, z=z)
    if keras.backend.backend() != "torch":  # which compiles nothing
        assert len(runs) == compiled
    np.testing.assert_array_equal(first.jacobian, second.jacobian)
    assert not any("response" in v.path for v in vae.variables)
