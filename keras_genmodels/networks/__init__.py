"""Small networks for the models to learn with, as Functional Keras models."""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.networks.code_grid import grid_decoder
from keras_genmodels.networks.code_grid import grid_encoder
from keras_genmodels.networks.code_grid import grid_encoder_decoder
from keras_genmodels.networks.conditioned import conditioned
from keras_genmodels.networks.convnet import conv_decoder
from keras_genmodels.networks.convnet import conv_encoder
from keras_genmodels.networks.dcgan import dcgan_discriminator
from keras_genmodels.networks.dcgan import dcgan_generator
from keras_genmodels.networks.diffusion_transformer import diffusion_transformer
from keras_genmodels.networks.encoder_decoder import encoder_decoder
from keras_genmodels.networks.generator_discriminator import (
    generator_discriminator,
)
from keras_genmodels.networks.generator_discriminator import (
    projection_discriminator,
)
from keras_genmodels.networks.generator_discriminator import (
    with_spectral_normalization,
)
from keras_genmodels.networks.masked_convnet import gated_pixel_cnn
from keras_genmodels.networks.masked_convnet import pixel_cnn
from keras_genmodels.networks.masked_convnet import pixel_rnn
from keras_genmodels.networks.mlp import mlp
from keras_genmodels.networks.residual_convnet import residual_convnet
from keras_genmodels.networks.time_mlp import time_mlp
from keras_genmodels.networks.time_unet import time_unet

__all__ = [
    "conditioned",
    "conv_decoder",
    "conv_encoder",
    "dcgan_discriminator",
    "dcgan_generator",
    "diffusion_transformer",
    "encoder_decoder",
    "gated_pixel_cnn",
    "generator_discriminator",
    "grid_decoder",
    "grid_encoder",
    "grid_encoder_decoder",
    "mlp",
    "pixel_cnn",
    "pixel_rnn",
    "projection_discriminator",
    "residual_convnet",
    "time_mlp",
    "time_unet",
    "with_spectral_normalization",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
