"""The rest of what goes wrong: see `test_traps.py`."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops
from training.models import DIM
from training.models import Logged
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
from keras_genmodels.training import run_in_batches

BACKEND = keras.backend.backend()


def test_p11_the_optimizers_need_not_be_built():
    model = TwoPlayers().compile_with(
        actor=keras.optimizers.Adam(0.1), critic=keras.optimizers.Adam(0.1)
    )
    assert not model.optimizer.built
    before = weights(model)
    model.train_on_batch(data(4))
    assert model.optimizer.built
    assert not np.array_equal(weights(model), before)


def test_p12_the_loss_is_logged():
    x = data(8)
    model = Logged(error)
    expected = np.mean((x - model.predict(x, verbose=0)) ** 2)
    history = fit_logged(model, x, rate=0.0, validation_data=(x,))
    assert set(history) == {"loss", "val_loss"}
    assert history["loss"][0] == pytest.approx(expected, rel=1e-5)
    assert history["val_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_p13_logs_are_means_over_the_epoch_under_the_metrics_names():
    x = data(12)
    model = Logged(lambda model, x, training: x[:, 0])
    history = fit_logged(model, x, rate=0.0)
    assert [metric.name for metric in model.metrics] == list(history)
    assert history["loss"][0] == pytest.approx(x[:, 0].mean(), rel=1e-5)
    assert x[:, 0].mean() != pytest.approx(x[8:, 0].mean(), rel=1e-2)
    assert fit_logged(model, x[:4], rate=0.0)["loss"][0] == pytest.approx(
        x[:4, 0].mean(), rel=1e-5
    )  # each epoch starts afresh


def test_p14_a_partial_batch_counts_by_its_rows():
    x = data(9)
    x[8] = 1.0
    for log in (Logged(lambda model, x, training: x[:, 0]), ByBatch()):
        history = fit_logged(log, x, rate=0.0, validation_data=(x,))
        mean = x[:, 0].mean()
        assert history["loss"][0] == pytest.approx(mean, rel=1e-5)
        assert history["val_loss"][0] == pytest.approx(mean, rel=1e-5)


class ByBatch(Portable):
    """Logs the mean of the first column, batch by batch."""

    def __init__(self):
        super().__init__(plain_network())

    def compute_loss_value(self, x, training):
        return ops.mean(x[:, 0]) + 0 * ops.sum(self.network(x))


def test_p14_sample_weights_count_in_loss_and_logs():
    x, weight = data(8), np.arange(8, dtype="float32")
    model = Logged(lambda model, x, training: x[:, 0] * model.slope)
    model.slope = model.add_weight(name="slope", initializer="ones")
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    for rows in (slice(4), slice(4, 8)):
        logged = model.train_on_batch(x[rows], sample_weight=weight[rows])
    # Per batch, the gradient is the mean of weight * x.
    weighted = weight * x[:, 0]
    first, second = weighted[:4].mean(), weighted[4:].mean()
    slope = float(ops.convert_to_numpy(model.slope))
    assert slope == pytest.approx(1 - 0.1 * (first + second), rel=1e-5)
    slopes = np.repeat([1.0, 1 - 0.1 * first], 4)
    assert logged == pytest.approx(
        np.sum((slopes * weighted)[4:]) / weight[4:].sum(), rel=1e-5
    )  # of the second batch: Keras resets the means


def test_p15_a_slope_in_validation():
    def slope(model, x, training):
        return ops.sum(input_gradient(lambda x: x**3, x), axis=1)

    x = data(8)
    model = Logged(slope)
    model.compile()
    assert model.evaluate(x, batch_size=4, verbose=0) == pytest.approx(
        np.mean(np.sum(3 * x**2, axis=1)), rel=1e-5
    )


@pytest.mark.parametrize("training", [True, False])
def test_p16_statistics_of_a_critic_move_with_training_only(training):
    critic = keras.Sequential(
        [keras.Input((DIM,)), layers.BatchNormalization(), layers.Dense(1)]
    )

    class OnlyActor(TwoPlayers):
        @portable_step
        def train_step(self, data):
            x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
            loss = minimize(
                lambda: ops.mean(self.critic(self.actor(x), training=training)),
                self.actor.trainable_variables,
                self.optimizer,
            )
            self.loss_tracker.update_state(loss)
            return self.get_metrics_result()

    model = OnlyActor(critic=critic)
    fit_logged(model, data(8))
    mean = ops.convert_to_numpy(critic.layers[0].moving_mean)
    assert np.any(mean != 0) == training


def test_p17_a_variable_without_gradient_stays_and_the_others_move():
    model = Logged(error)
    model.unused = model.add_weight(name="unused", initializer="ones")
    before = model.get_weights()
    fit_logged(model, data(8))
    used = {v.path for v in model.network.variables}
    for variable, old, new in zip(
        model.weights, before, model.get_weights(), strict=True
    ):
        moved = not np.array_equal(old, new)
        assert moved == (variable.path in used), variable.path


def test_p18_no_gradient_is_left_behind():
    model = Logged(error)
    twice = Logged(error)
    x = data(4)
    fit_logged(model, x, epochs=2)
    for _ in range(2):
        fit_logged(twice, x)
    np.testing.assert_allclose(
        weights(model.network), weights(twice.network), rtol=1e-6
    )
    if BACKEND == "torch":
        assert all(v.value.grad is None for v in model.variables)


def test_p19_a_weight_used_by_a_compiled_method_is_no_constant():
    model = Portable(plain_network())
    x = data(5)
    first = run_in_batches(model, "call", (x,))
    model.network.set_weights([2 * w for w in model.network.get_weights()])
    second = run_in_batches(model, "call", (x,))
    assert not np.allclose(first, second)
    np.testing.assert_allclose(
        second, model.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    ("policy", "likelihood"),
    [("mixed_bfloat16", "bernoulli"), ("mixed_float16", "normal")],
)
def test_p20_noise_has_the_precision_of_what_it_is_added_to(policy, likelihood):
    keras.config.set_dtype_policy(policy)
    model = kgm.VAE.from_shape(
        (DIM,), latent_dim=2, hidden_units=(4,), likelihood=likelihood
    )
    model.compile()
    history = model.fit(data(4), batch_size=4, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    drawn = model.sample(3, mean=False)
    assert drawn.dtype == "float32"
    assert np.isfinite(drawn).all()
