"""Flows of levels: the bound of their probabilities; ActNorm in training."""

import itertools

import keras
import numpy as np
import pytest
from flows import EAGERLY
from flows import as_array
from flows import compiled
from flows import grid
from flows import normal
from flows import shaken
from keras import ops

import keras_genmodels as kgm
from keras_genmodels import bijections as kb
from keras_genmodels.distributions import sum_per_example

SMALL = {"num_steps": 2, "hidden_units": (8,)}


@keras.saving.register_keras_serializable("tests")
class Uniform(kb.Bijection):
    """From the uniform distribution on [0, 1) to the normal one."""

    def forward(self, x, context=None, training=False):
        x = ops.clip(x, 1e-6, 1 - 1e-6)
        z = 2**0.5 * ops.erfinv(2 * x - 1)
        log_slope = 0.5 * (np.log(2 * np.pi) + ops.square(z))
        return z, sum_per_example(log_slope)

    def inverse(self, z, context=None):
        x = 0.5 * (1 + ops.erf(z / 2**0.5))
        log_slope = -0.5 * (np.log(2 * np.pi) + ops.square(z))
        return x, sum_per_example(log_slope)


def levels(num_rows, num_levels, shape):
    rng = np.random.default_rng(0)
    x = rng.integers(0, num_levels, (num_rows, *shape)) / (num_levels - 1)
    return x.astype("float32")


def test_of_a_uniform_flow_all_levels_are_equally_likely():
    shape, num_levels = (2, 1, 1), 4
    model = kgm.FlowModel(Uniform(), shape, num_levels=num_levels, seed=0)
    x = levels(50, num_levels, shape)
    expected = -2 * np.log(num_levels)
    np.testing.assert_allclose(model.elbo(x), expected, atol=1e-5)
    np.testing.assert_allclose(
        model.importance_log_prob(x, 3), expected, atol=1e-5
    )
    drawn = model.sample(8000, seed=0)
    np.testing.assert_array_equal(model.check_data(drawn), drawn)
    values, counts = np.unique(drawn, return_counts=True)
    np.testing.assert_allclose(values, [0, 1 / 3, 2 / 3, 1], atol=1e-6)
    np.testing.assert_allclose(counts / drawn.size, 0.25, atol=0.02)


def test_the_range_of_the_levels_does_not_matter():
    """Bits that are -1 and 1 have the probabilities of those that are 0 and 1.

    The logit takes both to the same numbers.
    """
    bounds = []
    noise = np.random.default_rng(1).random((20, 3), dtype="float32")
    for low, high in ((0, 1), (-1, 1)):
        flow = kgm.MAF.from_shape(
            (3,), data_range=(low, high), num_levels=2, **SMALL
        )
        flow = shaken(flow)
        elbo = compiled(lambda x, u, flow=flow: flow.compute_elbo(x, noise=u))
        x = low + (high - low) * levels(20, 2, (3,))
        bounds.append(as_array(elbo(ops.array(x), ops.array(noise))))
    np.testing.assert_allclose(*bounds, rtol=1e-4, atol=1e-4)


def test_bounds_of_all_data_sum_up_to_less_than_one():
    """Of 3^2 examples, the noise being all points of a grid."""
    model = kgm.NeuralSplineFlow.from_shape(
        (2,),
        num_levels=3,
        num_bins=3,
        num_steps=1,
        hidden_units=(8,),
        margin=0.05,  # smooth enough for the grid
    )
    model = shaken(model, scale=0.3)
    images = np.array(list(itertools.product([0, 0.5, 1], repeat=2)))
    places = (np.arange(40) + 0.5) / 40
    noise = np.array(list(itertools.product(places, repeat=2)))
    x = np.repeat(images, len(noise), axis=0)
    u = np.tile(noise, (len(images), 1))
    elbo = compiled(lambda x, u: model.compute_elbo(x, noise=u))
    terms = elbo(ops.array(x, "float32"), ops.array(u, "float32"))
    terms = as_array(terms).reshape(9, -1).astype("float64")
    bound = np.exp(terms.mean(axis=1)).sum()
    # What is within the range, by many draws under the logarithm.
    inside = np.exp(terms).mean(axis=1).sum()
    assert 0.2 < bound < inside < 1
    plane, area = grid(0, 1, 200)
    log_prob = as_array(compiled(model.compute_log_prob)(ops.array(plane)))
    within = np.exp(log_prob.astype("float64")).sum() * area
    assert inside == pytest.approx(within, abs=0.01)


@pytest.fixture(scope="module")
def four_levels():
    """A model of three values."""
    model = kgm.MAF.from_shape((3,), num_levels=4, seed=0, **SMALL)
    return shaken(model, scale=1.0)


def test_more_draws_tighten_the_bound(four_levels):
    x = levels(100, 4, (3,))
    means = [
        four_levels.importance_log_prob(x, count, seed=0).mean()
        for count in (1, 4, 20)
    ]
    assert means[0] + 1e-3 < means[1] < means[2] - 1e-3
    one = four_levels.importance_log_prob(x, 1, seed=3)
    np.testing.assert_allclose(one, four_levels.elbo(x, seed=3), rtol=1e-5)


def test_without_levels_the_bound_is_the_density():
    model = shaken(kgm.MAF.from_shape((3,), **SMALL))
    x = normal(10, 3)
    np.testing.assert_array_equal(model.elbo(x), model.log_prob(x))


@pytest.mark.parametrize("run_eagerly", EAGERLY)
def test_noise_is_new_in_every_step(run_eagerly):
    model = kgm.MAF.from_shape((3,), num_levels=4, seed=0, **SMALL)
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=run_eagerly)
    x = levels(32, 4, (3,))
    logs = [model.train_on_batch(x, return_dict=True) for _ in range(4)]
    # The first of these also begins the normalisation.
    assert len({float(log["loss"]) for log in logs[1:]}) == 3
    bits = 3 * np.log(2) * logs[0]["bits_per_dim"]
    assert bits == pytest.approx(logs[0]["loss"], rel=1e-5)


def test_values_between_levels_are_refused_where_levels_are_wanted(
    four_levels,
):
    x = np.random.default_rng(0).random((100, 3), dtype="float32")
    for call in (four_levels.fit, four_levels.evaluate, four_levels.elbo):
        with pytest.raises(ValueError, match="levels.*quantize"):
            call(x)
    with pytest.raises(ValueError, match="levels"):
        four_levels.importance_log_prob(x)
    assert four_levels.log_prob(x).shape == (100,)  # of real numbers


# --- ActNorm in a model -------------------------------------------------------


@pytest.mark.parametrize("run_eagerly", EAGERLY)
def test_normalisation_does_not_begin_anew_after_loading(run_eagerly, tmp_path):
    network = kgm.networks.mlp((1,), (2,), (4,), output_initializer="zeros")
    steps = [kb.ActNorm(2), kb.Coupling(kb.AffineMap(), network, 1)]
    model = kgm.FlowModel(kb.Chain(steps), (2,), seed=0)
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=run_eagerly)
    x = normal(64, 2) * [3, 0.1] + [5, -2]
    model.train_on_batch(x)
    norm = model.bijection.bijections[0]
    np.testing.assert_allclose(as_array(norm.shift), -x.mean(0), rtol=1e-4)
    np.testing.assert_allclose(
        as_array(norm.log_scale), -np.log(x.std(0)), rtol=1e-4
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    loaded.compile(keras.optimizers.SGD(0.0), run_eagerly=run_eagerly)
    for each in (model, loaded):
        each.train_on_batch(100 * x)
        for old, new in zip(
            norm.get_weights(),
            each.bijection.bijections[0].get_weights(),
            strict=True,
        ):
            np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("run_eagerly", EAGERLY)
def test_the_first_step_has_a_gradient_too(run_eagerly):
    """The batch gives the values; the optimizer moves on from there."""
    model = kgm.FlowModel(kb.Chain([kb.ActNorm(2)]), (2,))
    model.compile(keras.optimizers.SGD(0.5), run_eagerly=run_eagerly)
    x = np.repeat([[0.0, 4.0], [2.0, 4.0]], 8, axis=0)
    x[:, 1] += np.tile([1.0, -1.0], 8)
    # Given weights, only the second half counts.
    model.train_on_batch(x, sample_weight=np.repeat([0.0, 1.0], 8))
    shift, log_scale = model.bijection.bijections[0].get_weights()[:2]
    # At the statistics z = (1, +-1), of which half the batch has weight 1.
    np.testing.assert_allclose(shift, [-1 - 0.5 * 0.5, -4], atol=1e-5)
    np.testing.assert_allclose(log_scale, [0, 0], atol=1e-5)
