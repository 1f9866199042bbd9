"""Energies of networks, and Langevin dynamics on one that is known."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels.models.energy.langevin import langevin_chain
from keras_genmodels.training import input_gradient

EnergyBasedModel = kgm.EnergyBasedModel


class TestContract(ModelContract):
    """Of real numbers."""

    sample_range = (-np.inf, np.inf)
    density, density_draws = "energy", False
    loss_noise = 100.0  # around zero

    def make_model(self, **kwargs):
        return EnergyBasedModel.from_shape(
            (3,),
            hidden_units=(8,),
            num_chains=12,
            chains_per_step=6,
            langevin_steps=3,
            **kwargs,
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.normal(size=(num_rows, 3)).astype("float32")


@pytest.mark.slow
class TestImageContract(TestContract):
    sample_range = (0.0, 1.0)

    def make_model(self, **kwargs):
        return EnergyBasedModel.from_shape(
            (4, 3, 1),
            network="conv",
            hidden_units=(4,),
            num_chains=12,
            chains_per_step=6,
            langevin_steps=3,
            noise_scale=0.1,
            **kwargs,
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 4, 3, 1), dtype="float32")


# --- Langevin dynamics --------------------------------------------------------

MEAN = np.array([0.5, -1.0])
COVARIANCE = np.array([[1.0, 0.6], [0.6, 0.8]])
PRECISION = np.linalg.inv(COVARIANCE)


def normal_energy(x):
    moved = x - ops.convert_to_tensor(MEAN, x.dtype)
    precision = ops.convert_to_tensor(PRECISION, x.dtype)
    return 0.5 * ops.sum(moved * ops.matmul(moved, precision), axis=1)


class Normal(EnergyBasedModel):
    """Whose energy is that of a normal distribution."""

    def compute_energy(self, x, training=False):
        return normal_energy(x)


def normal_model(**kwargs):
    return Normal.from_shape((2,), num_chains=64, seed=0, **kwargs)


def normal_chains(metropolis=False, **kwargs):
    x, accepted = langevin_chain(
        lambda x: -input_gradient(normal_energy, x),
        keras.random.normal((20_000, 2), seed=1),
        keras.random.SeedGenerator(0),
        energy=normal_energy if metropolis else None,
        **kwargs,
    )
    return ops.convert_to_numpy(x), float(ops.mean(accepted))


def test_long_chains_have_the_covariance_of_long_steps():
    """S (1 - eta S^-1 / 4)^-1, which is not S."""
    for eta in (0.1, 0.6):
        x, accepted = normal_chains(num_steps=int(15 / eta), step_size=eta)
        expected = COVARIANCE @ np.linalg.inv(np.eye(2) - eta * PRECISION / 4)
        np.testing.assert_allclose(x.mean(0), MEAN, atol=0.04)
        np.testing.assert_allclose(np.cov(x.T), expected, rtol=0.05)
        assert accepted == 1
    assert np.abs(expected / COVARIANCE - 1).max() > 0.2


def test_with_refusals_steps_of_any_length_are_right():
    x, accepted = normal_chains(num_steps=60, step_size=0.6, metropolis=True)
    np.testing.assert_allclose(x.mean(0), MEAN, atol=0.04)
    np.testing.assert_allclose(np.cov(x.T), COVARIANCE, rtol=0.05)
    assert 0.4 < accepted < 0.95
    _, accepted = normal_chains(num_steps=5, step_size=0.01, metropolis=True)
    assert accepted > 0.98
    _, accepted = normal_model().sample(
        50, step_size=0.01, metropolis=True, return_acceptance=True, seed=0
    )
    assert accepted.shape == (50,) and accepted.min() > 0.8


def test_what_is_known_stays_and_the_rest_has_its_conditional():
    x = np.tile(np.float32([0.0, 0.7]), (10_000, 1))
    mask = np.array([True, False])
    drawn = normal_model().inpaint(
        x, mask, num_steps=160, step_size=0.05, seed=0, batch_size=10_000
    )
    np.testing.assert_array_equal(drawn[:, 1], x[:, 1])
    slope = COVARIANCE[0, 1] / COVARIANCE[1, 1]
    mean = MEAN[0] + slope * (0.7 - MEAN[1])
    variance = COVARIANCE[0, 0] - slope * COVARIANCE[0, 1]
    # One value's chain: S / (1 - eta / (4 S)).
    variance /= 1 - 0.05 / (4 * variance)
    assert drawn[:, 0].mean() == pytest.approx(mean, abs=0.03)
    assert drawn[:, 0].var() == pytest.approx(variance, rel=0.06)


@pytest.mark.parametrize("metropolis", [False, True])
def test_chains_do_not_leave_the_range(metropolis):
    """Of a flat energy, with refusals they stay evenly spread."""
    generator = keras.random.SeedGenerator(0)
    rng = np.random.default_rng(0)
    x = ops.convert_to_tensor(rng.random((4000, 1)).astype("float32"))
    x, accepted = langevin_chain(
        ops.zeros_like,
        x,
        generator,
        num_steps=50,
        step_size=0.1,
        energy=(lambda x: 0.0 * x[:, 0]) if metropolis else None,
        data_range=(0.0, 1.0),
    )
    x = ops.convert_to_numpy(x)
    assert 0 <= x.min() and x.max() <= 1
    if metropolis:
        assert stats.kstest(x[:, 0], "uniform").pvalue > 1e-3
        assert 0.3 < float(ops.mean(accepted)) < 0.9


def test_the_score_is_the_slope_of_the_log_density():
    x = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
    np.testing.assert_allclose(
        normal_model().score(x),
        -(x - MEAN) @ PRECISION,
        rtol=1e-4,
        atol=1e-4,
    )
    model = EnergyBasedModel.from_shape((2,), hidden_units=(16,))
    step = np.float32([1e-2, 0])
    slope = (model.energy(x + step) - model.energy(x - step)) / 2e-2
    np.testing.assert_allclose(-model.score(x)[:, 0], slope, atol=2e-3)


def test_far_away_the_reference_rules():
    """But not where the data have a range, which chains do not leave."""
    network = kgm.networks.mlp((2,), (1,), (8,), "tanh")
    x = np.float32([[30.0, 40.0], [0.3, 0.4]])
    output = ops.convert_to_numpy(network(x))[:, 0]
    free = EnergyBasedModel(network, reference_scale=5.0)
    np.testing.assert_allclose(
        free.energy(x), output + [50.0, 0.005], rtol=1e-4
    )
    bounded = EnergyBasedModel(network, data_range=(0, 50))
    np.testing.assert_allclose(bounded.energy(x), output, rtol=1e-4)


# --- training -----------------------------------------------------------------


def test_a_step_moves_one_block_of_chains():
    model = EnergyBasedModel.from_shape(
        (2,),
        hidden_units=(8,),
        num_chains=20,
        chains_per_step=5,
        langevin_steps=2,
        restart=0.0,
        seed=0,
    )
    model.compile()
    x = np.random.default_rng(0).normal(size=(10, 2)).astype("float32")
    blocks = set()
    for _ in range(30):
        before = ops.convert_to_numpy(model.chains).copy()
        model.train_on_batch(x)
        moved = (ops.convert_to_numpy(model.chains) != before).any(axis=1)
        (rows,) = np.nonzero(moved)
        assert len(rows) == 5 and rows[0] % 5 == 0 and np.ptp(rows) == 4
        # Two steps do not lead far.
        distance = ops.convert_to_numpy(model.chains) - before
        assert np.abs(distance).max() < 1
        blocks.add(rows[0])
    assert blocks == {0, 5, 10, 15}


def test_chains_that_begin_anew_are_noise():
    model = normal_model(restart=1.0, langevin_steps=1, step_size=1e-8)
    model.chains.assign(100 + np.zeros(model.chains.shape))
    chains = ops.convert_to_numpy(model._moved_chains())
    assert chains.shape == (64, 2) and np.abs(chains).max() < 6


def test_with_chains_of_the_model_the_gradient_is_that_of_the_likelihood():
    """Of w x^2 and a reference of x^2 / 2, the variance is 1 / (2 w + 1)."""
    inputs = keras.Input((1,))
    output = keras.layers.Dense(1, use_bias=False)(ops.square(inputs))
    model = EnergyBasedModel(
        keras.Model(inputs, output),
        num_chains=2000,
        chains_per_step=2000,
        langevin_steps=300,
        step_size=0.02,
        restart=0.0,
        energy_penalty=0.0,
        reference_scale=1.0,
        seed=0,
    )
    w = 0.8
    model.network.set_weights([np.float32([[w]])])
    x = np.float32([[0.1], [1.5], [-0.4]])
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(x)
    moved = w - model.network.get_weights()[0][0, 0]
    precision = 2 * w + 1
    variance = 1 / precision / (1 - 0.02 * precision / 4)
    assert moved == pytest.approx(np.square(x).mean() - variance, abs=0.05)


@pytest.mark.parametrize("limits", [None, (-0.5, 1.0)])
def test_data_are_trained_on_with_noise(limits):
    """Of an energy w x^2 and data 0, the slope is the variance of the noise."""
    inputs = keras.Input((1,))
    output = keras.layers.Dense(1, use_bias=False)(ops.square(inputs))
    model = EnergyBasedModel(
        keras.Model(inputs, output),
        data_range=limits,
        restart=0.0,
        step_size=1e-8,
        energy_penalty=0.0,
        noise_scale=0.7,
        seed=0,
    )
    model.network.set_weights([np.float32([[0.8]])])
    model.chains.assign(np.zeros(model.chains.shape))
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(np.zeros((4000, 1)))
    noise = 0.7 * np.random.default_rng(0).normal(size=100_000)
    if limits is not None:
        noise = np.clip(noise, *limits)
    moved = 0.8 - model.network.get_weights()[0][0, 0]
    assert moved == pytest.approx(np.square(noise).mean(), abs=0.05)


def test_large_energies_are_penalised():
    kwargs = {"hidden_units": (8,), "num_chains": 64, "seed": 0}
    x = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
    weights, logs = small(**kwargs).get_weights(), []
    for penalty in (0.0, 0.5):
        model = EnergyBasedModel.from_shape(
            (2,), energy_penalty=penalty, **kwargs
        )
        model.set_weights(weights)
        model.compile()
        logs.append(model.evaluate(x, batch_size=50, verbose=0))
    chains = model.energy(ops.convert_to_numpy(model.chains))
    squares = np.square(model.energy(x)).mean() + np.square(chains).mean()
    assert logs[1][0] - logs[0][0] == pytest.approx(0.5 * squares, rel=1e-4)
    assert logs[0][0] == pytest.approx(
        model.energy(x).mean() - chains.mean(), abs=1e-5
    )


def test_it_learns_two_clusters():
    """Normalised on a grid, nearly the true density; its chains are its draws.

    A normal with the moments of the data costs more than 0.25 nats more.
    """
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = 0.4 * rng.normal(size=(4000, 1)) + rng.choice([-1, 1], (4000, 1))
    model = EnergyBasedModel.from_shape(
        (1,),
        hidden_units=(32, 32),
        chains_per_step=256,
        step_size=0.1,
        energy_penalty=0.001,
        seed=0,
    )
    rate = keras.optimizers.schedules.CosineDecay(5e-3, 20 * 40)
    model.compile(keras.optimizers.Adam(rate))
    model.fit(x, batch_size=100, epochs=20, verbose=0)
    grid = np.linspace(-4, 4, 401)[:, None]
    energy = model.energy(grid).astype("float64")
    log_z = np.logaddexp.reduce(-energy) + np.log(8 / 400)
    truth = [stats.norm(m, 0.4).pdf(grid[:, 0]) / 2 for m in (-1, 1)]
    truth = np.sum(truth, axis=0)
    excess = np.sum(truth * (np.log(truth) + energy + log_z)) * 8 / 400
    normal = stats.norm(0, np.sqrt(1.16)).logpdf(grid[:, 0])
    assert np.sum(truth * (np.log(truth) - normal)) * 8 / 400 > 0.25
    assert 0 < excess < 0.12
    drawn = model.sample(1000, num_steps=100, seed=0)
    assert 0.4 < (drawn > 0).mean() < 0.6
    assert np.abs(drawn).mean() == pytest.approx(1.0, abs=0.08)


# --- what it refuses ----------------------------------------------------------


def small(hidden_units=(4,), **kwargs):
    return EnergyBasedModel.from_shape(
        (2,), hidden_units=hidden_units, **kwargs
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: small(num_chains=0), "num_chains"),
        (lambda: small(num_chains=10, chains_per_step=4), "divide"),
        (lambda: small(langevin_steps=0), "langevin_steps"),
        (lambda: small(step_size=0.0), "step_size"),
        (lambda: small(restart=1.5), "restart"),
        (lambda: small(energy_penalty=-1.0), "energy_penalty"),
        (lambda: small(noise_scale=np.nan), "noise_scale"),
        (lambda: small(reference_scale=0.0), "reference_scale"),
        (lambda: small(network="conv"), "network"),
        (
            lambda: EnergyBasedModel(kgm.networks.mlp((2,), (2,))),
            "Expected a network",
        ),
        (lambda: small().sample(2, num_steps=-1), "num_steps"),
        (lambda: small().sample(2, step_size=np.inf), "step_size"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        call()
