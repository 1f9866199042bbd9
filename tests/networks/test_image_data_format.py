"""`channels_first` in `keras.json`: images here have their channels last."""

import keras
import numpy as np
import pytest
from keras import ops
from tiny_models import SETTINGS
from tiny_models import fit_briefly
from tiny_models import tiny_model

import keras_genmodels as kgm

BACKEND = keras.backend.backend()


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


@pytest.mark.usefixtures("channels_first")
@pytest.mark.parametrize(
    "name",
    [
        name
        if BACKEND == "torch"
        else pytest.param(name, marks=pytest.mark.slow)  # to compile
        for name in SETTINGS
    ],
)
def test_every_model_trains_and_draws(name):
    model = tiny_model(name, (3, 4, 2))
    assert np.isfinite(fit_briefly(model)).all()
    assert model.sample(3, seed=0).shape == (3, 3, 4, 2)


NETWORKS = {
    "ConditionalGAN": {"batch_normalization": True},
    "ConditionalVAE": {"batch_normalization": True},
    "DCGAN": {"upsampling": "resize"},
    "GAN": {"network": "dense"},
    "GatedPixelCNN": {},
    "PixelRNN": {},
    "VAE": {},
    "VQVAE": {},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_the_same_functions(name):
    """As where the channels come last, with the same weights."""
    before = tiny_networks(name)
    try:
        keras.config.set_image_data_format("channels_first")
        after = tiny_networks(name)
    finally:
        keras.config.set_image_data_format("channels_last")
    rng = np.random.default_rng(0)
    for old, new in zip(before, after, strict=True):
        new.set_weights(old.get_weights())
        shapes = [tensor.shape[1:] for tensor in old.inputs]
        x = [rng.normal(size=(2, *shape)).astype("float32") for shape in shapes]
        values = (network(x if x[1:] else x[0]) for network in (old, new))
        np.testing.assert_allclose(
            *map(ops.convert_to_numpy, values), rtol=1e-5, atol=1e-6
        )


def tiny_networks(name):
    settings = SETTINGS[name] | NETWORKS[name]
    model = getattr(kgm, name).from_shape((3, 4, 2), **settings)
    names = ("encoder", "decoder", "generator", "discriminator", "network")
    return [getattr(model, n) for n in names if hasattr(model, n)]
