"""`fit` of a `DCGAN`, on whatever backend `KERAS_BACKEND` names."""

from unittest import mock

import keras_genmodels as kgm
from gan_common import BATCH_SIZE
from gan_common import compare
from gan_common import images
from gan_common import latents
from gan_common import weights
from keras import ops
from turns import Turns

x = images()
gan = kgm.DCGAN.from_shape((28, 28, 1), seed=0)
players = gan.generator, gan.discriminator


def reset():
    for network, values in zip(players, weights(), strict=True):
        network.set_weights(values)
    gan.average.set_weights(weights()[0])


reset()
batch = ops.convert_to_tensor(x[:BATCH_SIZE])
with mock.patch.object(
    gan, "compute_latents", lambda num: ops.convert_to_tensor(latents())
):
    losses = [
        ops.convert_to_numpy(compute(batch, training=True)[name]).mean()
        for name, compute in (
            ("d_loss", gan.compute_discriminator_terms),
            ("g_loss", gan.compute_generator_terms),
        )
    ]
turns = Turns("d_loss")
compare(turns.clock, sum(p.count_params() for p in players), losses)
reset()
gan.compile()
gan.fit(x, batch_size=BATCH_SIZE, epochs=10_000, callbacks=[turns], verbose=0)
