"""The step of two players: who moves when, at which rate, and after a file."""

import keras
import numpy as np
import pytest
from contract import as_array

import keras_genmodels as kgm

# --- who moves when -----------------------------------------------------------


def constant_gan(**kwargs):
    """The generator makes 1/2 of anything, and knows no learning rate."""
    z = keras.Input((3,))
    made = keras.layers.Dense(
        2, kernel_initializer="zeros", bias_initializer="ones", name="g_in"
    )(z)
    made = keras.layers.BatchNormalization(name="g_norm")(made)
    made = keras.layers.Dense(4, kernel_initializer="zeros", name="g")(made)
    x = keras.Input((4,))
    logit = keras.layers.BatchNormalization(name="d_norm")(x)
    logit = keras.layers.Dense(1, name="d")(logit)
    return kgm.GAN(
        keras.Model(z, made),
        keras.Model(x, logit),
        data_range=(0.0, 1.0),
        seed=0,
        **kwargs,
    )


def test_moving_averages_move_in_their_players_step_alone():
    model = constant_gan(d_steps=3)
    model.compile(keras.optimizers.SGD(0.0))
    x = np.random.default_rng(0).random((16, 4), dtype="float32")
    model.train_on_batch(x)
    # Each of three times: the real batch, then the made one, all 1/2.
    expected = np.zeros(4)
    for batch_mean in [x.mean(axis=0), np.full(4, 0.5)] * 3:
        expected = 0.99 * expected + 0.01 * batch_mean
    norm = model.discriminator.get_layer("d_norm")
    np.testing.assert_allclose(
        as_array(norm.moving_mean.value), expected, rtol=1e-4
    )
    # Once, though the generator ran four times.
    norm = model.generator.get_layer("g_norm")
    np.testing.assert_allclose(
        as_array(norm.moving_mean.value), [0.01] * 2, rtol=1e-4
    )


@pytest.mark.parametrize("still", ["generator", "discriminator"])
def test_a_players_step_leaves_the_other_alone(still):
    model = kgm.DCGAN.from_shape((8, 8, 1), filters=(4, 8), seed=0)
    rates = {"generator": 1e-3, "discriminator": 1e-3, still: 0.0}
    model.compile(
        *(
            keras.optimizers.SGD(rates[player])
            for player in ("generator", "discriminator")
        )
    )
    network = getattr(model, still)
    before = [as_array(v).copy() for v in network.trainable_variables]
    others = {"generator", "discriminator"} - {still}
    other = getattr(model, others.pop())
    x = np.random.default_rng(0).random((16, 8, 8, 1), dtype="float32")
    old = [as_array(v).copy() for v in other.trainable_variables]
    model.train_on_batch(x)
    for variable, value in zip(
        network.trainable_variables, before, strict=True
    ):
        np.testing.assert_array_equal(as_array(variable), value)
    for variable, value in zip(other.trainable_variables, old, strict=True):
        assert not np.array_equal(as_array(variable), value)


def small_gan(cls=kgm.GAN, **kwargs):
    keras.utils.set_random_seed(0)  # for the networks' weights
    return cls.from_shape(
        (2,), latent_dim=2, hidden_units=(8,), seed=0, **kwargs
    )


def test_steps_are_counted():
    x = kgm.datasets.two_moons(96, seed=0)
    model = small_gan(d_steps=3)
    model.compile()
    model.fit(x, batch_size=32, epochs=2, verbose=0)
    discriminator, generator = model.optimizer.optimizers
    assert int(discriminator.iterations) == 18
    assert int(generator.iterations) == 6
    assert int(model.optimizer.iterations) == 6


def test_the_average_trails_the_generator():
    x = kgm.datasets.two_moons(32, seed=0)
    model = small_gan(ema_momentum=0.8)
    model.compile(keras.optimizers.SGD(0.1))
    first = [np.array(w) for w in model.generator.get_weights()]
    for old, average in zip(first, model.average.get_weights(), strict=True):
        np.testing.assert_array_equal(old, average)
    model.train_on_batch(x)
    for old, new, average in zip(
        first,
        model.generator.get_weights(),
        model.average.get_weights(),
        strict=True,
    ):
        assert not np.array_equal(old, new)
        np.testing.assert_allclose(
            average, 0.1 * old + 0.9 * new, rtol=1e-5, atol=1e-7
        )
    z = np.random.default_rng(0).standard_normal((5, 2)).astype("float32")
    np.testing.assert_allclose(
        model.decode(z), as_array(model.average(z)), rtol=1e-5, atol=1e-6
    )


def test_without_an_average_the_generator_itself_draws():
    model = small_gan(ema_momentum=0.0)
    assert model.average is model.generator
    count = sum(w.size for w in model.get_weights())
    assert count < sum(w.size for w in small_gan().get_weights())


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    x = kgm.datasets.two_moons(96, seed=0)
    options = {"batch_size": 32, "shuffle": False, "verbose": 0}
    whole = small_gan(kgm.WGANGP, d_steps=2)
    whole.compile()
    whole.fit(x, epochs=4, **options)
    part = small_gan(kgm.WGANGP, d_steps=2)
    part.compile()
    part.fit(x, epochs=2, **options)
    part.save(tmp_path / "part.keras")
    resumed = keras.saving.load_model(tmp_path / "part.keras")
    resumed.fit(x, epochs=2, **options)
    for expected, got in zip(
        whole.get_weights(), resumed.get_weights(), strict=True
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7)
    for expected, got in zip(
        whole.optimizer.variables, resumed.optimizer.variables, strict=True
    ):
        np.testing.assert_allclose(
            as_array(got), as_array(expected), rtol=1e-6, atol=1e-7
        )


# --- optimizers ---------------------------------------------------------------


def test_callbacks_change_both_learning_rates():
    x = kgm.datasets.two_moons(64, seed=0)
    model = small_gan()
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.4))
    callback = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: 0.5 * rate
    )
    model.fit(x, epochs=2, callbacks=[callback], verbose=0)
    rates = [float(o.learning_rate) for o in model.optimizer.optimizers]
    np.testing.assert_allclose(rates, [0.1, 0.025], rtol=1e-6)


def test_a_schedule_reaches_both():
    schedule = keras.optimizers.schedules.PolynomialDecay(0.1, 4, 0.0)
    model = small_gan(d_steps=2)
    model.compile(keras.optimizers.SGD(schedule))
    model.fit(kgm.datasets.two_moons(64, seed=0), verbose=0)  # two batches
    rates = [float(o.learning_rate) for o in model.optimizer.optimizers]
    np.testing.assert_allclose(rates, [0.0, 0.05], atol=1e-7)


def test_each_optimizer_has_its_own_variables():
    model = small_gan()
    model.compile("sgd", "adam")
    model.train_on_batch(kgm.datasets.two_moons(8, seed=0))
    discriminator, generator = model.optimizer.optimizers
    assert isinstance(discriminator, keras.optimizers.Adam)
    assert isinstance(generator, keras.optimizers.SGD)
    # Two moments of each weight, beside the rate and the steps.
    assert len(discriminator.variables) == 2 + 2 * 4


def test_an_optimizer_of_many_is_refused():
    optimizer = keras.optimizers.MultiOptimizer(
        keras.optimizers.OptimizerMap(keras.optimizers.SGD())
    )
    with pytest.raises(ValueError, match="for each player"):
        small_gan().compile(optimizer)


# --- any two networks ---------------------------------------------------------


def namesakes():
    """Two players whose layers, and so whose variables, have one name."""

    def network(inputs, outputs):
        x = keras.Input((inputs,))
        hidden = keras.layers.Dense(8, activation="relu", name="hidden")(x)
        return keras.Model(x, keras.layers.Dense(outputs, name="out")(hidden))

    return kgm.GAN(network(3, 4), network(4, 1), seed=0)


def test_players_with_the_same_names_of_layers(tmp_path):
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    model = namesakes()
    paths = [v.path for v in model.trainable_variables]
    assert len(set(paths)) < len(paths)
    # The generator stands still, the discriminator does not.
    model.compile(keras.optimizers.SGD(0.0), keras.optimizers.Adam(0.1))
    before = [w.copy() for w in map(np.array, model.generator.get_weights())]
    judged = [np.array(w) for w in model.discriminator.get_weights()]
    model.fit(x, batch_size=16, verbose=0)
    for old, new in zip(before, model.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    for old, new in zip(judged, model.discriminator.get_weights(), strict=True):
        assert not np.array_equal(old, new)
    model.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for a, b in zip(
        model.optimizer.variables, loaded.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(as_array(a), as_array(b))
    discriminator, generator = loaded.optimizer.optimizers
    assert isinstance(discriminator, keras.optimizers.Adam)
    assert isinstance(generator, keras.optimizers.SGD)
    kept, resumed = (
        m.fit(x, batch_size=16, shuffle=False, verbose=0).history["d_loss"]
        for m in (model, loaded)
    )
    assert resumed == pytest.approx(kept, rel=1e-5)


def test_optimizers_that_cannot_serve_are_refused():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="two optimizers"):
        namesakes().compile(adam, adam)
    model = namesakes()
    model.compile(adam)
    model.train_on_batch(np.zeros((2, 4)))
    model.compile(adam)  # its own, once more
    with pytest.raises(ValueError, match="new optimizer"):
        namesakes().compile(adam)
    for player in ("generator", "discriminator"):
        model = namesakes()
        getattr(model, player).trainable = False
        with pytest.raises(ValueError, match="players that can learn"):
            model.compile()


# --- what may be changed, and how the average begins --------------------------


@pytest.mark.parametrize(
    ("name", "value", "make"),
    [
        ("gradient_penalty", 0.0, kgm.WGANGP),
        ("gamma", 0.0, kgm.R3GAN),
        ("label_smoothing", 0.5, kgm.GAN),
        ("instance_noise", 5.0, kgm.GAN),
    ],
)
def test_a_coefficient_acts_at_once(name, value, make):
    """Between two steps, as if the model had been made with it."""
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")

    def losses(**kwargs):
        keras.utils.set_random_seed(0)
        if name == "instance_noise" and name not in kwargs:
            kwargs[name] = 0.1
        model = make.from_shape((4,), hidden_units=(8,), seed=0, **kwargs)
        model.compile(keras.optimizers.SGD(0.0))
        yield model
        while True:
            model.reset_metrics()  # else the mean of both steps
            yield model.train_on_batch(x, return_dict=True)["d_loss"]

    changed, made_so = losses(), losses(**{name: value})
    model = next(changed)
    next(made_so)
    first, expected = next(changed), next(made_so)
    assert first != pytest.approx(expected, rel=1e-3)
    setattr(model, name, value)
    assert model.get_config()[name] == value
    assert next(changed) == pytest.approx(next(made_so), rel=1e-4)


def test_what_a_step_has_no_place_for_is_refused():
    gan = kgm.GAN.from_shape((4,), loss="hinge", ema_momentum=0.0)
    for name in ("label_smoothing", "instance_noise", "ema_momentum"):
        assert getattr(gan, name) is None
        with pytest.raises(AttributeError, match="made without"):
            setattr(gan, name, 0.5)
    for name, value in (("d_steps", 2), ("game", "minimax"), ("seed", 1)):
        with pytest.raises(AttributeError):
            setattr(gan, name, value)
    with pytest.raises(ValueError, match="gradient_penalty"):
        kgm.WGANGP.from_shape((4,)).gradient_penalty = -1.0


def test_the_average_begins_with_the_first_steps():
    """Momentum 0.1 at first, then 2/11, 3/12, ...: little of the start."""
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    model = kgm.GAN.from_shape((4,), hidden_units=(8,), ema_momentum=0.99)
    model.compile(keras.optimizers.SGD(0.5))
    average = [np.array(w) for w in model.average.get_weights()]
    for n in range(3):
        model.train_on_batch(x)
        momentum = (1 + n) / (10 + n)
        average = [
            momentum * a + (1 - momentum) * w
            for a, w in zip(average, model.generator.get_weights(), strict=True)
        ]
    for ours, expected in zip(
        model.average.get_weights(), average, strict=True
    ):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-6)
    # A small momentum is never exceeded.
    model.ema_momentum = 0.0
    model.train_on_batch(x)
    for ours, expected in zip(
        model.average.get_weights(), model.generator.get_weights(), strict=True
    ):
        np.testing.assert_allclose(ours, expected, rtol=1e-5)
