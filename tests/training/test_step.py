"""`portable_step` and `minimize` against Keras' own training step."""

import keras
import numpy as np
import pytest
from keras import ops
from training.keras_own import Default
from training.keras_own import DefaultVAE
from training.keras_own import vae_networks
from training.models import DIM
from training.models import Portable
from training.models import data
from training.models import noisy_network
from training.models import plain_network
from training.models import weights
from training.players import TwoPlayers

import keras_genmodels as kgm
from keras_genmodels.training import apply_gradients
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import value_and_grad


def fit_history(model, jit_compile="auto", **options):
    """Three epochs with clipping and a partial last batch."""
    model.compile(
        optimizer=keras.optimizers.AdamW(0.01, weight_decay=0.1, clipnorm=0.1),
        jit_compile=jit_compile,
    )
    return model.fit(
        data(24),
        batch_size=16,
        epochs=3,
        shuffle=False,
        verbose=0,
        **options,
    ).history


@pytest.mark.exact
def test_weights_and_history_are_keras_own_to_the_last_bit():
    ours, theirs = Portable(noisy_network()), Default(noisy_network())
    before = ours.network.get_weights()
    validation = (data(16, seed=1),)
    history = fit_history(ours, validation_data=validation)
    assert history == fit_history(theirs, validation_data=validation)
    assert set(history) == {"loss", "val_loss"}
    # Everything moved, BatchNormalization's running statistics included.
    for name, old, a, b in zip(
        [v.path for v in ours.network.weights],
        before,
        ours.network.get_weights(),
        theirs.network.get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b, err_msg=name)
        assert not np.array_equal(a, old), name
    for a, b in zip(
        ours.network.non_trainable_variables,
        theirs.network.non_trainable_variables,
        strict=True,
    ):  # the random streams stand at one place
        np.testing.assert_array_equal(*map(ops.convert_to_numpy, (a, b)))


@pytest.mark.exact
def test_the_vae_is_the_one_written_with_compute_loss():
    ours = kgm.VAE(*vae_networks(), seed=7)
    theirs = DefaultVAE(*vae_networks(), seed=7)
    # XLA, as conftest.py sets it, rounds the two programs differently.
    a, b = (fit_history(model, jit_compile=False) for model in (ours, theirs))
    for part in ("encoder", "decoder"):
        for u, v in zip(
            getattr(ours, part).get_weights(),
            getattr(theirs, part).get_weights(),
            strict=True,
        ):
            np.testing.assert_array_equal(u, v)
    # A mean over rows, and a mean of the batches' means.
    np.testing.assert_allclose(a["loss"], b["loss"], rtol=1e-6)


def test_a_step_can_be_extended_by_super():
    class Halved(Portable):
        @portable_step
        def train_step(self, data):
            logs = super().train_step(data)
            for variable in self.trainable_variables:
                variable.assign(0.5 * variable.value)
            return logs

    def first_step(cls):
        model = cls(plain_network())
        model.compile(optimizer=keras.optimizers.SGD(0.1))
        model.fit(data(16), batch_size=16, verbose=0)
        return weights(model.network)

    np.testing.assert_allclose(
        first_step(Halved), 0.5 * first_step(Portable), rtol=1e-6
    )


def test_train_on_batch_and_test_on_batch():
    model = Portable(plain_network())
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    x = data(16)
    expected = np.mean((x - model.predict(x, verbose=0)) ** 2)
    before = weights(model.network)
    assert model.test_on_batch(x) == pytest.approx(expected, rel=1e-5)
    np.testing.assert_array_equal(weights(model.network), before)
    assert model.train_on_batch(x) == pytest.approx(expected, rel=1e-5)
    assert not np.array_equal(weights(model.network), before)
    assert model.test_on_batch(x) < expected


def test_minimize_outside_a_step_follows_the_gradient():
    a = keras.Variable([1.0, -2.0])
    b = keras.Variable([5.0])
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([a])
    value, aux = minimize(
        lambda: (ops.sum(a * a) + ops.sum(b), {"b": b * 2}),
        [a],
        optimizer,
        has_aux=True,
    )
    assert float(value) == 10.0
    assert float(aux["b"][0]) == 10.0
    # a - 0.1 * 2a; `b` was not among the variables.
    np.testing.assert_allclose(ops.convert_to_numpy(a), [0.8, -1.6], rtol=1e-6)
    np.testing.assert_array_equal(ops.convert_to_numpy(b), [5.0])


def test_apply_gradients_changes_only_the_variables_given():
    a, b = keras.Variable([1.0]), keras.Variable([1.0])
    optimizer = keras.optimizers.SGD(0.5)
    optimizer.build([a])
    _, gradients = value_and_grad(lambda: 3 * a[0] + b[0], [a])
    apply_gradients(optimizer, gradients, [a])
    assert float(a[0]) == -0.5
    assert float(b[0]) == 1.0


# --- two optimizers -------------------------------------------------------


def two_players():
    return TwoPlayers().compile_with(
        actor=keras.optimizers.Adam(0.01, beta_1=0.0),
        critic=keras.optimizers.Adam(0.02, beta_1=0.5),
    )


def fit(model, epochs):
    model.fit(data(24), batch_size=8, epochs=epochs, shuffle=False, verbose=0)
    return model


def test_two_optimizers_advance():
    model = fit(two_players(), epochs=2)
    critic, actor = model.optimizer.optimizers
    assert int(critic.iterations) == 12
    assert int(actor.iterations) == 6
    assert int(model.optimizer.iterations) == 6
    for optimizer, player in ((critic, model.critic), (actor, model.actor)):
        # Two moments per variable, and each of them has moved from zero.
        moments = optimizer.variables[2:]
        assert len(moments) == 2 * len(player.trainable_variables)
        for moment in moments:
            assert np.any(ops.convert_to_numpy(moment) != 0), moment.path


def test_a_pattern_that_matches_no_variable_is_refused():
    model = TwoPlayers()
    model.compile(
        optimizer=keras.optimizers.MultiOptimizer(
            keras.optimizers.OptimizerMap(
                keras.optimizers.SGD(0.1),
                {"judge/.*": keras.optimizers.SGD(0.1)},
            )
        )
    )
    with pytest.raises(ValueError, match="matches no path"):
        fit(model, epochs=1)


def test_two_optimizers_are_saved_and_resumed(tmp_path):
    uninterrupted = fit(two_players(), epochs=3)
    interrupted = fit(two_players(), epochs=1)
    interrupted.save(tmp_path / "model.keras")
    resumed = keras.saving.load_model(tmp_path / "model.keras")
    for a, b in zip(
        interrupted.optimizer.variables,
        resumed.optimizer.variables,
        strict=True,
    ):
        np.testing.assert_array_equal(*map(ops.convert_to_numpy, (a, b)))
    fit(resumed, epochs=2)
    np.testing.assert_allclose(
        weights(resumed), weights(uninterrupted), rtol=1e-6, atol=1e-7
    )
    assert int(resumed.optimizer.optimizers[0].iterations) == 18


def test_the_step_of_one_player_leaves_the_other_alone():
    class OnlyCritic(TwoPlayers):
        @portable_step
        def train_step(self, data):
            x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
            loss = minimize(
                lambda: self.critic_loss(x),
                self.critic.trainable_variables,
                self.optimizer.optimizers[0],
            )
            self.loss_tracker.update_state(loss)
            return self.get_metrics_result()

    model = OnlyCritic().compile_with(
        actor=keras.optimizers.SGD(0.1), critic=keras.optimizers.SGD(0.1)
    )
    actor, critic = weights(model.actor), weights(model.critic)
    fit(model, epochs=1)
    np.testing.assert_array_equal(weights(model.actor), actor)
    assert not np.array_equal(weights(model.critic), critic)


def test_the_order_of_states_on_jax_is_the_one_relied_upon():
    """Pins what `portable_step` assumes of a future Keras."""
    if keras.backend.backend() != "jax":
        pytest.skip("Keras passes states to the step on JAX only.")
    seen = {}

    class Spy(Portable):
        def train_step(self, state, data):
            seen["train"] = [[v.shape for v in group] for group in state]
            return super().train_step(state, data)

        def test_step(self, state, data):
            seen["test"] = [[v.shape for v in group] for group in state]
            return super().test_step(state, data)

    model = Spy(plain_network())
    model.compile()
    model.fit(data(8), batch_size=8, validation_data=(data(8),), verbose=0)
    groups = [
        model.trainable_variables,
        model.non_trainable_variables,
        model.optimizer.variables,
        model.metrics_variables,
    ]
    shapes = [[v.shape for v in group] for group in groups]
    assert seen["train"] == shapes
    assert seen["test"] == [shapes[0], shapes[1], shapes[3]]
    assert shapes[0][0] == (DIM, 6)
