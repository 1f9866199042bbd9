"""Convolutional models take batches of any size, one row included."""

import keras
import numpy as np
import pytest

import keras_genmodels as kgm

SMALL = {"network": "conv", "hidden_units": (4, 8)}
MODELS = {
    "VAE": lambda shape: kgm.VAE.from_shape(shape, **SMALL),
    "VQVAE": lambda shape: kgm.VQVAE.from_shape(shape, hidden_units=(4, 8)),
    "GAN": lambda shape: kgm.GAN.from_shape(shape, **SMALL),
    "WGANGP": lambda shape: kgm.WGANGP.from_shape(shape, **SMALL),
    "DCGAN": lambda shape: kgm.DCGAN.from_shape(shape, filters=(4, 8)),
    "DCGAN resize": lambda shape: kgm.DCGAN.from_shape(
        shape, filters=(4, 8), upsampling="resize"
    ),
    "PixelCNN": kgm.PixelCNN.from_shape,
    "GatedPixelCNN": kgm.GatedPixelCNN.from_shape,
    "WaveNet": kgm.WaveNet.from_shape,
}


@pytest.mark.parametrize("shape", [(8, 8, 1), (7, 5, 1), (8, 8, 3)], ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_a_batch_of_one_row(name, shape):
    if keras.backend.backend() != "torch" and shape != (7, 5, 1):
        pytest.skip("the others compile a step for each")
    model = MODELS[name](shape)
    model.compile()
    x = np.random.default_rng(0).integers(0, 2, (1, *shape)).astype("float32")
    model.reset_metrics()
    logs = model.train_on_batch(x, return_dict=True)
    assert np.isfinite(list(logs.values())).all()
