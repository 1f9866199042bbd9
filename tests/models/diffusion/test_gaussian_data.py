"""Models whose network is the best there is, on data that are Gaussian."""

import numpy as np
import pytest
from gaussian_field import PATHS
from gaussian_field import average_velocity_network
from gaussian_field import correlated_network
from gaussian_field import gaussian_log_prob
from gaussian_field import gaussian_network
from gaussian_field import straight_line_network
from keras import ops
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels.models.diffusion.diffusion_model import DiffusionModel
from keras_genmodels.models.diffusion.weightings import WEIGHTINGS
from keras_genmodels.models.diffusion.weightings import elbo

PREDICTIONS = ("noise", "data", "velocity")
# A velocity without bounds is refused.
PAIRS = [
    (prediction, path)
    for prediction in PREDICTIONS
    for path in PATHS
    if (prediction, path) != ("velocity", "linear_beta")
]
MEAN, SCALE = 0.5, 0.7


def gaussian_model(prediction="velocity", path="straight", dim=3, **kwargs):
    path = PATHS[path]()
    return DiffusionModel(
        gaussian_network(prediction, path, (dim,)),
        noise_path=path,
        prediction=prediction,
        ema_momentum=0,
        seed=0,
        **kwargs,
    )


def data(rows=200, dim=3):
    x = np.random.default_rng(0).normal(MEAN, SCALE, (rows, dim))
    return x.astype("float32")


@pytest.mark.parametrize(("prediction", "path"), PAIRS)
def test_the_loss_integrates_to_the_information(prediction, path):
    """From first to last SNR: 1/2 log((1 + s^2 SNR_0) / (1 + s^2 SNR_1)).

    Guo, Shamai & Verdu, 2005: half the mean squared error of the data,
    integrated over the signal-to-noise ratio, is mutual information.
    """
    model = gaussian_model(prediction, path, dim=1)
    # Evenly spread quantiles of data and noise, in all pairs, at each time.
    q = stats.norm.ppf((np.arange(15) + 0.5) / 15)
    times = np.linspace(0.02, 0.98, 1000)
    t, x, noise = (
        ops.array(a.reshape(-1), "float32")
        for a in np.meshgrid(times, MEAN + SCALE * q, q, indexing="ij")
    )
    error = model.compute_squared_error(x[:, None], t, noise[:, None])
    weight = elbo(prediction, t, model.noise_path)
    errors = ops.convert_to_numpy(weight * error).reshape(1000, -1)
    errors = errors.mean(axis=1) / np.var(q)  # a little less than 1
    snr = np.exp(
        ops.convert_to_numpy(
            model.noise_path.log_snr(ops.array(times[[0, -1]], "float32"))
        )
    )
    expected = 0.5 * np.diff(np.log1p(SCALE**2 * snr[::-1]))[0]
    assert np.trapezoid(errors, times) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_a_weighting_weighs_all_predictions_alike(path, weighting):
    """But for "simple", which is of the output itself."""
    if weighting == "simple":
        return
    t = ops.array(np.linspace(0.05, 0.95, 10), "float32")
    x, noise = (
        ops.array(np.random.default_rng(i).normal(size=(10, 3)), "float32")
        for i in (0, 1)
    )
    losses = []
    for prediction in [p for p, along in PAIRS if along == path]:
        model = gaussian_model(prediction, path)
        error = model.compute_squared_error(x, t, noise)
        weight = WEIGHTINGS[weighting](prediction, t, model.noise_path)
        losses.append(ops.convert_to_numpy(weight * error))
    for loss in losses[1:]:
        np.testing.assert_allclose(loss, losses[0], rtol=2e-3)


@pytest.mark.parametrize("path", ["straight", "cosine"])
def test_the_density_of_the_flow_is_that_of_the_data(path):
    model = gaussian_model(path=path)
    x = data()
    errors = [
        np.abs(model.log_prob(x, num_steps=n) - gaussian_log_prob(x)).mean()
        for n in (16, 32)
    ]
    assert errors[1] < 0.02
    assert 2.5 < errors[0] / errors[1] < 6  # of second order


def test_an_estimated_divergence_has_the_exact_one_as_its_mean():
    model = gaussian_model(dim=12)
    x = np.repeat(data(3, 12), 400, axis=0)
    estimates = model.log_prob(x, seed=0).reshape(3, 400)
    exact = gaussian_log_prob(x[::400])
    # Here the Jacobian is diagonal, and Hutchinson's estimate exact.
    np.testing.assert_allclose(
        estimates, exact[:, None] + 0 * estimates, atol=0.1
    )


@pytest.mark.slow
@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize(
    ("method", "num_steps"),
    [
        ("ancestral", 400),
        ("ddim", 250),
        ("euler", 250),
        ("heun", 64),
        ("dpm", 64),
    ],
)
def test_draws_have_the_mean_and_the_variance_of_the_data(
    prediction, method, num_steps
):
    """Noise cannot be predicted where there is nothing else."""
    path = "linear_beta" if prediction == "noise" else "cosine"
    model = gaussian_model(prediction, path)
    drawn = model.sample(2048, method=method, num_steps=num_steps, seed=0)
    assert drawn.mean() == pytest.approx(MEAN, abs=0.04)
    assert drawn.std() == pytest.approx(SCALE, rel=0.03)


@pytest.mark.parametrize(
    ("method", "steps", "low", "high"),
    [
        ("euler", 16, 1.7, 2.3),
        ("ddim", 16, 1.7, 2.3),
        ("heun", 16, 3, 5),
        ("dpm", 64, 2.5, 6),  # its first and last steps are of first order
    ],
)
def test_methods_have_their_order(method, steps, low, high):
    """Against where the flow of a Gaussian really ends."""
    model = gaussian_model()
    z = np.random.default_rng(0).normal(size=(500, 3)).astype("float32")
    exact = MEAN + SCALE * z
    errors = [
        np.abs(model.decode(z, method=method, num_steps=n) - exact).mean()
        for n in (steps, 2 * steps)
    ]
    assert low < errors[0] / errors[1] < high


def test_codes_and_data_are_carried_into_each_other():
    model = gaussian_model()
    x = data()
    z = model.encode(x, num_steps=64)
    np.testing.assert_allclose(z, (x - MEAN) / SCALE, atol=2e-3)
    np.testing.assert_allclose(model.decode(z, num_steps=64), x, atol=2e-3)


def test_an_interpolation_keeps_the_amount_of_noise():
    model = gaussian_model(dim=200)
    x_a, x_b = data(2, 200)
    path = model.interpolate(x_a, x_b, num_steps=5)
    assert path.shape == (5, 200)
    np.testing.assert_allclose(path[0], x_a, atol=0.02)
    np.testing.assert_allclose(path[-1], x_b, atol=0.02)
    assert path[2].std() == pytest.approx(SCALE, rel=0.15)


@pytest.mark.parametrize(
    ("steps", "shape"), [(20, (3,)), (300, (3,)), (20, (1, 3, 1))]
)
def test_a_discrete_bound_is_what_it_must_be_on_average(steps, shape):
    """With errors of the noise of a^2 s^2 / (a^2 s^2 + sigma^2) each."""
    path = PATHS["linear_beta"]()
    model = kgm.DDPM(
        gaussian_network("noise", path, shape),
        noise_path=path,
        diffusion_steps=steps,
        ema_momentum=0,
        seed=0,
    )
    x = data(2000).reshape(-1, *shape)
    bound = model.elbo(x, num_times=32, seed=0)
    exact = gaussian_log_prob(x).mean()
    assert bound.mean() < exact

    t = np.arange(1, steps + 1) / steps
    variance = -np.expm1(-(0.1 * t + 0.5 * 19.9 * t**2))
    signal = 1 - variance
    errors = signal * SCALE**2 / (signal * SCALE**2 + variance)
    snr = signal / variance
    sum_of_terms = 0.5 * np.sum((snr[:-1] / snr[1:] - 1) * errors[1:])
    first = -0.5 * errors[0] - 0.5 * np.log(2 * np.pi / snr[0])
    last = 0.5 * (
        variance[-1]
        + signal[-1] * (SCALE**2 + MEAN**2)
        - 1
        - np.log(variance[-1])
    )
    expected = 3 * (first - sum_of_terms - last)
    standard_error = bound.std() / np.sqrt(len(x))
    assert bound.mean() == pytest.approx(expected, abs=4 * standard_error)


def test_a_log_prob_in_the_units_of_the_data():
    """Of data in a range, which the network sees in [-1, 1]."""
    path = PATHS["straight"]()
    model = kgm.FlowMatching(
        gaussian_network("velocity", path, (2,), mean=0.0, scale=0.2),
        noise_path=path,
        data_range=(2.0, 6.0),
        ema_momentum=0,
        seed=0,
    )
    x = np.random.default_rng(0).normal(4, 0.4, (50, 2)).astype("float32")
    np.testing.assert_allclose(
        model.log_prob(x, num_steps=64), gaussian_log_prob(x, 4, 0.4), atol=0.03
    )


@pytest.mark.parametrize(
    ("prediction", "path"),
    [("velocity", "straight"), ("data", "cosine"), ("noise", "linear_beta")],
)
def test_the_best_network_makes_the_bound_exact(prediction, path):
    """Which says the same of the first, the last and all terms between."""
    model = gaussian_model(prediction, path)
    x = data(500)
    gap = gaussian_log_prob(x) - model.elbo(x, num_times=256, seed=0)
    assert gap.mean() == pytest.approx(0, abs=4 * gap.std() / 500**0.5 + 0.01)


@pytest.mark.slow
def test_a_preconditioned_network_of_zeros_is_a_gaussian():
    """D = c_skip x is the best there is for N(0, data_scale^2)."""
    model = kgm.EDM.from_shape((3,), data_scale=SCALE, ema_momentum=0, seed=0)
    x = data(100) - MEAN
    exact = gaussian_log_prob(x, 0.0, SCALE)
    errors = [
        np.abs(model.log_prob(x, num_steps=n) - exact).mean() for n in (48, 96)
    ]
    assert errors[1] < 0.02
    assert 2.5 < errors[0] / errors[1] < 6
    gap = exact - model.elbo(x, num_times=256, seed=0)
    assert gap.mean() == pytest.approx(0, abs=0.4 * gap.std() + 0.01)
    for method, steps in (("heun", 48), ("dpm", 48), ("ancestral", 256)):
        drawn = model.sample(2048, method=method, num_steps=steps, seed=0)
        assert drawn.std() == pytest.approx(SCALE, rel=0.04)
    z = model.encode(x, num_steps=64)
    np.testing.assert_allclose(z, x / SCALE, atol=0.02)
    np.testing.assert_allclose(model.decode(z, num_steps=64), x, atol=0.02)
    # What F is to learn has variance 1, at all times.
    x = np.random.default_rng(0).normal(0, SCALE, (20_000, 3))
    loss = model.compute_loss_terms(ops.array(x, "float32"))
    assert float(ops.mean(loss)) == pytest.approx(3.0, rel=0.03)


@pytest.mark.slow
def test_inpainting_draws_from_the_conditional():
    """Of two numbers that go together, the second given the first."""
    covariance = np.array([[0.5, 0.35], [0.35, 0.6]])
    path = PATHS["cosine"]()
    model = DiffusionModel(
        correlated_network(path, covariance),
        noise_path=path,
        prediction="data",
        ema_momentum=0,
        seed=0,
    )
    x = np.tile(np.array([[0.8, 9.0]], "float32"), (16_000, 1))
    mask = np.array([False, True])
    mean = 0.35 / 0.5 * 0.8
    scale = np.sqrt(0.6 - 0.35**2 / 0.5)
    errors = []
    for repeats in (5, 80):
        drawn = model.inpaint(
            x,
            mask,
            num_steps=30,
            num_repeats=repeats,
            seed=0,
            batch_size=len(x),
        )
        np.testing.assert_array_equal(drawn[:, 0], x[:, 0])
        errors.append(abs(drawn[:, 1].mean() - mean) / mean)
    assert errors[1] < 0.05
    assert drawn[:, 1].std() == pytest.approx(scale, rel=0.05)
    # Known numbers are heard of too late, the more so the fewer repeats.
    assert errors[0] > 2 * errors[1]


def test_the_whole_way_begins_at_noise_and_ends_at_the_sample():
    model = gaussian_model()
    way = model.sample(2000, num_steps=8, return_path=True, seed=0)
    assert way.shape == (2000, 9, 3)
    np.testing.assert_allclose(
        way[:, -1],
        model.sample(2000, num_steps=8, seed=0),
        rtol=1e-4,
        atol=1e-5,
    )
    t = np.linspace(1, 0, 9)
    expected = np.sqrt(((1 - t) * SCALE) ** 2 + t**2)
    np.testing.assert_allclose(way.std(axis=(0, 2)), expected, rtol=0.03)
    np.testing.assert_allclose(way.mean(axis=(0, 2)), (1 - t) * MEAN, atol=0.05)


# --- average velocities -------------------------------------------------------


def mean_flow(cls=kgm.MeanFlow, **kwargs):
    """A model that knows the average velocity of N(0, SCALE^2)."""
    return cls(
        average_velocity_network(SCALE), ema_momentum=0, seed=0, **kwargs
    )


@pytest.mark.parametrize("num_steps", [1, 2, 5])
def test_jumps_along_the_average_velocity_are_exact(num_steps):
    z = np.random.default_rng(0).normal(size=(100, 3)).astype("float32")
    x = mean_flow().decode(z, method="jump", num_steps=num_steps)
    np.testing.assert_allclose(x, SCALE * z, rtol=1e-4, atol=1e-5)


def test_the_average_velocity_fulfils_the_identity():
    """With the velocity of the flow in the place of that of an example."""
    model = mean_flow()
    rng = np.random.default_rng(0)
    x = ops.array(rng.normal(size=(200, 3)), "float32")
    t = ops.array(rng.uniform(0.2, 1, 200), "float32")
    gap = t * ops.array(rng.uniform(0.1, 0.9, 200), "float32")
    average, target = model.compute_average(
        x, t, gap=gap, velocity=model.compute_velocity(x, t)
    )
    average, target = map(ops.convert_to_numpy, (average, target))
    np.testing.assert_allclose(average, target, rtol=1e-3, atol=1e-3)
    assert np.abs(average).max() > 0.1


def test_examples_that_are_all_alike_leave_no_error():
    """Then the velocity of an example is that of the flow, and constant."""
    model = kgm.MeanFlow(straight_line_network(0.3), ema_momentum=0)
    x = ops.full((64, 3), 0.3)
    t = ops.array(np.linspace(0.2, 1, 64), "float32")
    noise = ops.array(np.random.default_rng(0).normal(size=(64, 3)), "float32")
    average, target = model.compute_average(
        model.noise_path.mix(x, noise, t), t, gap=0.5 * t, velocity=noise - x
    )
    for value in (average, target):
        np.testing.assert_allclose(
            ops.convert_to_numpy(value),
            ops.convert_to_numpy(noise - x),
            atol=1e-4,
        )


def test_two_jumps_of_half_the_length_lead_to_the_same_place():
    model = mean_flow(kgm.ShortcutModel)
    rng = np.random.default_rng(0)
    x = ops.array(rng.normal(size=(200, 3)), "float32")
    length = ops.array(2.0 ** -rng.integers(0, 7, 200), "float32")
    t = length * ops.floor(
        1 + ops.array(rng.uniform(0, 0.99, 200), "float32") / length
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(model.compute_two_jumps(x, t, None, length, None)),
        ops.convert_to_numpy(model.compute_output(x, t, gap=length)),
        rtol=1e-3,
        atol=2e-3,
    )


def test_jumps_begin_at_multiples_of_their_length():
    model = mean_flow(kgm.ShortcutModel, jump_share=0.5, num_halvings=3)
    t, length = map(ops.convert_to_numpy, model.compute_jumps(4000))
    lengths, counts = np.unique(length, return_counts=True)
    np.testing.assert_array_equal(lengths, [0, 1 / 8, 1 / 4, 1 / 2, 1])
    np.testing.assert_allclose(counts / 4000, [0.5, *[0.125] * 4], atol=0.03)
    jumps = length > 0
    assert np.all(t[jumps] % length[jumps] == 0)
    assert np.all(t[jumps] >= length[jumps])
    assert t.max() <= 1
