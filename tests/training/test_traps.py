"""What goes wrong in hand-written training steps, mostly on one backend only.

Each test is named after the way of going wrong that it guards against. Where a
rule for the author of a step prevents it, the test follows the rule.
"""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops
from training.models import DIM
from training.models import Logged
from training.models import Noise
from training.models import Portable
from training.models import data
from training.models import error
from training.models import fit_logged
from training.models import plain_network
from training.models import weights
from training.players import TwoPlayers

import keras_genmodels as kgm
from keras_genmodels.training import input_gradient
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step

BACKEND = keras.backend.backend()


def test_p01_noise_differs_at_every_step():
    noise = Noise()

    class Draws(keras.callbacks.Callback):
        seen = []

        def on_train_batch_end(self, batch, logs=None):
            self.seen.append(logs["loss"])

    def drawn(model, x, training):
        return ops.mean(noise(ops.zeros_like(x), training=True), axis=1)

    model = Logged(drawn)
    model.noise = noise
    record = Draws()
    fit_logged(model, data(12), epochs=2, callbacks=[record])
    # The running means of three batches, in each of two epochs.
    assert len(set(record.seen)) == 6


def test_p02_an_optimizer_within_a_multi_optimizer_keeps_its_state():
    model = TwoPlayers().compile_with(
        actor=keras.optimizers.SGD(0.1, momentum=0.9),
        critic=keras.optimizers.SGD(0.1, momentum=0.9),
    )
    x = data(4)
    model.fit(np.tile(x, (6, 1)), batch_size=4, verbose=0)
    for optimizer, steps in zip(
        model.optimizer.optimizers, (12, 6), strict=True
    ):
        assert int(optimizer.iterations) == steps
        for momentum in optimizer.variables[2:]:
            assert np.any(ops.convert_to_numpy(momentum) != 0)


def test_p03_losses_that_layers_add_are_counted():
    network = keras.Sequential(
        [
            keras.Input((DIM,)),
            layers.ActivityRegularization(l2=0.5),
            layers.Dense(
                DIM,
                kernel_initializer="ones",
                kernel_regularizer=keras.regularizers.L2(0.25),
            ),
        ]
    )

    class Total(Logged):
        @portable_step
        def train_step(self, data):
            x, _, _ = self.unpack(data)

            def objective():
                self.network(x, training=True)
                return self.mean_loss(ops.zeros_like(x[:, 0]))

            loss = minimize(objective, self.trainable_variables, self.optimizer)
            return self.log(loss=loss)

    x = data(4)
    history = fit_logged(Total(error, network), x)
    assert history["loss"][0] == pytest.approx(
        0.5 * np.mean(np.sum(x**2, axis=1)) + 0.25 * DIM**2, rel=1e-5
    )
    # The kernel decays by the regularizer's gradient; nothing else acts on it.
    np.testing.assert_allclose(
        network.layers[-1].get_weights()[0], 1 - 0.1 * 2 * 0.25, rtol=1e-6
    )


def test_p04_dropout_is_on_in_training_and_off_in_validation():
    network = keras.Sequential(
        [keras.Input((DIM,)), layers.Dropout(0.5, seed=0)]
    )

    def dropped(model, x, training):
        y = model.network(x, training=training)
        return ops.mean(ops.cast(ops.equal(y, 0), "float32"), axis=1)

    model = Logged(dropped, network)
    history = fit_logged(model, data(64), validation_data=(data(64),))
    assert 0.3 < history["loss"][0] < 0.7
    assert history["val_loss"][0] == 0


def test_p05_a_coefficient_changed_by_a_callback_takes_effect():
    class WarmUp(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.beta.assign(float(epoch))

    model = kgm.VAE.from_shape((DIM,), latent_dim=2, hidden_units=(4,), seed=0)
    model.compile(optimizer=keras.optimizers.SGD(0.0))
    logs = model.fit(
        data(8), epochs=3, batch_size=4, verbose=0, callbacks=[WarmUp()]
    ).history
    for beta in range(3):
        assert logs["loss"][beta] == pytest.approx(
            logs["reconstruction"][beta] + beta * logs["kl"][beta], rel=1e-5
        )
    assert min(logs["kl"]) > 0


def test_p06_a_value_assigned_between_batches_takes_effect():
    class Ramp(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.model.level.assign(float(batch))

    model = Logged(lambda model, x, training: model.level + 0 * x[:, 0])
    model.level = model.add_weight(name="level", trainable=False)
    history = fit_logged(model, data(16), callbacks=[Ramp()])
    assert history["loss"][0] == pytest.approx(np.mean([0, 1, 2, 3]))


def test_p07_a_seed_restored_is_a_buffer_of_its_own():
    # On JAX, `fit` gives its buffers away: one shared by two variables fails.
    model = Portable(plain_network())
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    x = data(8)
    for _ in range(2):
        model.sample(3, seed=0)
        model.fit(x, batch_size=8, verbose=0)
        model.sample(3)
    model.fit(x, batch_size=8, verbose=0)
    assert np.isfinite(weights(model)).all()


def test_p07_a_moving_copy_of_the_weights_follows_them():
    class Averaged(Portable):
        def __init__(self, network):
            super().__init__(network)
            self.copy = plain_network(name="copy")
            self.copy.set_weights(network.get_weights())

        @portable_step
        def train_step(self, data):
            x, _, _ = self.unpack(data)
            variables = self.network.trainable_variables
            loss = minimize(
                lambda: self.compute_loss_value(x, training=True),
                variables,
                self.optimizer,
            )
            for old, new in zip(
                self.copy.trainable_variables, variables, strict=True
            ):
                old.assign(0.5 * old.value + 0.5 * new.value)
            return self.log_loss(loss, x)

    model = Averaged(plain_network())
    expected, seen = weights(model.network), []

    class Record(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(weights(self.model.network))

    fit_logged(model, data(16), callbacks=[Record()])
    for values in seen:
        expected = 0.5 * expected + 0.5 * values
    np.testing.assert_allclose(weights(model.copy), expected, atol=1e-6)
    assert not np.allclose(weights(model.copy), seen[-1], atol=1e-4)


def test_p08_validation_gets_no_state_of_the_optimizer():
    """Why a `test_step` must not read it: on JAX it is not handed over."""
    model = Portable(plain_network())
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    x = data(8)
    model.fit(x, batch_size=8, validation_data=(x,), verbose=0)
    before = [ops.convert_to_numpy(v) for v in model.optimizer.variables]
    model.evaluate(x, verbose=0)
    for variable, value in zip(model.optimizer.variables, before, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(variable), value)


def test_p09_players_take_unequal_numbers_of_steps():
    class Five(TwoPlayers):
        critic_steps = 5

    model = Five().compile_with(
        actor=keras.optimizers.SGD(0.1), critic=keras.optimizers.SGD(0.1)
    )
    model.fit(data(8), batch_size=4, verbose=0)
    assert [int(o.iterations) for o in model.optimizer.optimizers] == [10, 2]


def test_p10_batch_normalization_within_a_gradient_penalty():
    network = keras.Sequential(
        [
            keras.Input((DIM,)),
            layers.BatchNormalization(momentum=0.5),
            layers.Dense(1),
        ]
    )

    def penalty(model, x, training):
        slope = input_gradient(lambda x: model.network(x, training=training), x)
        return ops.sum(slope**2, axis=1)

    x = data(4)
    model = Logged(penalty, network)
    before = weights(network)
    fit_logged(model, x)
    assert np.isfinite(weights(network)).all()
    assert not np.array_equal(weights(network), before)
    np.testing.assert_allclose(
        ops.convert_to_numpy(network.layers[0].moving_mean),
        0.5 * x.mean(axis=0),
        rtol=1e-5,
    )
