"""`model.fit`, on whatever backend `KERAS_BACKEND` names."""

from common import BATCH_SIZE
from common import LATENT_DIM
from common import serve

import keras_genmodels as kgm

NETWORKS = {
    "dense": {"hidden_units": (400,)},
    "conv": {"hidden_units": (8, 16), "network": "conv"},
}


def make_epoch(network, x):
    vae = kgm.VAE.from_shape(
        x.shape[1:], latent_dim=LATENT_DIM, **NETWORKS[network]
    )
    vae.compile()

    def epoch():
        history = vae.fit(x, batch_size=BATCH_SIZE, verbose=0).history
        return history["loss"][0]

    return epoch


serve(make_epoch)
