"""Generative models in Keras 3, each in one readable file.

    import keras_genmodels as kgm

    (x_train, _), (x_test, _) = kgm.datasets.load("digits")
    vae = kgm.VAE.from_shape(x_train.shape[1:], latent_dim=2)
    vae.compile()
    vae.fit(x_train, epochs=100, validation_data=(x_test,))
    vae.sample(16, seed=0)

Every model trains on TensorFlow, JAX and PyTorch: set `KERAS_BACKEND`.
"""

import importlib

from keras_genmodels._internal.backend_choice import choose_backend
from keras_genmodels._internal.suggestions import unknown_attribute

choose_backend()  # before the first import of Keras

from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.models.adversarial.conditional_gan import ConditionalGAN
from keras_genmodels.models.adversarial.dcgan import DCGAN
from keras_genmodels.models.adversarial.gan import GAN
from keras_genmodels.models.adversarial.r3gan import R3GAN
from keras_genmodels.models.adversarial.wgan_gp import WGANGP
from keras_genmodels.models.autoencoders.autoencoder import Autoencoder
from keras_genmodels.models.autoencoders.categorical_prior import (
    CategoricalPrior,
)
from keras_genmodels.models.autoencoders.conditional_vae import ConditionalVAE
from keras_genmodels.models.autoencoders.denoising_autoencoder import (
    DenoisingAutoencoder,
)
from keras_genmodels.models.autoencoders.iwae import IWAE
from keras_genmodels.models.autoencoders.mixture_vae import MixtureVAE
from keras_genmodels.models.autoencoders.vae import VAE
from keras_genmodels.models.autoencoders.vq_vae import VQVAE
from keras_genmodels.models.autoregressive.gated_pixel_cnn import GatedPixelCNN
from keras_genmodels.models.autoregressive.image_transformer import (
    ImageTransformer,
)
from keras_genmodels.models.autoregressive.made import MADE
from keras_genmodels.models.autoregressive.pixel_cnn import PixelCNN
from keras_genmodels.models.autoregressive.pixel_rnn import PixelRNN
from keras_genmodels.models.autoregressive.rnn_made import RNNMADE
from keras_genmodels.models.autoregressive.wavenet import WaveNet
from keras_genmodels.models.diffusion.ddpm import DDPM
from keras_genmodels.models.diffusion.flow_matching import FlowMatching
from keras_genmodels.models.gaussians.bayes_classifier import BayesClassifier
from keras_genmodels.models.gaussians.gaussian_mixture import GaussianMixture
from keras_genmodels.models.gaussians.multivariate_gaussian import (
    MultivariateGaussian,
)

__version__ = "0.1.0"

# Imported on first use: they need Matplotlib or scikit-learn, or are for those
# who write models of their own.
_SUBMODULES = (
    "callbacks",
    "datasets",
    "distributions",
    "explore",
    "layers",
    "metrics",
    "networks",
    "plotting",
    "training",
)

__all__ = [
    "DCGAN",
    "DDPM",
    "GAN",
    "IWAE",
    "MADE",
    "R3GAN",
    "RNNMADE",
    "VAE",
    "VQVAE",
    "WGANGP",
    "Autoencoder",
    "BayesClassifier",
    "CategoricalPrior",
    "ConditionalGAN",
    "ConditionalVAE",
    "DenoisingAutoencoder",
    "FlowMatching",
    "GatedPixelCNN",
    "GaussianMixture",
    "GenerativeModel",
    "ImageTransformer",
    "MixtureVAE",
    "MultivariateGaussian",
    "PixelCNN",
    "PixelRNN",
    "WaveNet",
    "__version__",
    *_SUBMODULES,
]


def __getattr__(name):
    if name in _SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise unknown_attribute(__name__, name, __all__)


def __dir__():
    return sorted(__all__)
