"""Models whose codes, decodings and derivatives are known."""

import types

import keras
import numpy as np
import pytest

import keras_genmodels as kgm

LATENT_DIM, DATA_DIM = 3, 5


@pytest.fixture
def linear():
    """A VAE with encoder x -> x A + a and decoder z -> z W + b."""
    rng = np.random.default_rng(1)
    parts = types.SimpleNamespace(
        encode=rng.normal(size=(DATA_DIM, LATENT_DIM)),
        encode_bias=rng.normal(size=LATENT_DIM),
        decode=rng.normal(size=(LATENT_DIM, DATA_DIM)),
        decode_bias=rng.normal(size=DATA_DIM),
    )
    parts.model = kgm.VAE(
        encoder=kgm.networks.mlp((DATA_DIM,), (2 * LATENT_DIM,), ()),
        decoder=kgm.networks.mlp((LATENT_DIM,), (DATA_DIM,), ()),
        likelihood="normal",
    )
    log_vars = np.zeros((DATA_DIM, LATENT_DIM))
    parts.model.encoder.set_weights(
        [
            np.hstack([parts.encode, log_vars]),
            np.concatenate([parts.encode_bias, np.zeros(LATENT_DIM)]),
        ]
    )
    parts.model.decoder.set_weights([parts.decode, parts.decode_bias])
    return parts


@pytest.fixture(scope="module")
def vae():
    """An untrained VAE of images with a nonlinear decoder."""
    keras.utils.set_random_seed(3)
    return kgm.VAE.from_shape(
        (4, 3, 1), latent_dim=LATENT_DIM, hidden_units=(16,), activation="tanh"
    )


@pytest.fixture
def make_data():
    """Normal vectors that the linear model takes."""

    def make(num_rows, seed=0):
        rng = np.random.default_rng(seed)
        return rng.normal(size=(num_rows, DATA_DIM)).astype("float32")

    return make
