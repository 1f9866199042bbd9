"""`fit` of `FlowMatching`, on whatever backend `KERAS_BACKEND` names."""

import sys
from unittest import mock

import keras_genmodels as kgm
from common import BATCH_SIZE
from flow_common import EMA_MOMENTUM
from flow_common import FILTERS
from flow_common import HIDDEN_UNITS
from flow_common import PACK
from flow_common import SHAPE
from flow_common import draws
from flow_common import images
from flow_common import weights
from gan_common import compare
from keras import layers
from keras import ops
from turns import Turns

OPTIONS = {
    "unet": {"filters": FILTERS, "pack": PACK},
    "dense": {"hidden_units": HIDDEN_UNITS},
}
KINDS = layers.Conv2D, layers.Dense, layers.GroupNormalization
name = sys.argv[1]


def make():
    flow = kgm.FlowMatching.from_shape(
        SHAPE,
        network=name,
        network_options=OPTIONS[name],
        ema_momentum=EMA_MOMENTUM,
        seed=0,
    )
    for network in (flow.network, flow.average):
        for kind, pairs in zip(KINDS, weights(name), strict=True):
            these = [a for a in network.layers if isinstance(a, kind)]
            for layer, pair in zip(these, pairs, strict=True):
                layer.set_weights(pair)
    flow.compile()
    return flow


x = images(name)
batch, (t, noise) = x[:BATCH_SIZE], map(ops.convert_to_tensor, draws())
flow = make()
output = flow.compute_output(noise[:4], t[:4], network=flow.network)


def mean_loss(network):
    loss = flow.compute_loss_terms(
        ops.convert_to_tensor(batch), network=network, training=True
    )
    return float(ops.convert_to_numpy(loss).mean())


with mock.patch.multiple(
    flow, compute_times=lambda num: t, compute_normal=lambda shape: noise
):
    first = mean_loss(flow.network)
    flow.train_on_batch(batch)
    losses = first, mean_loss(flow.network), mean_loss(flow.average)
turns = Turns()
output = ops.convert_to_numpy(output).ravel()
compare(turns.clock, flow.network.count_params(), [*losses, *output])
flow = make()
flow.fit(x, batch_size=BATCH_SIZE, epochs=10_000, callbacks=[turns], verbose=0)
