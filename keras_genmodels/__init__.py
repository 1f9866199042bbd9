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
from keras_genmodels.models.autoencoders.flow_vae import FlowVAE
from keras_genmodels.models.autoencoders.hierarchical_vae import HierarchicalVAE
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
from keras_genmodels.models.diffusion.bayesian_flow_network import (
    BayesianFlowNetwork,
)
from keras_genmodels.models.diffusion.ddpm import DDPM
from keras_genmodels.models.diffusion.edm import EDM
from keras_genmodels.models.diffusion.flow_matching import FlowMatching
from keras_genmodels.models.diffusion.masked_diffusion import MaskedDiffusion
from keras_genmodels.models.diffusion.mean_flow import MeanFlow
from keras_genmodels.models.diffusion.shortcut_model import ShortcutModel
from keras_genmodels.models.diffusion.variational_diffusion import (
    VariationalDiffusion,
)
from keras_genmodels.models.energy.energy_based_model import EnergyBasedModel
from keras_genmodels.models.energy.joint_energy_model import JointEnergyModel
from keras_genmodels.models.energy.ncsn import NCSN
from keras_genmodels.models.energy.rbm import RBM
from keras_genmodels.models.energy.score_model import ScoreModel
from keras_genmodels.models.flows.continuous_flow import ContinuousFlow
from keras_genmodels.models.flows.flow_model import FlowModel
from keras_genmodels.models.flows.glow import Glow
from keras_genmodels.models.flows.maf import MAF
from keras_genmodels.models.flows.neural_spline_flow import NeuralSplineFlow
from keras_genmodels.models.flows.real_nvp import RealNVP
from keras_genmodels.models.gaussians.bayes_classifier import BayesClassifier
from keras_genmodels.models.gaussians.gaussian_mixture import GaussianMixture
from keras_genmodels.models.gaussians.multivariate_gaussian import (
    MultivariateGaussian,
)

__version__ = "0.1.0"

# Imported on first use: they need Matplotlib or scikit-learn, or are for those
# who write models of their own.
_SUBMODULES = (
    "bijections",
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
    "EDM",
    "GAN",
    "IWAE",
    "MADE",
    "MAF",
    "NCSN",
    "R3GAN",
    "RBM",
    "RNNMADE",
    "VAE",
    "VQVAE",
    "WGANGP",
    "Autoencoder",
    "BayesClassifier",
    "BayesianFlowNetwork",
    "CategoricalPrior",
    "ConditionalGAN",
    "ConditionalVAE",
    "ContinuousFlow",
    "DenoisingAutoencoder",
    "EnergyBasedModel",
    "FlowMatching",
    "FlowModel",
    "FlowVAE",
    "GatedPixelCNN",
    "GaussianMixture",
    "GenerativeModel",
    "Glow",
    "HierarchicalVAE",
    "ImageTransformer",
    "JointEnergyModel",
    "MaskedDiffusion",
    "MeanFlow",
    "MixtureVAE",
    "MultivariateGaussian",
    "NeuralSplineFlow",
    "PixelCNN",
    "PixelRNN",
    "RealNVP",
    "ScoreModel",
    "ShortcutModel",
    "VariationalDiffusion",
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
