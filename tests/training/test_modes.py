"""One step under all the ways in which Keras can run it."""

import keras
import numpy as np
import pytest
from keras import ops
from training.models import Noise
from training.models import Portable
from training.models import data
from training.models import noisy_network
from training.models import plain_network
from training.models import weights

BACKEND = keras.backend.backend()


def trained(network, optimizer=None, *, rows=16, batch_size=8, **options):
    """A model after two epochs."""
    model = Portable(network)
    model.compile(optimizer=optimizer or keras.optimizers.Adam(0.01), **options)
    model.fit(
        data(rows), batch_size=batch_size, epochs=2, shuffle=False, verbose=0
    )
    return model


def assert_same_weights(model, other, atol=2e-6):
    np.testing.assert_allclose(
        weights(model.network), weights(other.network), rtol=0, atol=atol
    )


def test_run_eagerly():
    runs = [
        trained(
            noisy_network(),
            keras.optimizers.SGD(0.1, clipnorm=0.1),
            run_eagerly=eagerly,
        )
        for eagerly in (True, False)
    ]
    assert_same_weights(*runs)


def test_steps_per_execution():
    if BACKEND == "torch":
        pytest.skip("Keras has no `steps_per_execution` on PyTorch.")
    assert_same_weights(
        trained(noisy_network(), steps_per_execution=2),
        trained(noisy_network()),
    )


def test_jit_compile():
    if BACKEND == "torch":
        pytest.skip("`torch.compile` needs a C++ compiler at run time.")
    compiled = trained(plain_network(), jit_compile=True)
    plain = trained(plain_network(), jit_compile=False)
    assert_same_weights(compiled, plain)
    assert compiled.jit_compile and not plain.jit_compile
    assert not np.array_equal(weights(compiled), weights(plain_network()))


def test_mixed_bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    seen = set()

    class Spy(Noise):
        def call(self, x, training=False):
            y = super().call(x, training=training)
            seen.update(
                keras.backend.standardize_dtype(t.dtype) for t in (x, y)
            )
            return y

    network = noisy_network()
    network.add(Spy())
    before = weights(network)
    model = trained(network)
    after = weights(model.network)
    assert np.isfinite(after).all()
    assert not np.array_equal(after, before)
    assert seen == {"bfloat16"}
    assert {v.dtype for v in model.trainable_variables} == {"float32"}


def test_mixed_float16_scales_the_loss():
    keras.config.set_dtype_policy("mixed_float16")
    model = Portable(noisy_network())
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    history = model.fit(data(24), batch_size=8, epochs=5, verbose=0).history
    optimizer = model.optimizer
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    # Starting from a large scale, Keras leaves out the first few steps.
    assert int(optimizer.inner_optimizer.iterations) >= 10
    assert np.isfinite(weights(model)).all()
    assert history["loss"][-1] < history["loss"][0]


def test_a_scaled_loss_gives_the_same_step():
    # Powers of two: scaling up and down again is exact.
    scaled = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.1), initial_scale=2.0**10
    )
    model = trained(plain_network(), scaled)
    assert_same_weights(
        model, trained(plain_network(), keras.optimizers.SGD(0.1)), atol=1e-7
    )
    assert int(scaled.step_counter) == 4


def test_a_step_that_overflows_is_left_out():
    scaled = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.1), initial_scale=2.0**127
    )
    model = Portable(plain_network())
    model.compile(optimizer=scaled)
    model.fit(1000 * data(16), batch_size=8, verbose=0)
    np.testing.assert_array_equal(
        weights(model.network), weights(plain_network())
    )
    # Each of the two steps has halved the scale instead.
    assert float(scaled.dynamic_scale) == 2.0**125


def test_gradient_accumulation_is_one_large_batch():
    accumulating = keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)
    assert_same_weights(
        trained(plain_network(), accumulating, rows=32, batch_size=8),
        trained(
            plain_network(), keras.optimizers.SGD(0.1), rows=32, batch_size=16
        ),
        atol=1e-6,
    )


def test_moving_average_of_the_weights():
    momentum = 0.7
    seen = []

    class Record(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(weights(self.model.network))

    model = Portable(plain_network())
    model.compile(
        optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=momentum)
    )
    model.fit(
        data(32), batch_size=8, shuffle=False, callbacks=[Record()], verbose=0
    )
    average = seen[0]
    for values in seen[1:]:
        average = momentum * average + (1 - momentum) * values
    # Keras ends `fit` by putting the average in the weights' place.
    np.testing.assert_allclose(weights(model.network), average, atol=1e-6)
    assert np.abs(seen[-1] - average).max() > 1e-3


def test_a_learning_rate_schedule_advances():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay(
        [1], [0.1, 0.0]
    )
    model = Portable(plain_network())
    model.compile(optimizer=keras.optimizers.SGD(schedule))
    x = data(8)
    moved = [weights(model.network)]
    for _ in range(4):
        model.train_on_batch(x)
        moved.append(weights(model.network))
    assert not np.array_equal(moved[0], moved[1])
    np.testing.assert_array_equal(moved[2], moved[4])
    assert float(ops.convert_to_numpy(model.optimizer.learning_rate)) == 0.0
