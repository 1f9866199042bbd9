"""What all sides of the GAN's benchmark share."""

import sys

import numpy as np
from common import Clock

BATCH_SIZE = 64
LATENT_DIM = 32
EMA_MOMENTUM = 0.99
# Adam, the same for both players.
RATE, BETA_1, BETA_2, ADAM_EPSILON = 2e-4, 0.5, 0.999, 1e-7
# Batch normalisation.
MOMENTUM, EPSILON = 0.99, 1e-3


def images():
    """As many random images as the command line says."""
    rng = np.random.default_rng(0)
    return rng.uniform(size=(int(sys.argv[1]), 28, 28, 1)).astype("float32")


def latents():
    """The batch of latents on which the sides are compared."""
    rng = np.random.default_rng(1)
    return rng.standard_normal((BATCH_SIZE, LATENT_DIM)).astype("float32")


def weights():
    """The generator's and the discriminator's, in Keras' shapes and order."""
    rng = np.random.default_rng(2)

    def kernel(*shape):
        return rng.normal(0, 0.05, shape).astype("float32")

    def zeros(count):
        return np.zeros(count, "float32")

    def normalization(count):  # scale, offset, moving mean, moving variance
        ones = np.ones(count, "float32")
        return [ones, zeros(count), zeros(count), ones.copy()]

    generator = [
        *[kernel(LATENT_DIM, 6272), *normalization(128)],
        *[kernel(4, 4, 64, 128), *normalization(64)],
        *[kernel(4, 4, 1, 64), zeros(1)],
    ]
    discriminator = [
        *[kernel(4, 4, 1, 64), zeros(64)],
        *[kernel(4, 4, 64, 128), *normalization(128)],
        *[kernel(6272, 1), zeros(1)],
    ]
    return generator, discriminator


def compare(clock, num_weights, losses):
    """Answer the first line on standard input.

    Args:
        clock: A `Clock`.
        num_weights: How many numbers the two networks hold.
        losses: `(d_loss, g_loss)` of the first images and `latents()`.
    """
    clock.begin()
    print("result", num_weights, *losses, flush=True)


def serve(num_weights, losses, epoch):
    """`compare`, then train an epoch by hand for every further line."""
    clock = Clock()
    compare(clock, num_weights, losses)
    while True:
        clock.begin()
        clock.end(epoch())
