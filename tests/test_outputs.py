"""Outputs of autoregressive models: probabilities, and draws from noise."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels import datasets
from keras_genmodels import layers
from keras_genmodels.training import input_gradient


def probabilities(output, parameters):
    """Of all levels, given the parameters of one value: `(num_levels,)`."""
    low, high = output.data_range
    x = np.linspace(low, high, output.num_levels, dtype="float32")
    rows = np.tile(parameters, (len(x), 1)).astype("float32")
    log_prob = output.log_prob(
        ops.convert_to_tensor(x), ops.convert_to_tensor(rows)
    )
    return np.exp(ops.convert_to_numpy(log_prob).astype("float64"))


def draws(output, parameters, num=4096):
    """One for each of evenly spread noises, as numbers of levels."""
    noise = (np.arange(num) + 0.5) / num
    if output.num_noise == 2:
        side = int(num**0.5)
        noise = (np.arange(side) + 0.5) / side
        noise = np.stack(np.meshgrid(noise, noise), -1).reshape(-1, 2)
    noise = noise.reshape(num, -1).astype("float32")
    rows = np.tile(parameters, (num, 1)).astype("float32")
    x = output.draw(ops.convert_to_tensor(rows), ops.convert_to_tensor(noise))
    output.check(ops.convert_to_numpy(x))
    return np.rint(ops.convert_to_numpy(output.levels(x))).astype(int)


OUTPUTS = {
    "bits": layers.BernoulliOutput(),
    "signs": layers.BernoulliOutput(data_range=(-1, 1)),
    "names": layers.CategoricalOutput(5, data_range=(0, 4), one_hot=True),
    "greys": layers.CategoricalOutput(17),
    "mixture": layers.LogisticMixtureOutput(16, num_components=3),
    "wide": layers.LogisticMixtureOutput(
        256, num_components=2, data_range=(-1, 1)
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_draws_and_probabilities_agree(name):
    output = OUTPUTS[name]
    rng = np.random.default_rng(1)
    parameters = rng.normal(size=output.num_parameters)
    p = probabilities(output, parameters)
    assert p.sum() == pytest.approx(1, abs=1e-4)
    counts = np.bincount(draws(output, parameters), minlength=len(p))
    error = 0.02 if output.num_noise == 2 else 1e-3
    cdf = np.cumsum(counts) / counts.sum()
    np.testing.assert_allclose(cdf, np.cumsum(p), atol=error)


def test_logistic_mixture_against_scipy():
    output = OUTPUTS["wide"]
    rng = np.random.default_rng(0)
    logits, means, log_scales = rng.normal(size=(3, 2))
    start = np.array([-0.5, 0.5])
    scales = np.exp(log_scales) / 2
    law = stats.logistic(start + means, scales)
    edges = (2 * np.arange(255) + 1) / 255 - 1
    cdf = np.r_[np.zeros((1, 2)), law.cdf(edges[:, None]), np.ones((1, 2))]
    weights = np.exp(logits) / np.exp(logits).sum()
    expected = np.diff(cdf, axis=0) @ weights
    parameters = np.concatenate([logits, means, log_scales])
    np.testing.assert_allclose(
        probabilities(output, parameters), expected, rtol=2e-4
    )


def test_far_tails_have_finite_logarithms_and_gradients():
    """Where both values of the distribution function round to one."""
    output = layers.LogisticMixtureOutput(256, num_components=1)
    levels = np.array([0.0, 128 / 255, 1.0], "float32")
    for mean in (-1e4, -20.0, 0.0, 20.0, 1e4):
        for log_scale in (-1e4, -9.0, 90.0, 1e4):
            parameters = np.tile([0.0, mean, log_scale], (3, 1))
            parameters = ops.convert_to_tensor(parameters, dtype="float32")

            def log_prob(parameters):
                return output.log_prob(ops.array(levels), parameters)

            for values in (
                log_prob(parameters),
                input_gradient(log_prob, parameters),
            ):
                assert np.isfinite(ops.convert_to_numpy(values)).all()


@pytest.mark.parametrize("picture", ["grey", "black", "white", "both"])
def test_constant_images_break_no_logistic_mixture(picture):
    """Their scales would shrink, or grow, for ever."""
    ends = np.arange(1200) % 2
    values = {"grey": 128 / 255, "black": 0, "white": 1, "both": ends}[picture]
    x = np.broadcast_to(np.reshape(values, (-1, 1)), (1200, 2))
    model = kgm.MADE(
        (2,), output="logistic_mixture", num_levels=256, hidden_units=(8,)
    )
    model.compile(keras.optimizers.Adam(0.03))
    before = model.log_prob(x[:8]).mean()
    losses = model.fit(x, batch_size=8, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert model.log_prob(x[:8]).mean() > before + 3
    if picture in ("black", "white"):
        np.testing.assert_array_equal(model.sample(8, seed=0), x[:8])


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_a_network_sees(name):
    output = OUTPUTS[name]
    low, high = output.data_range
    ends = ops.convert_to_tensor(np.array([low, high], "float32"))
    seen = ops.convert_to_numpy(output.embed(ends))
    assert seen.shape == (2, output.num_channels)
    if output.num_channels == 1:
        np.testing.assert_allclose(seen[:, 0], [-1, 1])
    else:
        np.testing.assert_array_equal(seen, np.eye(5)[[0, 4]])


@pytest.mark.parametrize("name", OUTPUTS)
def test_values_between_levels_are_refused(name):
    output = OUTPUTS[name]
    low, high = output.data_range
    step = (high - low) / (output.num_levels - 1)
    output.check(np.array([low, low + step, high]))
    with pytest.raises(ValueError, match="binarize|quantize"):
        output.check(np.array([low + 0.4 * step]))


@pytest.mark.parametrize("name", OUTPUTS)
def test_config_round_trip(name):
    output = OUTPUTS[name]
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(output)
    )
    assert type(copy) is type(output)
    assert copy.get_config() == output.get_config()


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.CategoricalOutput(1),
        lambda: layers.CategoricalOutput(4, data_range=(1, 0)),
        lambda: layers.LogisticMixtureOutput(num_components=0),
        lambda: layers.MaskedDense([[0, 1]], [[0], [1]]),
        lambda: layers.MaskedConv2D(4, 3, "C"),
        lambda: layers.MaskedConv2D(4, 2, "A"),
        lambda: layers.MaskedConv2D(4, 3, "A", num_groups=3).build(
            (None, 4, 4, 3)
        ),
    ],
)
def test_bad_arguments(make):
    with pytest.raises(ValueError, match="Received"):
        make()


def test_quantize():
    x = np.array([0.0, 0.2, 0.26, 0.5, 1.0])
    np.testing.assert_allclose(datasets.quantize(x, 5), [0, 0.25, 0.25, 0.5, 1])
    with pytest.raises(ValueError, match="levels"):
        datasets.quantize(x, 1)
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        datasets.quantize(2 * x, 3)
