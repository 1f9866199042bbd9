"""Scales that are learned, and data of other sizes than networks begin with."""

import keras
import numpy as np
import pytest

import keras_genmodels as kgm
from keras_genmodels import layers


def autoencoder_of_zeros(**kwargs):
    """It gives zeros back exactly, from the start, and only learns a scale."""
    model = kgm.Autoencoder.from_shape(
        (4,),
        hidden_units=(),
        likelihood=layers.NormalLikelihood(**kwargs),
    )
    for variable in model.decoder.variables:
        variable.assign(np.zeros(variable.shape))
    model.compile(keras.optimizers.SGD(0.2))
    return model


@pytest.mark.parametrize("kwargs", [{}, {"least_scale": 1e-2}])
def test_a_learned_scale_has_a_floor_and_leaves_it_again(kwargs):
    """The density of constant data is not infinite."""
    model = autoencoder_of_zeros(**kwargs)
    zeros = np.zeros((400, 4), "float32")
    # Of 4 values, each step of 0.2 lowers log_scale by 0.8: to -160.
    loss = model.fit(zeros, batch_size=2, verbose=0).history["loss"]
    assert np.isfinite(loss).all()
    least = kwargs.get("least_scale", 1e-4)
    log_scale = model.likelihood.log_scale
    assert float(log_scale.value) == pytest.approx(np.log(least), rel=1e-6)
    # Other data widen it, as no clipped scale could.
    model.compile(keras.optimizers.Adam(0.5))
    model.fit(zeros[:20] + 1, batch_size=2, verbose=0)
    assert float(log_scale.value) > np.log(least) + 1


def test_components_of_a_prior_have_a_floor():
    prior = layers.MixturePrior(3, 2)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(prior.trainable_variables)
    gradients = [keras.ops.ones(v.shape) for v in prior.trainable_variables]
    for _ in range(30):
        kgm.training.apply_gradients(
            optimizer, gradients, prior.trainable_variables
        )
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(prior.log_vars.value),
        np.log(1e-6),
        rtol=1e-6,
    )


def test_config_of_the_floor():
    layer = layers.NormalLikelihood(least_scale=0.01)
    copy = layers.NormalLikelihood.from_config(layer.get_config())
    assert copy.least_scale == 0.01
    for value in (0, -1.0, 2.0, float("nan")):
        with pytest.raises(ValueError, match="least_scale"):
            layers.NormalLikelihood(least_scale=value)


def table():
    x = np.random.default_rng(0).normal(size=(60, 6)).astype("float32")
    x[:, 2] *= 1e6
    return x


def vae(**kwargs):
    return kgm.VAE.from_shape(
        (6,), hidden_units=(8,), likelihood="normal", seed=0, **kwargs
    )


def vq_vae():
    return kgm.VQVAE.from_shape(
        (6,), hidden_units=(8,), num_embeddings=4, likelihood="normal", seed=0
    )


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 1

    def __getitem__(self, index):
        return (table(),)


@pytest.mark.parametrize("make", [vae, vq_vae])
def test_unscaled_data_are_refused_with_the_remedy(make):
    model = make()
    model.compile()
    before = model.get_weights()
    moved = table() * [1, 1, 0, 1, 1, 1] + 1000
    tiny = table() * [1, 1, 0, 1, 1, 1] * 1e-5
    for x in (table(), moved.astype("float32"), tiny.astype("float32")):
        with pytest.raises(ValueError, match="standardize.*Received: x with"):
            model.fit(x, verbose=0)
    with pytest.raises(ValueError, match="standardize"):
        model.fit(Batches(), verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    z, _ = kgm.datasets.standardize(table())
    history = model.fit(z, epochs=2, verbose=0).history
    assert np.isfinite(list(history.values())).all()


def test_networks_that_scale_by_themselves_take_data_of_any_size():
    x = table()
    normalization = keras.layers.Normalization()
    normalization.adapt(x)
    encoder = keras.Sequential(
        [keras.Input((6,)), normalization, keras.layers.Dense(4)]
    )
    back = keras.layers.Normalization(
        mean=x.mean(0), variance=x.var(0), invert=True
    )
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6), back])
    model = kgm.VAE(encoder, decoder, likelihood="normal")
    model.compile()
    history = model.fit(x, verbose=0).history
    assert np.isfinite(list(history.values())).all()


def test_constant_data_and_outliers_after_training_are_not_refused():
    model = vae()
    model.compile()
    model.fit(np.full((40, 6), 0.3, "float32"), verbose=0)
    model.fit(np.full((40, 6), -7.1, "float32"), verbose=0)
    assert model.elbo(table()).shape == (60,)
