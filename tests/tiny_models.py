"""A small one of every model of images, for what all of them must bear."""

import numpy as np

import keras_genmodels as kgm

DENSE = {"hidden_units": (4,)}
CONV = {"hidden_units": (3,), "network": "conv"}
LABELS = {"num_classes": 3}
PIXELS = {"filters": 3, "num_blocks": 1}
SETTINGS = {
    "Autoencoder": CONV,
    "BayesClassifier": LABELS,
    "ConditionalGAN": CONV | LABELS,
    "ConditionalVAE": CONV | LABELS,
    "DCGAN": {"filters": (3, 4), "latent_dim": 2},
    "DDPM": {"diffusion_steps": 4, "network_options": DENSE},
    "DenoisingAutoencoder": CONV,
    "FlowMatching": LABELS
    | {"network": "unet", "network_options": {"filters": (4, 4)}},
    "GAN": CONV,
    "GatedPixelCNN": PIXELS | LABELS | {"label_dropout": 0.1},
    "GaussianMixture": {"num_components": 2},
    "IWAE": CONV | {"num_samples": 2},
    "ImageTransformer": {"units": 4, "num_heads": 2, "num_layers": 1},
    "MADE": DENSE,
    "MixtureVAE": CONV | {"num_components": 2},
    "MultivariateGaussian": {"shrinkage": 0.5},
    "PixelCNN": PIXELS,
    "PixelRNN": PIXELS,
    "R3GAN": CONV,
    "RNNMADE": {"units": 4},
    "VAE": CONV,
    "VQVAE": {"hidden_units": (3,), "num_embeddings": 4},
    "WGANGP": CONV,
    "WaveNet": {"units": 4},
}


def tiny_model(name, data_shape=(3, 4, 1)):
    return getattr(kgm, name).from_shape(data_shape, **SETTINGS[name])


def tiny_data(model, num_rows=30):
    """Binary images, and labels if the model wants them: `(x,)`, `(x, y)`."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (num_rows, *model.data_shape)).astype("float32")
    if model.num_classes is None:
        return (x,)
    return x, np.arange(num_rows) % model.num_classes


def fit_briefly(model):
    """Train it on one batch, so that it can draw; returns the losses."""
    data = tiny_data(model)
    model.compile()
    history = model.fit(*data, batch_size=30, verbose=0).history
    if hasattr(model, "fit_code_density"):
        model.fit_code_density(data[0])
    return [value for values in history.values() for value in values]
