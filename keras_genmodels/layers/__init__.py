"""Layers that generative models are built of."""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.layers.autoregressive_output import AutoregressiveOutput
from keras_genmodels.layers.bernoulli_likelihood import BernoulliLikelihood
from keras_genmodels.layers.bernoulli_output import BernoulliOutput
from keras_genmodels.layers.categorical_output import CategoricalOutput
from keras_genmodels.layers.causal_conv_1d import CausalConv1D
from keras_genmodels.layers.causal_self_attention import CausalSelfAttention
from keras_genmodels.layers.corruption import Corruption
from keras_genmodels.layers.cosine_path import CosinePath
from keras_genmodels.layers.diagonal_bilstm import DiagonalBiLSTM
from keras_genmodels.layers.diffusion_block import DiffusionBlock
from keras_genmodels.layers.exploding_path import ExplodingPath
from keras_genmodels.layers.fourier_features import FourierFeatures
from keras_genmodels.layers.gated_activation import GatedActivation
from keras_genmodels.layers.gaussian_corruption import GaussianCorruption
from keras_genmodels.layers.learned_path import LearnedPath
from keras_genmodels.layers.linear_beta_path import LinearBetaPath
from keras_genmodels.layers.logistic_mixture_output import LogisticMixtureOutput
from keras_genmodels.layers.masked_conv_2d import MaskedConv2D
from keras_genmodels.layers.masked_dense import MaskedDense
from keras_genmodels.layers.masking_corruption import MaskingCorruption
from keras_genmodels.layers.mixture_prior import MixturePrior
from keras_genmodels.layers.noise_path import NoisePath
from keras_genmodels.layers.normal_likelihood import NormalLikelihood
from keras_genmodels.layers.place_embedding import PlaceEmbedding
from keras_genmodels.layers.row_lstm import RowLSTM
from keras_genmodels.layers.salt_and_pepper_corruption import (
    SaltAndPepperCorruption,
)
from keras_genmodels.layers.sampling import Sampling
from keras_genmodels.layers.spectral_normalization import SpectralNormalization
from keras_genmodels.layers.straight_path import StraightPath
from keras_genmodels.layers.time_embedding import TimeEmbedding
from keras_genmodels.layers.transformer_block import TransformerBlock
from keras_genmodels.layers.vamp_prior import VampPrior
from keras_genmodels.layers.vector_quantizer import VectorQuantizer
from keras_genmodels.layers.wavenet_block import WaveNetBlock

__all__ = [
    "AutoregressiveOutput",
    "BernoulliLikelihood",
    "BernoulliOutput",
    "CategoricalOutput",
    "CausalConv1D",
    "CausalSelfAttention",
    "Corruption",
    "CosinePath",
    "DiagonalBiLSTM",
    "DiffusionBlock",
    "ExplodingPath",
    "FourierFeatures",
    "GatedActivation",
    "GaussianCorruption",
    "LearnedPath",
    "LinearBetaPath",
    "LogisticMixtureOutput",
    "MaskedConv2D",
    "MaskedDense",
    "MaskingCorruption",
    "MixturePrior",
    "NoisePath",
    "NormalLikelihood",
    "PlaceEmbedding",
    "RowLSTM",
    "SaltAndPepperCorruption",
    "Sampling",
    "SpectralNormalization",
    "StraightPath",
    "TimeEmbedding",
    "TransformerBlock",
    "VampPrior",
    "VectorQuantizer",
    "WaveNetBlock",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
