"""Convolutions of batches of any size, a single row included."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

import keras_genmodels as kgm
from keras_genmodels.training import value_and_grad

on_torch = keras.backend.backend() == "torch"

LAYERS = {
    "conv": lambda units, **kwargs: layers.Conv2D(
        units, 3, padding="same", data_format="channels_last", **kwargs
    ),
    "stride": lambda units, **kwargs: layers.Conv2D(
        units, 2, strides=2, data_format="channels_last", **kwargs
    ),
    "transposed": lambda units, **kwargs: layers.Conv2DTranspose(
        units, 3, strides=2, data_format="channels_last", **kwargs
    ),
    "masked": lambda units, **kwargs: kgm.layers.MaskedConv2D(
        units, 3, "B", **kwargs
    ),
    "sequence": lambda units, **kwargs: layers.Conv1D(
        units, 3, padding="same", data_format="channels_last", **kwargs
    ),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", LAYERS)
def test_a_row_has_half_the_gradient_of_two_equal_rows(name, dtype):
    for channels, units in ((1, 1), (1, 2), (3, 1), (3, 2)):
        layer = LAYERS[name](units, dtype=dtype)
        shape = (4, channels) if name == "sequence" else (4, 5, channels)
        row = np.random.default_rng(0).normal(size=(1, *shape))
        layer.build((None, *shape))

        def gradients(x, layer=layer, dtype=dtype):
            x = ops.convert_to_tensor(x, dtype=dtype)
            _, gradients = value_and_grad(
                lambda: ops.sum(ops.square(layer(x))), layer.trainable_variables
            )
            return [ops.convert_to_numpy(gradient) for gradient in gradients]

        twice = gradients(np.repeat(row, 2, axis=0))
        for one, two in zip(gradients(row), twice, strict=True):
            np.testing.assert_allclose(2 * one, two, rtol=1e-4, atol=1e-4)


CONV = {"network": "conv", "hidden_units": (2, 3)}
PIXELS = {"filters": 3, "num_blocks": 1}
MODELS = {
    "Autoencoder": CONV,
    "VAE": CONV,
    "VQVAE": {"hidden_units": (3,), "num_embeddings": 4},
    "GAN": CONV,
    "WGANGP": CONV,
    "DCGAN": {"filters": (2, 3), "latent_dim": 2, "upsampling": "resize"},
    "PixelCNN": PIXELS,
    "GatedPixelCNN": PIXELS,
    "PixelRNN": PIXELS,
    "WaveNet": {"units": 3},
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "name",
    [
        # Elsewhere each size is compiled, which is slow and finds nothing new.
        name if on_torch else pytest.param(name, marks=pytest.mark.slow)
        for name in MODELS
    ],
)
def test_models_train_on_batches_of_any_size(name, channels):
    """Of odd images and of even ones, and the verbs take single rows."""
    for height, width in ((5, 7), (4, 6)):
        shape = height, width, channels
        model = getattr(kgm, name).from_shape(shape, **MODELS[name])
        model.compile()
        rng = np.random.default_rng(0)
        x = rng.integers(0, 2, (31, *shape)).astype("float32")
        for rows in (1, 2, 31):
            logs = model.train_on_batch(x[:rows], return_dict=True)
            assert np.isfinite(list(logs.values())).all()
        history = model.fit(x[:3], batch_size=2, verbose=0).history
        assert np.isfinite(list(history.values())).all()
        if name == "Autoencoder":
            model.fit_code_density(x)
        assert model.sample(1, seed=0).shape == (1, *shape)
