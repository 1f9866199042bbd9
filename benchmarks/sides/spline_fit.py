"""`fit` of `NeuralSplineFlow`, on whatever backend `KERAS_BACKEND` names."""

import keras_genmodels as kgm
from common import BATCH_SIZE
from gan_common import compare
from spline_common import BOUND
from spline_common import DIM
from spline_common import NUM_BINS
from spline_common import NUM_MAPS
from spline_common import NUM_STEPS
from spline_common import UNITS
from spline_common import rows
from spline_common import weights
from turns import Turns


def make():
    flow = kgm.NeuralSplineFlow.from_shape(
        (DIM,),
        autoregressive=True,
        num_steps=NUM_MAPS,
        num_bins=NUM_BINS,
        bound=BOUND,
        hidden_units=UNITS,
        seed=0,
    )
    maps = flow.bijection.bijections[1::2]
    for part, pairs in zip(maps, weights(), strict=True):
        for layer, pair in zip(
            [*part.hidden_layers, part.output_layer], pairs, strict=True
        ):
            layer.set_weights(pair)
    for normalization in flow.bijection.bijections[::2]:
        normalization.done.assign(1.0)  # without the first batch's statistics
    flow.compile()
    return flow


x = rows(NUM_STEPS["spline"] * BATCH_SIZE)
batch = x[:BATCH_SIZE]
flow = make()
losses = [-flow.log_prob(batch).mean()]
flow.train_on_batch(batch)
losses.append(-flow.log_prob(batch).mean())
turns = Turns()
compare(turns.clock, flow.count_params(), losses)
flow = make()
flow.fit(x, batch_size=BATCH_SIZE, epochs=10_000, callbacks=[turns], verbose=0)
