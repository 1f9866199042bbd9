"""`jvp` against closed forms, inside a training step and outside."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops
from training.derivatives import SLOPES
from training.derivatives import Step
from training.derivatives import array
from training.derivatives import batch_norm
from training.derivatives import in_fit
from training.models import DIM
from training.models import data

from keras_genmodels.training import jvp
from keras_genmodels.training import minimize
from keras_genmodels.training import value_and_grad

BACKEND = keras.backend.backend()


def test_jvp_of_a_quadratic_map():
    x, tangent = data(5), data(5, seed=1)
    matrix = np.random.default_rng(0).normal(size=(DIM, DIM)).astype("float32")

    def fn(x):
        return ops.matmul(x, matrix) ** 2

    value, slope = jvp(fn, x, tangent)
    np.testing.assert_allclose(array(value), (x @ matrix) ** 2, rtol=1e-4)
    np.testing.assert_allclose(
        array(slope),
        2 * (x @ matrix) * (tangent @ matrix),
        rtol=1e-4,
        atol=1e-5,
    )


def test_jvp_without_influence_is_zero():
    x = data(5)
    _, slope = jvp(lambda x: ops.zeros_like(x), x, np.ones_like(x))
    np.testing.assert_array_equal(array(slope), np.zeros_like(x))


def test_jvp_with_a_layer_that_has_state():
    x = data(6)
    norm = batch_norm()
    shift = np.ones_like(x)

    # A shift of all rows does not change what BatchNormalization returns.
    value, slope = jvp(lambda x: norm(x, training=True), x, shift)
    np.testing.assert_allclose(array(slope), np.zeros_like(x), atol=1e-4)
    np.testing.assert_allclose(array(value).mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(
        array(norm.moving_mean), 0.5 * x.mean(axis=0), rtol=1e-5
    )


def test_jvp_in_a_validation_step():
    x = data(6)

    def step(model, x):
        return ops.mean(jvp(lambda x: x**3, x, 2 * ops.ones_like(x))[1])

    model = Step(step)
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    value = model.evaluate(x, batch_size=6, verbose=0)
    assert value == pytest.approx(np.mean(6 * x**2), rel=1e-5)


@pytest.mark.parametrize("run_eagerly", [False, True])
@pytest.mark.parametrize("result", ["value", "slope"])
def test_gradient_through_jvp_within_fit(result, run_eagerly):
    # f(x) = (w x)^2, and along v = 1 its derivative is 2 w^2 x: the gradients
    # of the means in w are known.
    x = data(6)
    scale = layers.EinsumDense("bi,i->bi", (DIM,), name="scale")
    network = keras.Sequential([keras.Input((DIM,)), scale])
    scale.set_weights([SLOPES])
    direction = np.ones_like(x)

    def step(model, x):
        def objective():
            value, slope = jvp(lambda x: model.network(x) ** 2, x, direction)
            wanted = value if result == "value" else slope
            return ops.mean(ops.sum(wanted, axis=1))

        return minimize(
            objective, model.network.trainable_variables, model.optimizer
        )

    logged = in_fit(step, x, network, run_eagerly=run_eagerly)
    factor = (x**2 if result == "value" else 2 * x).mean(axis=0)
    assert logged == pytest.approx(np.sum(SLOPES**2 * factor), rel=1e-5)
    np.testing.assert_allclose(
        scale.get_weights()[0], SLOPES - 0.1 * 2 * SLOPES * factor, rtol=1e-5
    )


@pytest.mark.parametrize("result", [0, 1])
def test_gradient_through_jvp_outside_a_step(result):
    """Eager on TensorFlow, whose accumulator then dies with the function."""
    x = data(6)
    scale = keras.Variable(SLOPES)
    _, (gradient,) = value_and_grad(
        lambda: ops.sum(jvp(lambda x: (scale * x) ** 2, x, x)[result]), [scale]
    )
    # The derivative of (w x)^2 along x is 2 (w x)^2.
    expected = 2 * SLOPES * np.sum(x**2, axis=0) * (1 + result)
    np.testing.assert_allclose(array(gradient), expected, rtol=1e-5)
