"""A small one of every model of images, for what all of them must bear."""

import numpy as np

import keras_genmodels as kgm

DENSE = {"hidden_units": (4,)}
CONV = {"hidden_units": (3,), "network": "conv"}
LABELS = {"num_classes": 3}
UNET = {"filters": (4, 4)}
PIXELS = {"filters": 3, "num_blocks": 1}
FLOW = {"filters": 3, "num_steps": 2, "num_levels": 2}
CHAINS = {"num_chains": 4, "chains_per_step": 2, "langevin_steps": 2}
SETTINGS = {
    "Autoencoder": CONV,
    "BayesClassifier": LABELS,
    "BayesianFlowNetwork": {"network": "unet", "network_options": UNET},
    "ConditionalGAN": CONV | LABELS,
    "ConditionalVAE": CONV | LABELS,
    "ContinuousFlow": DENSE | {"num_steps": 2},
    "DCGAN": {"filters": (3, 4), "latent_dim": 2},
    "DDPM": {"diffusion_steps": 4, "network_options": DENSE},
    "DenoisingAutoencoder": CONV,
    "EDM": {"network": "unet", "network_options": UNET},
    "EnergyBasedModel": CONV | CHAINS,
    "FlowMatching": LABELS | {"network": "unet", "network_options": UNET},
    "FlowVAE": CONV,
    "GAN": CONV,
    "GatedPixelCNN": PIXELS | LABELS | {"label_dropout": 0.1},
    "GaussianMixture": {"num_components": 2},
    "Glow": FLOW,
    "HierarchicalVAE": CONV | {"latent_dims": (2, 1)},
    "IWAE": CONV | {"num_samples": 2},
    "ImageTransformer": {"units": 4, "num_heads": 2, "num_layers": 1},
    "JointEnergyModel": CONV | LABELS | CHAINS,
    "MADE": DENSE,
    "MAF": DENSE | LABELS,
    "MaskedDiffusion": LABELS | {"network": "unet", "network_options": UNET},
    "MeanFlow": {"network": "unet", "network_options": UNET},
    "MixtureVAE": CONV | {"num_components": 2},
    "MultivariateGaussian": {"shrinkage": 0.5},
    "NCSN": {"network_options": DENSE},
    "NeuralSplineFlow": FLOW | LABELS,
    "PixelCNN": PIXELS,
    "PixelRNN": PIXELS,
    "R3GAN": CONV,
    "RBM": {"hidden_units": 4, "num_chains": 5},
    "RNNMADE": {"units": 4},
    "RealNVP": FLOW | LABELS,
    "ScoreModel": {"hidden_units": 3, "network": "conv"},
    "ShortcutModel": {"network_options": DENSE},
    "VAE": CONV,
    "VQVAE": {"hidden_units": (3,), "num_embeddings": 4},
    "VariationalDiffusion": {"network_options": DENSE},
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
