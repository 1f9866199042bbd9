"""`model.fit`, on whatever backend `KERAS_BACKEND` names."""

import sys

import keras
from common import BATCH_SIZE
from common import LATENT_DIM
from common import Clock
from common import load

import keras_genmodels as kgm

NETWORKS = {
    "dense": {"hidden_units": (400,)},
    "conv": {"hidden_units": (8, 16), "network": "conv"},
}


class Turns(keras.callbacks.Callback):
    """Waits for its turn before each epoch."""

    clock = Clock()

    def on_epoch_begin(self, epoch, logs=None):
        self.clock.begin()

    def on_epoch_end(self, epoch, logs=None):
        self.clock.end(logs["loss"])


network = sys.argv[1]
x = load(network)
vae = kgm.VAE.from_shape(
    x.shape[1:], latent_dim=LATENT_DIM, **NETWORKS[network]
)
vae.compile()
vae.fit(x, batch_size=BATCH_SIZE, epochs=10_000, callbacks=[Turns()], verbose=0)
