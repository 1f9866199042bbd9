"""Every model under Keras' setting of float64."""

import keras
import numpy as np
import pytest

import keras_genmodels as kgm

SHAPE = (4, 4, 1)
MODELS = {
    "VAE": lambda: kgm.VAE.from_shape(SHAPE),
    "Autoencoder": lambda: kgm.Autoencoder.from_shape(SHAPE),
    "ConditionalVAE": lambda: kgm.ConditionalVAE.from_shape(
        SHAPE, num_classes=2
    ),
    "IWAE": lambda: kgm.IWAE.from_shape(SHAPE),
    "MixtureVAE": lambda: kgm.MixtureVAE.from_shape(SHAPE),
    "VQVAE": lambda: kgm.VQVAE.from_shape(SHAPE),
    "WGANGP": lambda: kgm.WGANGP.from_shape(SHAPE),
    "MADE": lambda: kgm.MADE.from_shape(SHAPE),
    "GatedPixelCNN": lambda: kgm.GatedPixelCNN.from_shape(SHAPE),
    "PixelRNN": lambda: kgm.PixelRNN.from_shape(SHAPE),
    "RNNMADE": lambda: kgm.RNNMADE.from_shape(SHAPE),
    "WaveNet": lambda: kgm.WaveNet.from_shape(SHAPE),
    "ImageTransformer": lambda: kgm.ImageTransformer.from_shape(SHAPE),
    "MultivariateGaussian": lambda: kgm.MultivariateGaussian(
        SHAPE, shrinkage=0.1
    ),
    "GaussianMixture": lambda: kgm.GaussianMixture(
        SHAPE, 2, covariance_floor=0.1
    ),
    "BayesClassifier": lambda: kgm.BayesClassifier(
        SHAPE, 2, covariance_floor=0.1
    ),
}


@pytest.fixture
def float64():
    if keras.backend.backend() == "jax":
        pytest.skip("JAX has float64 only if told so before it starts")
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("name", MODELS)
def test_float64(name, float64):
    model = MODELS[name]()
    model.compile()
    x = np.random.default_rng(0).integers(0, 2, (8, *SHAPE)).astype("float64")
    data = (x, np.arange(8) % 2) if model.num_classes else (x,)
    losses = model.fit(*data, batch_size=4, verbose=0).history
    assert np.isfinite(list(losses.values())).all()
    if name == "Autoencoder":
        model.fit_code_density(x)
    assert model.sample(2, seed=0).shape == (2, *SHAPE)
    for verb in ("log_prob", "elbo"):
        if hasattr(model, verb):
            values = getattr(model, verb)(*data)
            assert values.dtype == "float64"
            assert np.isfinite(values).all()
