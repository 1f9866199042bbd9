"""`input_gradient` against closed forms, inside a training step and outside."""

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
from training.models import Noise
from training.models import data
from training.models import weights

from keras_genmodels.training import input_gradient
from keras_genmodels.training import minimize
from keras_genmodels.training import value_and_grad

BACKEND = keras.backend.backend()


def test_input_gradient_row_by_row():
    x = data(6)
    gradient = input_gradient(lambda x: ops.matmul(x**3, SLOPES), x)
    np.testing.assert_allclose(array(gradient), 3 * SLOPES * x**2, rtol=1e-5)


def test_input_gradient_of_itself():
    x = data(6)

    def second(x):
        return input_gradient(lambda x: input_gradient(lambda x: x**3, x), x)

    np.testing.assert_allclose(array(second(x)), 6 * x, rtol=1e-5)
    third = input_gradient(second, x)
    np.testing.assert_allclose(array(third), np.full_like(x, 6), rtol=1e-5)


@pytest.mark.parametrize("fn", [lambda x: ops.ones((2, 3)), ops.zeros_like])
def test_input_gradient_is_zero_without_influence(fn):
    gradient = input_gradient(fn, data(6))
    np.testing.assert_array_equal(array(gradient), np.zeros((6, DIM)))


def test_input_gradient_through_a_variable_is_zero():
    a = keras.Variable(np.ones((6, DIM), "float32"))
    gradient = input_gradient(lambda x: a * 2.0, data(6))
    np.testing.assert_array_equal(array(gradient), np.zeros((6, DIM)))


def penalty(a, x):
    """mean over rows of |d/dx sum(a x^2)|^2 = mean 4 sum(a^2 x^2)."""
    slope = input_gradient(lambda x: ops.sum(a.value * x**2, axis=1), x)
    return ops.mean(ops.sum(slope**2, axis=1))


def test_gradient_of_a_gradient_penalty():
    x = data(6)
    a = keras.Variable(SLOPES)
    value, (gradient,) = value_and_grad(
        lambda: penalty(a, ops.convert_to_tensor(x)), [a]
    )
    mean_square = np.mean(x**2, axis=0)
    np.testing.assert_allclose(
        array(value), np.sum(4 * SLOPES**2 * mean_square), rtol=1e-5
    )
    np.testing.assert_allclose(
        array(gradient), 8 * SLOPES * mean_square, rtol=1e-5
    )


def test_gradient_penalty_within_fit():
    x = data(6)
    scale = layers.EinsumDense("bi,i->bi", (DIM,), name="scale")
    network = keras.Sequential([keras.Input((DIM,)), scale])
    scale.set_weights([SLOPES])

    def step(model, x):
        variables = model.network.trainable_variables
        return minimize(
            lambda: penalty(variables[0], x), variables, model.optimizer
        )

    value = in_fit(step, x, network)
    mean_square = np.mean(x**2, axis=0)
    expected = np.sum(4 * SLOPES**2 * mean_square)
    assert value == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(
        scale.get_weights()[0], SLOPES - 0.1 * 8 * SLOPES * mean_square, 1e-5
    )


def test_input_gradient_through_batch_normalization():
    # In training mode each column's outputs sum to 0 whatever the inputs are;
    # that of their squares, N var / (var + epsilon), is nearly constant.
    x = data(6)
    norm = batch_norm()
    gradient = input_gradient(
        lambda x: ops.sum(norm(x, training=True) ** 2, axis=1), x
    )
    deviation, variance = x - x.mean(axis=0), x.var(axis=0)
    np.testing.assert_allclose(
        array(gradient),
        2 * 1e-3 * deviation / (variance + 1e-3) ** 2,
        rtol=1e-3,
        atol=1e-5,
    )
    np.testing.assert_allclose(  # the state was updated, and once
        array(norm.moving_mean), 0.5 * x.mean(axis=0), rtol=1e-5
    )


def test_input_gradient_in_a_validation_step():
    x = data(6)

    def step(model, x):
        slope = input_gradient(lambda x: ops.matmul(x**2, SLOPES), x)
        return ops.mean(slope)

    model = Step(step)
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    value = model.evaluate(x, batch_size=6, verbose=0)
    assert value == pytest.approx(np.mean(2 * SLOPES * x), rel=1e-5)


def test_input_gradient_within_keras_own_step():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.scale = self.add_weight(shape=(DIM,), initializer="ones")

        def call(self, x):
            return x * self.scale

        def compute_loss(
            self, x=None, y=None, y_pred=None, sample_weight=None, training=True
        ):
            return penalty(self.scale, x)

    x = data(6)
    model = Own()
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    history = model.fit(x, batch_size=6, verbose=0).history
    mean_square = np.mean(x**2, axis=0)
    assert history["loss"][0] == pytest.approx(4 * mean_square.sum(), rel=1e-5)
    np.testing.assert_allclose(
        model.get_weights()[0], 1 - 0.1 * 8 * mean_square, rtol=1e-5
    )


def test_all_state_survives_nested_derivatives_within_fit():
    """One step draws noise and normalises within two derivatives."""
    network = keras.Sequential(
        [keras.Input((DIM,)), layers.BatchNormalization(momentum=0.5), Noise()]
    )
    x = data(6)

    def step(model, x):
        def objective():
            slope = input_gradient(
                lambda x: model.network(x, training=True) ** 2, x
            )
            return ops.mean(slope**2)

        return minimize(
            objective, model.network.trainable_variables, model.optimizer
        )

    generator = keras.random.SeedGenerator(3)
    keras.random.normal((6, DIM), seed=generator)
    norm, noise = network.layers
    before = weights(network)
    in_fit(step, x, network)
    np.testing.assert_allclose(
        array(norm.moving_mean), 0.5 * x.mean(axis=0), rtol=1e-5
    )
    np.testing.assert_array_equal(
        array(noise.seed_generator.state), array(generator.state)
    )
    assert not np.array_equal(weights(network)[:DIM], before[:DIM])
