"""Diffusion models of levels, whose network is the best there is."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

import keras_genmodels as kgm

# The probabilities of three bits, x_1 first.
JOINT = np.array([0.02, 0.18, 0.05, 0.1, 0.3, 0.05, 0.2, 0.1])
BITS = np.array(list(itertools.product([0, 1], repeat=3)), "float32")
LOG_PROB = np.log(JOINT)


@keras.saving.register_keras_serializable("tests")
class Conditionals(keras.layers.Layer):
    """Log odds of each of three bits, given those that are seen."""

    def call(self, inputs):
        seen, _ = inputs
        seen = ops.reshape(seen, (-1, 1, 3, 2))
        bits, known = seen[..., 0] > 0, seen[..., 1] > 0
        agrees = ops.logical_or(
            ops.logical_not(known), bits == (ops.array(BITS)[None] > 0)
        )
        agrees = ops.cast(ops.all(agrees, axis=-1), "float32")
        weights = agrees * ops.array(JOINT, "float32")
        ones = ops.matmul(weights, ops.array(BITS))
        return ops.log(ones) - ops.log(ops.matmul(weights, 1 - ops.array(BITS)))


def masked():
    seen, t = keras.Input((6,)), keras.Input(())
    network = keras.Model([seen, t], Conditionals()([seen, t]))
    return kgm.MaskedDiffusion(network, ema_momentum=0, seed=0)


def terms(model, num_steps, monkeypatch):
    """Each term of the bound of all eight triples, in all six orders."""
    orders = np.array(list(itertools.permutations(range(3))), "float32")
    steps = num_steps or 3
    x = ops.array(np.tile(BITS, (6 * steps, 1)))
    monkeypatch.setattr(
        model,
        "compute_order",
        lambda rows, known=None: ops.array(
            np.tile(np.repeat(orders, 8, axis=0), (steps, 1))
        ),
        raising=False,
    )
    place = ops.array((np.repeat(np.arange(steps), 48) + 0.5) / steps)
    values = model.compute_bound_term(
        x, ops.cast(place, "float32"), num_steps=num_steps
    )
    return ops.convert_to_numpy(values).reshape(steps, 6, 8)


def test_the_best_network_has_the_density_itself(monkeypatch):
    """In every order: the terms of each sum up to it."""
    values = terms(masked(), None, monkeypatch)
    np.testing.assert_allclose(values.mean(axis=(0, 1)), LOG_PROB, rtol=1e-5)


def test_fewer_steps_have_a_lower_bound(monkeypatch):
    """In one step all bits are drawn as if they were independent."""
    one = terms(masked(), 1, monkeypatch).mean(axis=(0, 1))
    ones = JOINT @ BITS
    alone = (BITS * np.log(ones) + (1 - BITS) * np.log(1 - ones)).sum(axis=1)
    np.testing.assert_allclose(one, alone, rtol=1e-5)
    two = terms(masked(), 2, monkeypatch).mean(axis=(0, 1))
    assert JOINT @ one < JOINT @ two < JOINT @ LOG_PROB


def test_a_bound_is_none_of_more_than_all(monkeypatch):
    """Of any network the bounds of all data sum up to at most 1."""
    model = kgm.MaskedDiffusion.from_shape(
        (3,), network_options={"hidden_units": (4,)}, ema_momentum=0, seed=0
    )
    rng = np.random.default_rng(0)
    model.network.set_weights(
        [0.3 * rng.normal(size=w.shape) for w in model.network.get_weights()]
    )
    for steps in (None, 1, 2):
        bound = terms(model, steps, monkeypatch).mean(axis=(0, 1))
        assert 0.1 < np.exp(bound).sum() <= 1 + 1e-5


def test_the_verb_is_the_mean_of_the_terms():
    bound = masked().elbo(np.repeat(BITS, 50, axis=0), num_times=30, seed=0)
    means = bound.reshape(8, 50).mean(axis=1)
    errors = bound.reshape(8, 50).std(axis=1) / 50**0.5
    assert np.all(np.abs(means - LOG_PROB) < 4 * errors + 1e-4)


def shares(drawn):
    numbers = drawn.astype(int) @ [4, 2, 1]
    return np.bincount(numbers, minlength=8) / len(drawn)


def test_draws_have_the_probabilities_of_the_network():
    model = masked()
    np.testing.assert_allclose(
        shares(model.sample(20_000, seed=0)), JOINT, atol=0.015
    )
    ones = JOINT @ BITS
    alone = np.prod(np.where(BITS > 0, ones, 1 - ones), axis=1)
    np.testing.assert_allclose(
        shares(model.sample(20_000, num_steps=1, seed=0)), alone, atol=0.015
    )


def test_what_is_known_stays_and_the_rest_is_drawn_given_it():
    x = np.tile(np.array([[1.0, 0.0, 1.0]], "float32"), (20_000, 1))
    drawn = masked().inpaint(x, np.array([True, False, True]), seed=0)
    assert np.all(drawn[:, 1] == 0)
    given = np.where(BITS[:, 1] == 0, JOINT, 0)
    np.testing.assert_allclose(shares(drawn), given / given.sum(), atol=0.015)


def test_the_way_shows_a_few_more_values_in_each_step():
    way = masked().sample(10, num_steps=3, return_path=True, seed=0)
    hidden = (way == 0.5).sum(axis=2)
    np.testing.assert_array_equal(hidden, np.tile([3, 2, 1, 0], (10, 1)))
    assert np.all((way[:, 1:] == way[:, :-1]) | (way[:, :-1] == 0.5))


def test_logistic_mixtures_and_names_as_levels():
    x = np.random.default_rng(0).integers(0, 9, (40, 2, 3, 1))
    for output, data in (
        (kgm.layers.LogisticMixtureOutput(9), x / 8),
        (
            kgm.layers.CategoricalOutput(9, one_hot=True, data_range=(0, 8)),
            x,
        ),
    ):
        model = kgm.MaskedDiffusion.from_shape(
            (2, 3, 1),
            network="unet",
            network_options={"filters": (4,)},
            output=output,
        )
        model.compile()
        model.fit(data.astype("float32"), verbose=0)
        drawn = model.sample(3, num_steps=2, seed=0)
        np.testing.assert_allclose(model.check_data(drawn), drawn)


# --- Bayesian flow networks ---------------------------------------------------

PRIOR = np.array([0.1, 0.25, 0.65])


@keras.saving.register_keras_serializable("tests")
class Posterior(keras.layers.Layer):
    """Log odds of three levels, of values that know nothing of each other."""

    def call(self, inputs):
        seen, _ = inputs
        seen = ops.reshape(seen, (-1, 2, 3))
        likely = ops.maximum((1 + 2**0.5 * seen) / 3, 1e-30)
        odds = ops.log(likely) + ops.array(np.log(PRIOR), "float32")
        return ops.reshape(odds, (-1, 6))


def flow(**kwargs):
    seen, t = keras.Input((6,)), keras.Input(())
    network = keras.Model([seen, t], Posterior()([seen, t]))
    return kgm.BayesianFlowNetwork(
        network, num_levels=3, ema_momentum=0, seed=0, **kwargs
    )


@pytest.mark.parametrize("num_steps", [None, 1, 7])
def test_the_best_network_of_messages_has_the_density_itself(num_steps):
    """Whatever the messages are: what they do not tell, the last term does."""
    levels = np.array([[0, 0.5], [1, 1]], "float32")
    expected = np.log([PRIOR[0] * PRIOR[1], PRIOR[2] ** 2])
    for accuracy in (0.5, 3.0):
        bound = flow(accuracy=accuracy).elbo(
            np.repeat(levels, 2000, axis=0), num_steps=num_steps, seed=0
        )
        bound = bound.reshape(2, 2000)
        errors = bound.std(axis=1) / 2000**0.5
        assert np.all(np.abs(bound.mean(axis=1) - expected) < 4 * errors + 1e-4)


def test_draws_of_messages_have_the_probabilities_of_the_levels():
    drawn = flow().sample(10_000, num_steps=20, seed=0)
    shares = [(drawn == level).mean() for level in (0, 0.5, 1)]
    np.testing.assert_allclose(shares, PRIOR, atol=0.02)
    x = np.zeros((50, 2), "float32")
    drawn = flow().inpaint(x, np.array([True, False]), num_steps=5, seed=0)
    assert np.all(drawn[:, 1] == 0) and drawn[:, 0].any()


# --- variational diffusion ----------------------------------------------------


@keras.saving.register_keras_serializable("tests")
class LevelNoise(keras.layers.Layer):
    """E[noise | z_t] of two levels, 0.3 and 0.7 likely, by its log SNR."""

    def call(self, inputs):
        z, place = inputs
        log_snr = (13.3 - 18.3 * place)[:, None]
        alpha = ops.sqrt(ops.sigmoid(log_snr))
        sigma = ops.sqrt(ops.sigmoid(-log_snr))
        odds = np.log(0.7 / 0.3) + 2 * alpha * z / sigma**2
        data = 2 * ops.sigmoid(odds) - 1
        return (z - alpha * data) / sigma


def variational():
    z, t = keras.Input((1,)), keras.Input(())
    network = keras.Model([z, t], LevelNoise()([z, t]))
    return kgm.VariationalDiffusion(
        network, num_levels=2, ema_momentum=0, seed=0
    )


def test_the_best_denoiser_of_levels_has_their_probability():
    x = np.repeat(np.array([[0.0], [1.0]], "float32"), 2000, axis=0)
    model = variational()
    # Another course between the same ends changes nothing.
    for heights in (None, 2.0):
        if heights is not None:
            path = model.noise_path
            path.log_heights.assign(0.0 * path.log_heights + heights)
        bound = model.elbo(x, num_times=64, seed=0).reshape(2, 2000)
        errors = bound.std(axis=1) / 2000**0.5
        # What is left of x in the noise at the end costs a little.
        gap = np.log([0.3, 0.7]) - bound.mean(axis=1)
        assert np.all(np.abs(gap - 0.003) < 4 * errors + 0.005)


@pytest.mark.parametrize("num_levels", [2, 17, 256])
def test_the_network_sees_the_place_between_levels(num_levels):
    """One wave for each level, and one for two of them."""
    model = kgm.VariationalDiffusion.from_shape((3,), num_levels=num_levels)
    waves = next(
        layer
        for layer in model.network.layers
        if isinstance(layer, kgm.layers.FourierFeatures)
    )
    step = 2 / (num_levels - 1)
    x = np.array([[-0.7, 0.01, 0.4]])
    seen = [
        ops.convert_to_numpy(waves(ops.array(x + k * step, "float32")))[:, 3:]
        for k in range(3)
    ]
    one = np.arange(12) % 6 < 3  # of the sines and cosines, one per level
    np.testing.assert_allclose(seen[1][:, one], seen[0][:, one], atol=1e-3)
    np.testing.assert_allclose(seen[1][:, ~one], -seen[0][:, ~one], atol=1e-3)
    np.testing.assert_allclose(seen[2], seen[0], atol=1e-3)


def test_draws_of_levels_have_their_probabilities():
    drawn = variational().sample(2048, num_steps=100, seed=0)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    assert drawn.mean() == pytest.approx(0.7, abs=0.04)


def test_the_ends_learn_from_the_bound_and_the_course_from_its_evenness():
    """The course does not know the bound: it has no gradient of it."""
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).integers(0, 17, (512, 4)) / 16
    model = kgm.VariationalDiffusion.from_shape(
        (4,), num_levels=17, network_options={"hidden_units": (32,)}, seed=0
    )
    model.compile(keras.optimizers.Adam(5e-3))
    path = model.noise_path

    def unevenness():
        """Variance of what the times cost, over the square of the mean."""
        data = model.from_data(ops.array(np.tile(x, (8, 1)), "float32"))
        t = model.compute_times(len(data))
        noise = model.compute_normal(ops.shape(data))
        error = model.compute_squared_error(data, t, noise)
        costs = ops.convert_to_numpy(path.course_slope(t) * error)
        places = np.digitize(ops.convert_to_numpy(t), np.linspace(0, 1, 17))
        means = [costs[places == i].mean() for i in range(1, 17)]
        return np.var(means) / np.mean(means) ** 2

    model.fit(x, epochs=30, batch_size=64, verbose=0)
    trained = unevenness()
    path.log_heights.assign(0.0 * path.log_heights - 3.0)
    path.log_linear.assign(0.0 * path.log_linear)
    assert trained < 0.5 * unevenness()


# --- bad arguments ------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: masked().sample(2, num_steps=0), "`num_steps`"),
        (lambda: masked().sample(2, guidance=1.0), "`guidance`"),
        (lambda: masked().elbo(BITS, num_steps=0), "`num_steps`"),
        (lambda: masked().elbo(BITS / 2), "Expected 2 levels"),
        (lambda: masked().inpaint(BITS, BITS), "mask of bools"),
        (lambda: flow(accuracy=0.0), "`accuracy`"),
        (
            lambda: kgm.BayesianFlowNetwork(masked().network, num_levels=4),
            "numbers for each value",
        ),
        (
            lambda: kgm.VariationalDiffusion.from_shape((3,), data_range=None),
            "`data_range`",
        ),
        (
            lambda: kgm.VariationalDiffusion.from_shape(
                (3,), noise_path=kgm.layers.CosinePath()
            ),
            "LearnedPath",
        ),
        (lambda: variational().elbo(BITS[:, :1] + 0.1), "levels|values in"),
        (lambda: kgm.EDM.from_shape((3,), data_scale=0.0), "`data_scale`"),
        (lambda: kgm.EDM.from_shape((3,), sigma_min=90.0), "`sigma_min`"),
        (lambda: kgm.MeanFlow.from_shape((3,), jump_share=2.0), "`jump_share`"),
        (
            lambda: kgm.MeanFlow.from_shape((3,), adaptive_power=-1.0),
            "`adaptive_power`",
        ),
        (
            lambda: kgm.ShortcutModel.from_shape((3,), num_halvings=0),
            "`num_halvings`",
        ),
        (
            lambda: kgm.FlowMatching.from_shape((3,), time_sampling="best"),
            "`time_sampling`",
        ),
        (
            lambda: kgm.MeanFlow(kgm.networks.time_mlp((3,))),
            r"times \(batch, 2\)",
        ),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        call()
