"""Three ways to a score, of normal distributions."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops

import keras_genmodels as kgm
from keras_genmodels.models.energy.score_model import OBJECTIVES

ScoreModel = kgm.ScoreModel
MEAN = np.array([0.5, -1.0])
COVARIANCE = np.array([[1.0, 0.6], [0.6, 0.8]])


def normal_data(num_rows, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(MEAN, COVARIANCE, size=num_rows)
    return x.astype("float32")


class ScoreContract(ModelContract):
    sample_range = (-np.inf, np.inf)
    density, density_draws = "score", False
    loss_noise = 2.0
    objective = "denoising"

    def make_model(self, **kwargs):
        return ScoreModel.from_shape(
            (2,), hidden_units=(8,), objective=self.objective, **kwargs
        )

    def test_the_density_is_one_finite_number_per_example(self, fitted, x):
        """There is none: the score is like the data."""
        score = fitted.score(x, batch_size=32)
        assert score.shape == x.shape and np.isfinite(score).all()
        assert fitted.score(x[:1]).shape == x[:1].shape

    def make_data(self, num_rows):
        return normal_data(num_rows)

    def outputs(self, model, x):
        return model.score(x).sum(axis=1)


class TestContract(ScoreContract):
    pass


@pytest.mark.slow
class TestSlicedContract(ScoreContract):
    objective = "sliced"
    idle_weights = ("score_output/bias",)


@pytest.mark.slow
class TestImageContract(ScoreContract):
    sample_range = (0.0, 1.0)

    def make_model(self, **kwargs):
        return ScoreModel.from_shape(
            (4, 3, 1), hidden_units=4, network="conv", **kwargs
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.random((num_rows, 4, 3, 1), dtype="float32")

    def outputs(self, model, x):
        return model.score(x).sum(axis=(1, 2, 3))


def linear_model(objective, **kwargs):
    """s(x) = W^T x + b, of one kernel."""
    return ScoreModel.from_shape(
        (2,), hidden_units=(), objective=objective, seed=0, **kwargs
    )


# --- the objectives -----------------------------------------------------------

KERNEL = np.array([[-1.3, 0.4], [0.7, -0.9]])
BIAS = np.array([0.2, -0.5])


def known_model(objective, **kwargs):
    model = linear_model(objective, **kwargs)
    model.network.set_weights([KERNEL, BIAS])
    return model


def mean_loss(model, x, num_draws=1):
    x = ops.convert_to_tensor(np.repeat(x, num_draws, axis=0))
    loss = ops.convert_to_numpy(model.compute_loss_terms(x))
    return loss.reshape(-1, num_draws).mean(axis=1)


def test_explicit_loss_has_the_trace():
    x = normal_data(10)
    score = x @ KERNEL + BIAS
    expected = np.trace(KERNEL) + 0.5 * np.square(score).sum(axis=1)
    loss = mean_loss(known_model("explicit"), x)
    np.testing.assert_allclose(loss, expected, rtol=1e-4)


def test_sliced_loss_is_the_explicit_one_on_average():
    x = normal_data(3)
    expected = mean_loss(known_model("explicit"), x)
    loss = mean_loss(known_model("sliced"), x, num_draws=20_000)
    # v^T W v = tr W, plus or minus the sum of the two other entries.
    assert np.abs(loss - expected).max() < 5 * 1.1 / np.sqrt(20_000)
    single = mean_loss(known_model("sliced"), x)
    assert np.abs(single - expected) == pytest.approx(1.1, abs=1e-3)


@pytest.mark.parametrize("sigma", [0.1, 0.7])
def test_denoising_loss_is_a_squared_error(sigma):
    x = normal_data(3)
    loss = mean_loss(known_model("denoising", noise_scale=sigma), x, 40_000)
    score = x @ KERNEL + BIAS
    slope = sigma**2 * KERNEL + np.eye(2)
    expected = sigma**2 * np.square(score).sum(axis=1)
    expected += np.square(slope).sum()
    np.testing.assert_allclose(loss, expected / 2, rtol=0.03)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_optimal_score_of_a_normal(objective):
    """-S^-1 (x - m), or with S + sigma^2 I if there is noise."""
    x, sigma = normal_data(4096), 0.5
    model = linear_model(objective, noise_scale=sigma)
    rate = keras.optimizers.schedules.CosineDecay(0.05, 16 * 150)
    model.compile(keras.optimizers.Adam(rate))
    model.fit(x, batch_size=256, epochs=150, verbose=0)
    covariance = np.cov(x.T, bias=True)
    if objective == "denoising":
        covariance = covariance + sigma**2 * np.eye(2)
    precision = np.linalg.inv(covariance)
    kernel, bias = model.network.get_weights()
    size = np.abs(precision).max()
    np.testing.assert_allclose(kernel, -precision, atol=0.02 * size)
    expected = precision @ x.mean(axis=0)
    np.testing.assert_allclose(bias, expected, atol=0.02 * size)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_bent_density_has_a_bent_score(objective):
    """A small network finds the score between two clusters, and its sign."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = 0.5 * rng.normal(size=(8000, 1)) + rng.choice([-1, 1], (8000, 1))
    model = ScoreModel.from_shape(
        (1,),
        hidden_units=(32, 32),
        objective=objective,
        noise_scale=0.3,
        seed=0,
    )
    rate = keras.optimizers.schedules.CosineDecay(0.01, 30 * 40)
    model.compile(keras.optimizers.Adam(rate))
    model.fit(x, batch_size=200, epochs=30, verbose=0)
    places = np.linspace(-1.5, 1.5, 31)[:, None]
    variance = 0.25 + (0.09 if objective == "denoising" else 0)
    true = (np.tanh(places / variance) - places) / variance
    error = model.score(places) - true
    assert np.sqrt(np.mean(np.square(error))) < 0.25 * np.std(true)


# --- chains -------------------------------------------------------------------


def normal_model():
    precision = np.linalg.inv(COVARIANCE)
    model = linear_model("explicit")
    model.network.set_weights([-precision, precision @ MEAN])
    return model


def test_chains_draw_from_the_density_of_the_score():
    model = normal_model()
    x = model.sample(3000, num_steps=150, step_size=0.1, seed=0)
    eye = np.eye(2)
    precision = np.linalg.inv(COVARIANCE)
    expected = COVARIANCE @ np.linalg.inv(eye - 0.1 * precision / 4)
    np.testing.assert_allclose(x.mean(axis=0), MEAN, atol=0.1)
    np.testing.assert_allclose(np.cov(x.T), expected, atol=0.1)


def test_what_is_known_stays():
    x = np.tile(np.float32([0.0, 0.7]), (2000, 1))
    drawn = normal_model().inpaint(
        x,
        np.array([True, False]),
        num_steps=150,
        step_size=0.05,
        seed=0,
        batch_size=2000,
    )
    np.testing.assert_array_equal(drawn[:, 1], x[:, 1])
    mean = MEAN[0] + 0.6 / 0.8 * (0.7 - MEAN[1])
    assert drawn[:, 0].mean() == pytest.approx(mean, abs=0.06)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear_model("implicit"), "objective"),
        (lambda: linear_model("sliced", noise_scale=0.0), "noise_scale"),
        (lambda: linear_model("sliced", step_size=-1.0), "step_size"),
        (lambda: linear_model("sliced", network="conv"), "network"),
        (lambda: normal_model().sample(2, num_steps=-1), "num_steps"),
        (
            lambda: ScoreModel(kgm.networks.mlp((2,), (1,))),
            "shape of its input",
        ),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        call()
