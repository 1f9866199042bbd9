"""`value_and_grad` against closed forms."""

import keras
import numpy as np
import pytest
from keras import ops
from training.derivatives import array
from training.derivatives import batch_norm
from training.models import DIM
from training.models import Noise
from training.models import data

from keras_genmodels.training import value_and_grad

BACKEND = keras.backend.backend()


def test_value_and_grad():
    a = keras.Variable([1.0, 2.0, 3.0])
    b = keras.Variable(2.0)
    value, gradients = value_and_grad(
        lambda: ops.sum(a.value**3) * b.value, [b, a]
    )
    assert float(array(value)) == pytest.approx(72.0)
    np.testing.assert_allclose(array(gradients[0]), 36.0, rtol=1e-6)
    np.testing.assert_allclose(array(gradients[1]), [6.0, 24.0, 54.0])


def test_value_and_grad_with_aux_in_any_structure():
    a = keras.Variable([1.0, 2.0])

    def fn():
        square = ops.square(a.value)
        return ops.sum(square), {"square": square, "pair": (a * 1.0, 5)}

    (value, aux), gradients = value_and_grad(fn, [a], has_aux=True)
    assert float(array(value)) == 5.0
    np.testing.assert_array_equal(array(gradients[0]), [2.0, 4.0])
    np.testing.assert_array_equal(array(aux["square"]), [1.0, 4.0])
    np.testing.assert_array_equal(array(aux["pair"][0]), [1.0, 2.0])
    assert int(aux["pair"][1]) == 5


def test_results_carry_no_gradient_on_torch():
    if BACKEND != "torch":
        pytest.skip("Only PyTorch's tensors carry their graph with them.")
    a = keras.Variable([1.0, 2.0])
    (value, aux), _ = value_and_grad(
        lambda: (ops.sum(a * a), {"a": a * 1}), [a], has_aux=True
    )
    assert not value.requires_grad
    assert not aux["a"].requires_grad


def test_a_variable_without_influence():
    a, b = keras.Variable([1.0]), keras.Variable([1.0])
    _, (for_a, for_b) = value_and_grad(lambda: ops.sum(a.value), [a, b])
    np.testing.assert_array_equal(array(for_a), [1.0])
    if BACKEND == "jax":
        np.testing.assert_array_equal(array(for_b), [0.0])
    else:
        assert for_b is None


def test_value_and_grad_updates_state_once():
    x = ops.convert_to_tensor(data(8))
    norm, noise = batch_norm(), Noise(seed=3)
    drawn = keras.random.SeedGenerator(3)
    keras.random.normal((8, DIM), seed=drawn)

    def fn():
        return ops.mean(
            ops.square(noise(norm(x, training=True), training=True))
        )

    value_and_grad(fn, norm.trainable_variables)
    np.testing.assert_allclose(
        array(norm.moving_mean), 0.5 * array(x).mean(axis=0), rtol=1e-5
    )
    np.testing.assert_array_equal(
        array(noise.seed_generator.state), array(drawn.state)
    )
    first = array(noise.seed_generator.state)
    value_and_grad(fn, norm.trainable_variables)
    assert not np.array_equal(array(noise.seed_generator.state), first)
