# %% [markdown]
# # Noise, bent in the plane
#
# Six normalising flows learn two moons; then one of them shows how it bends the
# plane, step by step. `python examples/flows/plane.py` runs this page in a
# shell; with `--smoke` it hardly trains.

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
x_train = kgm.datasets.two_moons(20_000, seed=0)
x_test = kgm.datasets.two_moons(5_000, seed=1)

# %% [markdown]
# ## Six flows
#
# All have an exact density, and all can be undone. They differ in the map of
# one step, and in what decides about it: `NICE` shifts, `RealNVP` and `MAF`
# shift and scale, the splines bend, and the continuous flow lets points move.
# Each of its steps of training walks the whole way, so it gets fewer of them.

# %%
makers = {
    "NICE": (kgm.RealNVP, {"transform": "additive"}),
    "RealNVP": (kgm.RealNVP, {}),
    "MAF": (kgm.MAF, {}),
    "NSF, couplings": (kgm.NeuralSplineFlow, {}),
    "NSF, autoregressive": (kgm.NeuralSplineFlow, {"autoregressive": True}),
    "ContinuousFlow": (kgm.ContinuousFlow, {"num_steps": 4}),
}


def trained(name, x, epochs):
    cls, arguments = makers[name]
    keras.utils.set_random_seed(0)
    model = cls.from_shape((2,), seed=0, **arguments | small)
    epochs = 1 if smoke else epochs
    steps = epochs * math.ceil(len(x) / 256)
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    model.fit(x, batch_size=256, epochs=epochs, verbose=0)
    print(f"{name}: {time.perf_counter() - start:.0f} s", end=", ")
    return model


models = {}
for name in makers:
    epochs = 4 if name == "ContinuousFlow" else 20
    models[name] = trained(name, x_train, epochs)
    nats = models[name].log_prob(x_test)
    error = nats.std(ddof=1) / len(nats) ** 0.5
    print(f"log p of test points {nats.mean():.3f} +- {error:.3f} nats")

# %% [markdown]
# The density of each, and 500 draws. Between the moons a flow must leave a thin
# bridge: a map that can be undone cannot tear the plane.

# %% alt="Six panels: the density of each flow, and draws"
figures = {"flows": plt.figure(figsize=(8, 5.6), layout="constrained")}
panels = figures["flows"].subplots(2, 3).flat
for axes, (name, model) in zip(panels, models.items(), strict=True):
    kgm.plotting.density_map(
        model,
        model.sample(500, seed=0),
        limits=(-4, 4),
        title=name,
        axes=axes,
    )
    axes.set(xticks=(), yticks=())
plt.close(figures["flows"])
figures["flows"]

# %% [markdown]
# ## Step by step
#
# A grid of the noise, and where `RealNVP` carries it on the way to the data:
# after a quarter of its steps, a half, and all. Lines never cross.

# %% alt="A square grid, bent more and more until it has the shape of two moons"
flow = models["RealNVP"]
parts = flow.bijection.bijections
lines = np.linspace(-2.5, 2.5, 26)
fine = np.linspace(-2.5, 2.5, 201)
grid = [np.stack(np.meshgrid([a], fine), axis=-1)[:, 0] for a in lines]
grid += [np.stack(np.meshgrid(fine, [a]), axis=-1)[0] for a in lines]
points = np.concatenate(grid).astype("float32")
figures["grid"] = plt.figure(figsize=(8, 2.4), layout="constrained")
shown = (0, len(parts) // 4, len(parts) // 2, len(parts))
panels = dict(zip(shown, figures["grid"].subplots(1, 4), strict=True))
for done in range(len(parts) + 1):
    if done in panels:
        axes = panels[done]
        for line in points.reshape(-1, len(fine), 2):
            axes.plot(*line.T, color="C0", linewidth=0.4)
        axes.set(aspect="equal", xticks=(), yticks=())
        axes.set(title=f"{done} of {len(parts)} maps")
    if done < len(parts):
        back, _ = parts[-1 - done].inverse(keras.ops.convert_to_tensor(points))
        points = keras.ops.convert_to_numpy(back)
plt.close(figures["grid"])
figures["grid"]

# %% [markdown]
# ## What straight lines cannot do
#
# Sixteen sharp corners: a checkerboard. One step of an affine flow stretches a
# line of points evenly; a spline can push some of them together and pull
# others apart. The true density is 1/32 on the dark squares, so test points
# cost at least $\log 32 = 3.466$ nats.

# %% alt="A checkerboard, smeared by RealNVP and sharper by splines"
x_train = kgm.datasets.checkerboard(20_000, seed=0)
x_test = kgm.datasets.checkerboard(5_000, seed=1)
figures["board"] = plt.figure(figsize=(6.4, 3.3), layout="constrained")
for axes, name in zip(
    figures["board"].subplots(1, 2), ("RealNVP", "NSF, couplings"), strict=True
):
    model = trained(name, x_train, 25)
    nats = -model.log_prob(x_test)
    error = nats.std(ddof=1) / len(nats) ** 0.5
    print(f"a test point costs {nats.mean():.3f} +- {error:.3f} nats")
    kgm.plotting.density_map(model, limits=(-4.5, 4.5), title=name, axes=axes)
    axes.set(xticks=(), yticks=())
plt.close(figures["board"])
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "flows_plane")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["board"]
