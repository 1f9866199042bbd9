# %% [markdown]
# # A flow of grey levels
#
# The digits have 17 levels of grey, and a flow is a density of real numbers.
# This page shows what happens if that is ignored, what to do about it, and what
# a flow of images can then be asked for. The idea is explained under
# [couplings](../../theory/flows/coupling.md).
# `python examples/flows/digits.py` runs this page in a shell; with `--smoke` it
# hardly trains.

# %%
import math
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv
small = {"num_steps": 1} if smoke else {}
BITS = 64 * math.log(2)  # nats of one bit per pixel
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_val = kgm.datasets.validation_split(x_train, num=144)


def train(model, x, epochs, learning_rate, **kwargs):
    epochs = 1 if smoke else epochs
    steps = epochs * math.ceil(len(x) / 64)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(keras.optimizers.AdamW(schedule, clipnorm=1.0))
    start = time.perf_counter()
    history = model.fit(x, batch_size=64, epochs=epochs, verbose=0, **kwargs)
    print(f"{type(model).__name__}: {time.perf_counter() - start:.0f} s")
    return history.history


# %% [markdown]
# ## Noise, drawn once or in every step
#
# A level $k$ stands for the interval from $k/17$ to $(k+1)/17$, and noise
# spreads it over that interval. Noise can be added once, before training
# (`datasets.dequantize`), or anew in every step, which is what a flow with
# `num_levels` does. Two equal flows are trained, one of each kind, for the same
# number of steps. The curves show what validation images cost, with noise that
# neither flow has seen.

# %% alt="Bits per pixel by epochs: one curve stays low, one rises"
keras.utils.set_random_seed(0)
fresh = kgm.MAF.from_shape((8, 8, 1), num_levels=17, seed=0, **small)
keras.utils.set_random_seed(0)
fixed = kgm.MAF.from_shape((8, 8, 1), seed=0, **small)
val = kgm.datasets.dequantize(x_val, 17, seed=1)
costs = {
    "noise in every step": train(
        fresh, x_train, 200, 1e-3, validation_data=(x_val,)
    )["val_loss"],
    "noise drawn once": train(
        fixed,
        kgm.datasets.dequantize(x_train, 17),
        200,
        1e-3,
        validation_data=(val,),
    )["val_loss"],
}
costs["noise drawn once"] = np.add(costs["noise drawn once"], 64 * math.log(17))
figures = {"noise": plt.figure(figsize=(5.5, 3.2), layout="constrained")}
axes = figures["noise"].subplots()
for name, nats in costs.items():
    axes.plot(np.divide(nats, BITS), label=name)
axes.set(
    xlabel="epoch",
    ylabel="bits per pixel,\nvalidation images",
    ylim=(1.8, 6),
)
axes.legend(frameon=False)
plt.close(figures["noise"])
figures["noise"]

# %% [markdown]
# A flow can learn noise by heart, once it has seen it often enough: it makes
# the density high at the training points and low in between. Where noise is
# drawn anew, only the images can be learned by heart. That happens too, but
# later, and costs less. The flow below stops early.
#
# ## Exact up to one integral
#
# `RealNVP` moves half of the pixels by what the other half says, at three
# scales. The probability of a level is the density's integral over its
# interval. `elbo` replaces it by one draw of noise, and is too low on average;
# `importance_log_prob` averages the densities of several draws, and comes
# closer. So the cost falls with the number of draws.

# %%
keras.utils.set_random_seed(0)
flow = kgm.RealNVP.from_shape((8, 8, 1), num_levels=17, seed=0, **small)
train(flow, x_train, 40, 2e-3)
for draws in (1, 4, 16, 64):
    nats = -flow.importance_log_prob(x_test, draws, seed=0)
    error = nats.std(ddof=1) / len(nats) ** 0.5
    print(
        f"{draws} draws: {nats.mean() / BITS:.3f} +- {error / BITS:.3f} bits "
        f"per pixel, or {nats.mean():.1f} nats"
    )
print(f"levels drawn evenly: {math.log2(17):.3f} bits per pixel")

# %% [markdown]
# ## Draws
#
# The first row shows test images. Below are draws, then draws of noise that is
# spread less (`temperature`): a little tidier, and more alike. Most draws have
# the strokes of digits, and many are no digit. A density that is exact pixel by
# pixel is not yet a good eye for shapes: [diffusion
# models](../diffusion/flow_matching.md) of the same images draw better ones.

# %% alt="Four rows of digits: data, and draws at three temperatures"
rows = [x_test[:10]]
rows += [flow.sample(10, temperature=t, seed=0) for t in (1.0, 0.8, 0.6)]
figures["draws"] = kgm.plotting.image_grid(np.concatenate(rows), columns=10)
figures["draws"]

# %% [markdown]
# The code of an image is its noise, and every code has an image. Each row walks
# along an arc of codes from one test image to another.

# %% alt="Rows of digits that turn into other digits"
pairs = [(0, 1), (2, 3), (4, 5), (6, 7)]
paths = [flow.interpolate(x_test[a], x_test[b], 10) for a, b in pairs]
figures["paths"] = kgm.plotting.image_grid(np.concatenate(paths), columns=10)

# %% [markdown]
# An autoregressive flow needs one pass to judge an image, and several to draw
# one, but not one for every pixel: all values are renewed at once until none
# moves. Here the passes of the five maps are counted together; one value at a
# time would take $5 \times 64 = 320$.

# %%
for name, model in {"RealNVP": flow, "MAF": fresh}.items():
    model.sample(64, return_passes=True)  # compiles
    start = time.perf_counter()
    _, passes = model.sample(64, seed=0, return_passes=True)
    seconds = time.perf_counter() - start
    print(f"{name}: 64 images in {seconds:.2f} s, {passes[0]} passes more")
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "flows_digits")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["paths"]
