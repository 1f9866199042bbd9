"""Every bijection: its log determinant, its inverse, its file."""

import keras
import numpy as np
import pytest
from flows import as_array
from flows import compiled
from flows import jacobian
from flows import normal
from flows import shaken
from flows import slow_but
from keras import ops

from keras_genmodels import bijections as kb
from keras_genmodels.networks import conditioned
from keras_genmodels.networks import mlp
from keras_genmodels.networks import residual_convnet
from keras_genmodels.networks import time_mlp
from keras_genmodels.training import input_gradient

CHECKERBOARD = np.array([[0, 1, 0], [1, 0, 1]])[..., None]


def coupling(map, kept=1, moved=2):
    network = mlp((kept,), (moved * map.num_parameters,), (8,))
    return kb.Coupling(map, network, kept)


def labelled_coupling():
    def make_network(input_shape):
        return residual_convnet(input_shape, 2, filters=3, num_blocks=1)

    network = conditioned(make_network, (2, 3, 1), 3)
    return kb.Coupling(kb.AffineMap(), network, CHECKERBOARD)


def autoregression(map, shape=(4,), **kwargs):
    return kb.MaskedAutoregression(map, shape, hidden_units=(9,), **kwargs)


def neural_ode():
    network = time_mlp((2, 1, 2), num_classes=3, hidden_units=(8,), num_times=1)
    return kb.NeuralODE(network, num_steps=16)


CASES = {
    "act_norm": (lambda: kb.ActNorm(2), (2, 1, 2)),
    "additive": (lambda: coupling(kb.AdditiveMap()), (3,)),
    "affine": (lambda: coupling(kb.AffineMap()), (3,)),
    "spline": (lambda: coupling(kb.SplineMap(4)), (3,)),
    "checkerboard": (labelled_coupling, (2, 3, 1)),
    "autoregressive": (
        lambda: autoregression(kb.AffineMap(), (2, 1, 2), num_classes=3),
        (2, 1, 2),
    ),
    "autoregressive_spline": (
        lambda: autoregression(kb.SplineMap(3), reverse=True),
        (4,),
    ),
    "linear": (lambda: kb.InvertibleLinear(3, seed=2), (2, 1, 3)),
    "permutation": (lambda: kb.Permutation([2, 0, 1]), (3,)),
    "squeeze": (kb.Squeeze, (2, 4, 1)),
    "logit": (lambda: kb.Logit((-1, 3), margin=0.1), (3,)),
    "neural_ode": (neural_ode, (2, 1, 2)),
    "invert": (lambda: kb.Invert(coupling(kb.AffineMap())), (3,)),
    "factor_out": (
        lambda: kb.FactorOut(coupling(kb.AffineMap()), 2),
        (5,),
    ),
    "chain": (
        lambda: kb.Chain(
            [kb.Squeeze(), kb.ActNorm(4), kb.Invert(kb.Squeeze())]
        ),
        (2, 2, 1),
    ),
}


FAST = ["affine", "autoregressive", "linear", "squeeze", "logit"]


def made(name):
    """The bijection, data and labels."""
    make, shape = CASES[name]
    x = normal(5, *shape)
    if name == "logit":
        x = np.clip(x, -1, 3)
    context = None
    if name in ("checkerboard", "autoregressive", "neural_ode"):
        context = ops.one_hot(np.arange(5) % 3, 3)
    return shaken(make()), x, context


@pytest.mark.parametrize("name", slow_but(FAST, CASES))
def test_log_determinant_and_inverse(name):
    bijection, x, context = made(name)
    forward = compiled(lambda x: bijection.forward(x, context))
    inverse = compiled(lambda z: bijection.inverse(z, context))
    z, log_det = forward(ops.array(x))
    full = jacobian(lambda x: bijection.forward(x, context)[0], x)
    sign, expected = np.linalg.slogdet(full)
    assert np.all(np.abs(sign) == 1)
    np.testing.assert_allclose(as_array(log_det), expected, atol=1e-4)
    # A value that hardly moves z is hardly known from it.
    reach = np.linalg.norm(np.linalg.inv(full), 2, axis=(1, 2))
    tolerance = 1e-4 * np.maximum(reach, 1)
    back, back_log_det = inverse(z)
    errors = np.abs(as_array(back) - x).reshape(5, -1).max(axis=1)
    assert np.all(errors < tolerance)
    np.testing.assert_allclose(as_array(back_log_det), -expected, atol=2e-4)
    solved, passes = compiled(lambda z: bijection.solve(z, context))(z)
    np.testing.assert_allclose(as_array(solved), as_array(back), atol=1e-5)
    assert (int(passes) > 0) == name.startswith("autoregressive")


@pytest.mark.parametrize("name", slow_but(["checkerboard"], CASES))
def test_config_round_trip(name):
    bijection, x, context = made(name)
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(bijection)
    )
    copy.set_weights(bijection.get_weights())
    values = (
        compiled(lambda x, each=each: each.forward(x, context))(ops.array(x))
        for each in (bijection, copy)
    )
    for ours, theirs in zip(*values, strict=True):
        np.testing.assert_allclose(as_array(theirs), as_array(ours), rtol=1e-6)


def test_labels_reach_every_value():
    """Also the first one of an autoregression, which sees no other."""
    bijection = shaken(autoregression(kb.AffineMap(), num_classes=3))
    zeros = ops.zeros((3, 4))
    z, _ = bijection.forward(zeros, ops.one_hot(ops.arange(3), 3))
    assert (np.ptp(as_array(z), axis=0) > 1e-3).all()


@pytest.mark.parametrize(
    ("map", "reverse"),
    [
        (kb.AffineMap, False),
        pytest.param(kb.SplineMap, True, marks=pytest.mark.slow),
    ],
)
def test_fixed_point_is_the_sequential_inverse(map, reverse):
    """One value at a time, each given all before it, takes D passes."""
    bijection = shaken(
        kb.MaskedAutoregression(
            map(), (8,), hidden_units=(16, 16), reverse=reverse
        ),
        scale=0.5,
    )
    z = ops.array(normal(20, 8))
    x, passes = compiled(bijection.solve)(z)

    @compiled
    def renew(x):
        return bijection.map.inverse(z, bijection.compute_parameters(x))[0]

    expected = np.zeros((20, 8), "float32")
    for i in range(8)[:: -1 if reverse else 1]:
        expected[:, i] = as_array(renew(ops.array(expected)))[:, i]
    np.testing.assert_allclose(as_array(x), expected, rtol=1e-5, atol=1e-5)
    assert 2 <= int(passes) <= 8


def test_what_is_not_settled_yet_harms_nothing():
    """Far from the solution values overflow, and 0 times infinity is NaN."""
    bijection = kb.MaskedAutoregression(
        kb.AffineMap(), (24,), hidden_units=(48,), activation="linear"
    )
    bijection = shaken(bijection, scale=30.0)
    z = ops.array(normal(3, 24))
    x = as_array(compiled(bijection.solve)(z)[0])
    assert np.isfinite(x).all() and np.abs(x).max() > 1e8
    again = as_array(compiled(bijection.forward)(ops.array(x))[0])
    # The first of them, which is not beyond all bounds.
    np.testing.assert_allclose(again[:, 0], as_array(z)[:, 0], rtol=1e-3)


# --- ActNorm ------------------------------------------------------------------


def test_act_norm_begins_by_the_first_batch_alone():
    layer = kb.ActNorm(3)
    x = normal(200, 2, 1, 3) * np.array([2, 5, 1e-3]) + np.array([7, -3, 100])
    x[..., 2] = 7.3  # does not vary
    before, log_det = layer.forward(ops.array(x, "float32"))
    np.testing.assert_array_equal(as_array(before), x.astype("float32"))
    for _ in range(2):
        z, log_det = layer.forward(ops.array(x, "float32"), training=True)
        flat = as_array(z).reshape(-1, 3)
        np.testing.assert_allclose(flat.mean(axis=0), 0, atol=1e-4)
        np.testing.assert_allclose(flat.std(axis=0), [1, 1, 0], atol=1e-3)
        expected = -2 * np.log(x.reshape(-1, 3).std(axis=0)[:2]).sum()
        np.testing.assert_allclose(as_array(log_det), expected, rtol=1e-3)
        weights = layer.get_weights()
        other, _ = layer.forward(ops.array(10 * x, "float32"), training=True)
        for old, new in zip(weights, layer.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


def test_a_batch_of_one_row_is_only_shifted():
    layer = kb.ActNorm(2)
    z, log_det = layer.forward(ops.array([[3.0, -5.0]]), training=True)
    np.testing.assert_array_equal(as_array(z), [[0, 0]])
    np.testing.assert_array_equal(as_array(log_det), [0])


# --- splines ------------------------------------------------------------------


def hard_values(num):
    """Far inside, far outside, and on the bound."""
    x = normal(num, scale=4.0)
    special = [5, -5, 0, np.nextafter(5, 6), 1e3, -1e6, 3e38, 4.9999995]
    x[: num // 10] = np.resize(special, num // 10)
    return x


def check_spline(num, scale, tolerance=1e-4):
    """No NaN, forward or inverse, and there and back again, both ways.

    Errors are measured by what one of z means for x: by the inverse's slope.
    """
    spline = kb.SplineMap()
    x = hard_values(num)
    parameters = ops.array(normal(num, spline.num_parameters, scale=scale))
    forward, inverse = map(compiled, (spline.forward, spline.inverse))
    z, log_slope = map(as_array, forward(ops.array(x), parameters))
    assert np.isfinite(z).all() and np.isfinite(log_slope).all()
    outside = np.abs(x) >= 5
    np.testing.assert_array_equal(z[outside], x[outside])
    assert np.all(np.abs(z[~outside]) <= 5 + 1e-5)
    back, back_log_slope = map(as_array, inverse(ops.array(z), parameters))
    assert np.isfinite(back).all() and np.isfinite(back_log_slope).all()
    reach = np.maximum(np.exp(-log_slope.astype("float64")), 1)
    errors = np.abs(back.astype("float64") - x) / np.maximum(np.abs(x), 1)
    assert (errors / reach).max() < tolerance
    # Any z in between has an inverse that leads back to it.
    z = hard_values(num)[::-1].copy()
    x, log_slope = map(as_array, inverse(ops.array(z), parameters))
    assert np.isfinite(x).all() and np.isfinite(log_slope).all()
    again, _ = map(as_array, forward(ops.array(x), parameters))
    reach = np.maximum(np.exp(-log_slope.astype("float64")), 1)
    errors = np.abs(again.astype("float64") - z) / np.maximum(np.abs(z), 1)
    assert (errors / reach).max() < tolerance


def test_splines_at_extreme_parameters():
    check_spline(20_000, 10.0)


@pytest.mark.slow
def test_a_million_spline_values():
    check_spline(1_000_000, 10.0)
    # Here slopes change by orders of magnitude between neighbouring numbers.
    check_spline(1_000_000, 100.0, tolerance=1e-2)


def test_slopes_of_splines():
    spline = kb.SplineMap()
    x = ops.array(np.clip(normal(2000, scale=4.0), -4.99, 4.99))
    parameters = ops.array(normal(2000, spline.num_parameters))

    @compiled
    def slopes(x):
        slope = input_gradient(lambda x: spline.forward(x, parameters)[0], x)
        return ops.log(slope), spline.forward(x, parameters)[1]

    autodiff, ours = map(as_array, slopes(x))
    np.testing.assert_allclose(autodiff, ours, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 100.0])
@pytest.mark.parametrize("part", [0, 1])
def test_gradients_of_splines_are_finite(scale, part):
    """Outside of the bound, too, where a `where` may hide a NaN from view."""
    spline = kb.SplineMap()
    values = ops.array(hard_values(2000))
    parameters = ops.array(normal(2000, spline.num_parameters, scale=scale))
    for function in (spline.forward, spline.inverse):

        @compiled
        def gradients(x, parameters, function=function):
            return (
                input_gradient(lambda x: function(x, parameters)[part], x),
                input_gradient(lambda p: function(x, p)[part], parameters),
            )

        for gradient in gradients(values, parameters):
            assert np.isfinite(as_array(gradient)).all()


@pytest.mark.parametrize(
    "map", [kb.AdditiveMap(), kb.AffineMap(), kb.SplineMap(5, bound=3.0)]
)
def test_maps_of_zeros_are_the_identity(map):
    x = np.linspace(-4, 4, 101, dtype="float32")
    zeros = ops.zeros((101, map.num_parameters))
    for function in (map.forward, map.inverse):
        value, log_slope = function(ops.array(x), zeros)
        np.testing.assert_allclose(as_array(value), x, atol=2e-6)
        np.testing.assert_allclose(as_array(log_slope), 0, atol=2e-6)


# --- bad arguments ------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: kb.ActNorm(0),
        lambda: kb.AffineMap(0.0),
        lambda: kb.SplineMap(0),
        lambda: kb.SplineMap(501),
        lambda: kb.SplineMap(bound=0.0),
        lambda: kb.Chain([mlp((2,), (2,))]),
        lambda: kb.Coupling("affine", mlp((1,), (2,)), 1),
        lambda: kb.Coupling(kb.AffineMap(), mlp((1,), (3,)), 1),
        lambda: kb.Coupling(kb.AffineMap(), mlp((1,), (2,)), 2),
        lambda: kb.Coupling(kb.AffineMap(), mlp((2,), (4,)), [1, 1]),
        lambda: kb.Coupling(kb.AffineMap(), mlp((2,), (2,)), [1, 0]),
        lambda: kb.FactorOut(kb.Squeeze(), 0),
        lambda: kb.Invert(kb.AffineMap()),
        lambda: kb.InvertibleLinear(3, seed=-1),
        lambda: kb.Logit((1.0, 0.0)),
        lambda: kb.Logit(margin=0.0),
        lambda: kb.MaskedAutoregression("affine", (2,)),
        lambda: autoregression(kb.AffineMap(), tolerance=-1.0),
        lambda: kb.Permutation([0, 2]),
        lambda: kb.Squeeze().forward(ops.zeros((1, 2, 3, 1))),
    ],
)
def test_bad_arguments(call):
    with pytest.raises(ValueError, match="Expected.*Received"):
        call()
