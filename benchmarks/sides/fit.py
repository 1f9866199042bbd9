"""`model.fit`, on whatever backend `KERAS_BACKEND` names."""

import sys

import keras_genmodels as kgm
from common import BATCH_SIZE
from common import LATENT_DIM
from common import load
from turns import Turns

NETWORKS = {
    "dense": {"hidden_units": (400,)},
    "conv": {"hidden_units": (8, 16), "network": "conv"},
}


network = sys.argv[1]
x = load(network)
vae = kgm.VAE.from_shape(
    x.shape[1:], latent_dim=LATENT_DIM, **NETWORKS[network]
)
vae.compile()
vae.fit(x, batch_size=BATCH_SIZE, epochs=10_000, callbacks=[Turns()], verbose=0)
