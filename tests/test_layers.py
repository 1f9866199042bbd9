"""Layers by themselves; what they do within a model is tested there."""

import keras
import numpy as np
import pytest
from scipy import stats

from keras_genmodels import layers
from keras_genmodels.layers import BernoulliLikelihood
from keras_genmodels.layers import NormalLikelihood
from keras_genmodels.layers import Sampling


def numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


def tensors(*arrays):
    return [keras.ops.convert_to_tensor(array) for array in arrays]


@pytest.fixture
def parameters():
    rng = np.random.default_rng(0)
    return tuple(rng.normal(size=(2, 6, 3)).astype("float32"))


def test_sampling_draws_from_the_distribution(parameters):
    mean, log_var = (np.repeat(p[:1], 20_000, 0) for p in parameters)
    z = numpy(Sampling(seed=0)((mean, log_var)))
    for i in range(3):
        fit = stats.kstest(
            z[:, i], "norm", args=(mean[0, i], np.exp(log_var[0, i] / 2))
        )
        assert fit.pvalue > 1e-3
    assert np.abs(np.corrcoef(z.T) - np.eye(3)).max() < 0.05


def test_sampling_uses_the_noise_that_it_is_given(parameters):
    mean, log_var = parameters
    layer = Sampling()
    z = layer((mean, log_var), noise=np.full((6, 3), 2.0, "float32"))
    np.testing.assert_allclose(
        numpy(z), mean + 2 * np.exp(log_var) ** 0.5, rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(
        numpy(layer((mean, log_var), noise=np.zeros((1, 3), "float32"))),
        mean,
        rtol=1e-6,
    )


def test_sampling_draws_anew_and_reproducibly(parameters):
    a, b = Sampling(seed=1), Sampling.from_config(Sampling(seed=1).get_config())
    first = numpy(a(parameters))
    np.testing.assert_array_equal(first, numpy(b(parameters)))
    assert not np.array_equal(first, numpy(a(parameters)))


def test_sampling_in_a_functional_model(parameters, tmp_path):
    inputs = keras.Input((3,)), keras.Input((3,))
    model = keras.Model(inputs, Sampling(seed=0)(inputs))
    assert model.predict(parameters, verbose=0).shape == (6, 3)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.predict(parameters, verbose=0).shape == (6, 3)


def test_likelihoods_against_scipy():
    rng = np.random.default_rng(0)
    decoded = rng.normal(size=(5, 4)).astype("float32")
    x = rng.normal(size=(5, 4)).astype("float32")
    np.testing.assert_allclose(
        numpy(NormalLikelihood(scale=0.3).log_prob(*tensors(x, decoded))),
        stats.norm.logpdf(x, decoded, 0.3).sum(1),
        rtol=1e-5,
    )
    likelihood = BernoulliLikelihood()
    probability = numpy(likelihood.mean(*tensors(decoded)))
    bits = (x > 0).astype("float32")
    np.testing.assert_allclose(
        numpy(likelihood.log_prob(*tensors(bits, decoded))),
        stats.bernoulli.logpmf(x > 0, probability).sum(1),
        rtol=1e-5,
    )


def test_draws_of_the_normal_likelihood():
    decoded = np.full((20_000, 2), [1.0, -3.0], "float32")
    seed = keras.random.SeedGenerator(0)
    drawn = numpy(NormalLikelihood(scale=0.5).draw(*tensors(decoded), seed))
    for column, mean in zip(drawn.T, (1.0, -3.0), strict=True):
        assert stats.kstest(column, "norm", args=(mean, 0.5)).pvalue > 1e-3


SEALED = {
    "num_groups": lambda: layers.GatedActivation(2),
    "mask_type": lambda: layers.MaskedConv2D(2, 3, "A"),
    "strict": lambda: layers.MaskedDense([0, 1], [0, 1]),
    "dilation_rate": lambda: layers.CausalConv1D(2),
    "num_heads": lambda: layers.CausalSelfAttention(2),
    "units": lambda: layers.DiagonalBiLSTM(2),
    "kernel_size": lambda: layers.RowLSTM(2),
    "kind": lambda: layers.PlaceEmbedding((2, 2)),
    "seed": lambda: layers.Sampling(seed=0),
    "dropout": lambda: layers.TransformerBlock(2, dropout=0.1),
    "residual": lambda: layers.WaveNetBlock(2),
    "data_range": lambda: layers.BernoulliOutput(),
    "one_hot": lambda: layers.CategoricalOutput(3),
    "num_components": lambda: layers.LogisticMixtureOutput(),
}


@pytest.mark.parametrize("name", SEALED)
def test_arguments_of_layers_are_fixed(name):
    """A compiled step would not see another value, an eager one would."""
    layer = SEALED[name]()
    with pytest.raises(AttributeError, match="fixed when it is made"):
        setattr(layer, name, getattr(layer, name))
    type(layer).from_config(layer.get_config())
