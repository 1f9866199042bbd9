"""Scores at many levels of noise, and the way down from one to the next."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from contract import as_array
from keras import ops

import keras_genmodels as kgm

NCSN = kgm.NCSN
DENSE = {"network_options": {"hidden_units": (8, 8)}}


class TestContract(ModelContract):
    density = "log_prob"
    loss_noise = 0.5
    endpoints = ("serve", "sample", "decode")

    def make_model(self, **kwargs):
        return NCSN.from_shape((2, 3, 1), num_classes=3, **DENSE, **kwargs)

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 2, 3, 1), dtype="float32")

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


class Normal(NCSN):
    """Whose data are N(m, s^2 I), so that the scores are known."""

    mean, scale = np.float32([1.0, -0.5]), 0.4

    def compute_output(self, x, t, y=None, **options):
        sigma = self.sigma_max * t[:, None]
        moved = x - ops.convert_to_tensor(self.mean, x.dtype)
        return sigma * moved / (sigma**2 + self.scale**2)


def normal_model(**kwargs):
    return Normal.from_shape((2,), seed=0, **kwargs)


def test_scores_are_those_of_the_data_with_noise():
    model = normal_model()
    x = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
    for sigma in (None, 0.5, 10.0):
        variance = (sigma or 0.01) ** 2 + 0.4**2
        np.testing.assert_allclose(
            model.score(x, sigma=sigma),
            (model.mean - x) / variance,
            rtol=1e-4,
            atol=1e-5,
        )


def test_scores_are_in_the_units_of_the_data():
    """Of data in [0, 4] the network sees half the distances."""
    wide, plain = (
        NCSN.from_shape((2,), data_range=limits, **DENSE)
        for limits in ((0.0, 4.0), None)
    )
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=w.shape) for w in plain.get_weights()]
    wide.set_weights(weights), plain.set_weights(weights)
    x = rng.random((10, 2), dtype="float32")
    np.testing.assert_allclose(
        wide.score(2 * x + 2, sigma=0.5),
        0.5 * plain.score(x, sigma=0.5),
        rtol=1e-3,
        atol=1e-4,
    )


def test_draws_are_of_the_density():
    """Those that draw noise on their way forget where it began."""
    model = normal_model()
    for options in (
        {"num_steps": 1000, "step_size": 0.5},
        {"num_steps": 512, "method": "ancestral"},
    ):
        x = model.sample(4000, seed=0, **options)
        np.testing.assert_allclose(x.mean(axis=0), model.mean, atol=0.03)
        np.testing.assert_allclose(x.std(axis=0), model.scale, rtol=0.05)


def carried(model, x):
    """Where the flow leads data: distances from the mean grow like sigma."""
    most, least = (
        model.scale**2 + sigma**2 for sigma in (model.sigma_max, 0.01)
    )
    ratio = np.sqrt(most / least)
    return model.mean + ratio * (x - model.mean), 2 * np.log(ratio)


def test_the_flow_of_a_normal():
    model = normal_model()
    x = model.mean + 0.4 * np.random.default_rng(0).normal(size=(200, 2))
    x = x.astype("float32")
    noise, log_det = carried(model, x)
    code = model.encode(x, num_steps=128)
    np.testing.assert_allclose(10 * code, noise, atol=0.05)
    np.testing.assert_allclose(model.decode(code, num_steps=128), x, atol=0.02)
    squares = np.square(noise / 10).sum(axis=1)
    expected = -squares / 2 - np.log(2 * np.pi * 100) + log_det
    np.testing.assert_allclose(
        model.log_prob(x, num_steps=128), expected, atol=0.02
    )


def test_the_bound_of_a_normal_is_nearly_its_density():
    """It lacks what the end of the way has of the data, m^2 / (2 sigma^2)."""
    model = normal_model()
    normal = np.random.default_rng(0).normal(size=(4000, 2))
    true = -np.square(normal).sum(axis=1) / 2 - np.log(2 * np.pi * 0.4**2)
    x = model.mean + 0.4 * normal
    bound = model.elbo(x, seed=0)
    # The noise of the first term alone has a variance of 1.
    assert (bound - true).mean() == pytest.approx(-0.006, abs=0.07)


def test_chains_of_long_steps_spread_by_what_theory_says():
    """Without noise to go down from, a chain of the variance it should have.

    Steps of eta = a sigma^2 give s^2 / (1 - eta / (4 s^2)), here with the
    density of the last level, whose variance is s^2 + sigma^2, less the last
    noise: the mean of the data given a draw.
    """
    model = normal_model(sigma_min=0.4, sigma_max=0.4001, num_levels=2)
    variance = 0.4**2 + model.scale**2
    eta = 1.2 * 0.4**2
    expected = variance / (1 - eta / (4 * variance))
    kept = model.scale**2 / variance
    x = model.sample(20_000, num_steps=60, step_size=1.2, seed=0)
    np.testing.assert_allclose(x.var(axis=0), kept**2 * expected, rtol=0.05)


def test_what_the_network_sees_has_size_one():
    """Here it gives back its input."""
    x, t = keras.Input((2,)), keras.Input(())
    model = NCSN(keras.Model([x, t], keras.layers.Identity()(x)), sigma_max=8.0)
    given = np.float32([[1.0, -2.0], [3.0, 0.5]])
    output = model.compute_output(ops.array(given), ops.array([0.0, 0.5]))
    expected = given / np.sqrt([[1.0], [17.0]])
    np.testing.assert_allclose(as_array(output), expected, rtol=1e-5)


def test_guidance_goes_beyond_the_class():
    """Of N(m, s^2 I) with a label and N(0, s^2 I) without: (1 + w) m."""

    class Guided(Normal):
        def compute_output(self, x, t, y=None, keep=None, **options):
            moved = 0.0 if keep is None else ops.array(self.mean)
            return super().compute_output(x + moved, t)

    model = Guided.from_shape((2,), num_classes=1, seed=0)
    for guidance in (0.0, 1.5):
        x = model.sample(2000, num_steps=500, guidance=guidance, seed=0)
        expected = (1 + guidance) * model.mean
        np.testing.assert_allclose(x.mean(axis=0), expected, atol=0.05)


def test_levels_have_equal_ratios_and_are_equally_frequent():
    model = normal_model(num_levels=5, sigma_min=0.01, sigma_max=100.0)
    times = as_array(model.compute_times(1000))
    levels, counts = np.unique(times, return_counts=True)
    np.testing.assert_allclose(100 * levels, np.geomspace(0.01, 100, 5), 1e-4)
    np.testing.assert_array_equal(counts, 200)
    seen = as_array(model.compute_network_times(levels))
    np.testing.assert_allclose(seen, np.linspace(0, 1, 5), atol=1e-5)


def test_steps_are_shared_by_all_levels():
    """Of a flat density, each step adds 0.3 sigma^2 to the variance."""

    class Flat(NCSN):
        def compute_output(self, x, t, y=None, **options):
            return ops.zeros_like(x)

    model = Flat.from_shape((2,), num_levels=4, sigma_min=1.0, seed=0)
    way = model.sample(
        5000, num_steps=10, step_size=0.3, return_path=True, seed=0
    )
    assert way.shape == (5000, 11, 2)
    sigma = np.repeat(np.geomspace(10, 1, 4), [3, 2, 3, 2])
    added = np.insert(0.3 * np.cumsum(sigma**2), 0, 0.0)
    np.testing.assert_allclose(way.var(axis=(0, 2)), 100 + added, rtol=0.05)
    # Fewer steps than levels: 10, sqrt(10), 1.
    way = model.sample(
        5000, num_steps=3, step_size=0.3, return_path=True, seed=0
    )
    added = 0.3 * np.cumsum([0, 100, 10, 1])
    np.testing.assert_allclose(way.var(axis=(0, 2)), 100 + added, rtol=0.05)


def test_it_learns_the_scores_of_a_normal():
    rng = np.random.default_rng(0)
    x = (0.5 + 0.3 * rng.normal(size=(2000, 2))).astype("float32")
    model = NCSN.from_shape(
        (2,),
        sigma_max=3.0,
        sigma_min=0.1,
        network_options={"hidden_units": (32, 32)},
        ema_momentum=0.9,
        seed=0,
    )
    model.compile()
    model.fit(x, batch_size=100, epochs=30, verbose=0)
    places = np.float32([[0.2, 0.5], [0.5, 1.0], [0.8, 0.8]])
    for sigma in (0.3, 1.0):
        expected = (0.5 - places) / (0.3**2 + sigma**2)
        error = model.score(places, sigma=sigma) - expected
        assert np.sqrt(np.mean(np.square(error))) < 0.3 * np.std(expected)
    drawn = model.sample(500, seed=0)
    np.testing.assert_allclose(drawn.mean(axis=0), 0.5, atol=0.1)
    np.testing.assert_allclose(drawn.std(axis=0), 0.3, atol=0.08)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: normal_model(sigma_min=20.0), "sigma_min"),
        (lambda: normal_model(num_levels=1), "num_levels"),
        (lambda: normal_model(step_size=0.0), "step_size"),
        (lambda: normal_model().score(np.zeros((2, 2)), sigma=11), "sigma"),
        (lambda: normal_model().sample(2, method="gibbs"), "method"),
        (
            lambda: normal_model().sample(2, method="heun", step_size=0.1),
            "step_size",
        ),
        (lambda: normal_model().sample(2, step_size=-0.1), "step_size"),
        (
            lambda: normal_model().decode(np.zeros((2, 2)), method="langevin"),
            "draws no noise",
        ),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        call()
