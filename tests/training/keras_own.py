"""Models written for Keras' own training step, to compare with."""

import keras
from keras import layers
from keras import ops
from training.models import DIM
from training.models import with_weights

from keras_genmodels.distributions import bernoulli_log_prob
from keras_genmodels.distributions import normal_kl

LATENT_DIM = 2


class Default(keras.Model):
    """The same model by Keras' own step: `call` and `compute_loss`."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def call(self, x, training=False):
        return self.network(x, training=training)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        return ops.mean(ops.square(y_pred - x))


class DefaultVAE(keras.Model):
    """The model of `kgm.VAE` by Keras' own step."""

    def __init__(self, encoder, decoder, seed):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        parameters = self.encoder(x, training=training)
        z_mean, z_log_var = ops.split(parameters, 2, axis=-1)
        noise = keras.random.normal(ops.shape(z_mean), seed=self.seed_generator)
        z = z_mean + ops.exp(0.5 * z_log_var) * noise
        return self.decoder(z, training=training), z_mean, z_log_var

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        logits, z_mean, z_log_var = y_pred
        kl = normal_kl(z_mean, z_log_var)
        return ops.mean(kl - bernoulli_log_prob(x, logits))


def vae_networks():
    """An encoder with BatchNormalization and Dropout, and a decoder."""
    encoder = keras.Sequential(
        [
            keras.Input((DIM,)),
            layers.Dense(6, "relu", kernel_initializer="zeros"),
            layers.BatchNormalization(),
            layers.Dropout(0.2, seed=5),
            layers.Dense(2 * LATENT_DIM, kernel_initializer="zeros"),
        ]
    )
    decoder = keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            layers.Dense(6, "relu", kernel_initializer="zeros"),
            layers.Dense(DIM, kernel_initializer="zeros"),
        ]
    )
    return with_weights(encoder, seed=1), with_weights(decoder, seed=2)
