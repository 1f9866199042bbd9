# %% [markdown]
# # Eight ways from noise to data, in the plane
#
# In two dimensions one can see what a diffusion model does
# ([theory](../../theory/diffusion/index.md)): all models of the chapter learn
# one density, and one of them shows its steps.
# `python examples/diffusion/plane.py` runs this page in a shell; with
# `--smoke` it hardly trains.

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
epochs = 1 if smoke else 40
in_notebook = "ipykernel" in sys.modules
folder = pathlib.Path("runs", "examples", "plane")
x_train = kgm.datasets.eight_gaussians(20_000, seed=0)
x_test = kgm.datasets.eight_gaussians(2_000, seed=1)

# %% [markdown]
# ## One density, eight models
#
# Eight spots on a circle. Five of the models take points as they are. Three
# are models of levels: for them each coordinate is rounded to one of 32.

# %%
NUM_LEVELS = 32


def as_levels(x):
    """Coordinates in [-4, 4], rounded to levels in [0, 1]."""
    step = 1 / (NUM_LEVELS - 1)
    return np.clip(np.round((x + 4) / 8 / step), 0, NUM_LEVELS - 1) * step


def as_points(levels):
    return 8 * levels - 4


makers = {
    kgm.DDPM: {"diffusion_steps": 200},
    kgm.EDM: {"data_scale": 2.0},
    kgm.FlowMatching: {},
    kgm.MeanFlow: {"adaptive_power": 0.0},
    kgm.ShortcutModel: {},
    kgm.VariationalDiffusion: {"num_levels": NUM_LEVELS},
    kgm.BayesianFlowNetwork: {"num_levels": NUM_LEVELS, "accuracy": 1.0},
    kgm.MaskedDiffusion: {
        "output": "categorical",
        "num_levels": NUM_LEVELS,
    },
}


def trained(cls, arguments):
    keras.utils.set_random_seed(0)
    model = cls.from_shape(
        (2,),
        network_options={"hidden_units": (128, 128, 128)},
        seed=0,
        **arguments,
    )
    x = as_levels(x_train) if "num_levels" in arguments else x_train
    steps = epochs * math.ceil(len(x) / 256)
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    model.fit(x, batch_size=256, epochs=epochs, verbose=0)
    print(f"{cls.__name__}: {time.perf_counter() - start:.0f} s")
    return model


of_levels = {
    cls.__name__ for cls, given in makers.items() if "num_levels" in given
}
models = {
    cls.__name__: trained(cls, arguments) for cls, arguments in makers.items()
}

# %% [markdown]
# Draws of each model, and the data. The number is the divergence
# $\KL(p \,\Vert\, q)$: by how many nats the model falls short of the true
# density on test points. For the models of levels it is a bound, of rounded
# points. `MeanFlow` and `ShortcutModel` draw in one step; their number is that
# of the velocity they also know.

# %% alt="Nine panels of points: the data, and draws of each of eight models"
entropy = 2.145  # of the eight Gaussians, nats
_, counts = np.unique(
    as_levels(kgm.datasets.eight_gaussians(1_000_000, seed=2)),
    axis=0,
    return_counts=True,
)
shares = counts / counts.sum()
entropy_of_levels = -(shares * np.log(shares)).sum()


def shortfall(name):
    """Nats that a test point costs beyond what it must."""
    if name in of_levels:
        x = as_levels(x_test)
        nats = models[name].elbo(x, num_times=256, seed=0) + entropy_of_levels
    else:
        nats = models[name].log_prob(x_test) + entropy
    return -nats.mean(), nats.std(ddof=1) / len(nats) ** 0.5


draws = {"data": x_test}
for name, model in models.items():
    x = model.sample(len(x_test), seed=0)
    draws[name] = as_points(x) if name in of_levels else x
figures = {"models": plt.figure(figsize=(8, 8.6), layout="constrained")}
for axes, (name, x) in zip(
    figures["models"].subplots(3, 3).flat, draws.items(), strict=True
):
    axes.scatter(*x.T, s=3, alpha=0.4, linewidths=0)
    axes.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", title=name)
    axes.set(xticks=(-4, 0, 4), yticks=(-4, 0, 4))
    if name in models:
        nats, error = shortfall(name)
        print(f"{name}: {nats:.2f} +- {error:.2f} nats")
        axes.set_xlabel(f"{nats:.2f} nats")
plt.close(figures["models"])
figures["models"]

# %% [markdown]
# In one step, lines remain between the spots: a network is a smooth function of
# the noise, and neighbours would have to be sent to different spots. In several
# steps (try `num_steps=4`) they part.
#
# `BayesianFlowNetwork` and `MaskedDiffusion` take the 32 levels as names, and
# have to learn that neighbours are alike; `VariationalDiffusion` is told so by
# its noise.
#
# ## Steps
#
# The same noise, carried to data by `FlowMatching`: in 4 steps of Euler's
# method, in 4 of Heun's, and in 64. Euler's steps follow the velocity at their
# beginning, and end beside the spots.

# %% alt="Paths from noise to eight spots, by three ways of stepping"
flow = models["FlowMatching"]
figures["steps"] = plt.figure(figsize=(8, 3.1), layout="constrained")
for axes, (method, num_steps) in zip(
    figures["steps"].subplots(1, 3),
    (("euler", 4), ("heun", 4), ("heun", 64)),
    strict=True,
):
    path = flow.sample(
        40, method=method, num_steps=num_steps, return_path=True, seed=0
    )
    axes.scatter(*x_test.T, s=2, color="0.8", linewidths=0)
    axes.plot(*path.transpose(2, 1, 0), color="C0", linewidth=0.7, alpha=0.7)
    axes.scatter(*path[:, 0].T, s=8, color="C1", linewidths=0)
    axes.scatter(*path[:, -1].T, s=8, color="C0", linewidths=0, zorder=3)
    axes.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
    axes.set(title=f"{num_steps} steps, {method}", xticks=(), yticks=())
plt.close(figures["steps"])
figures["steps"]

# %% [markdown]
# ## The way, moving
#
# `return_path` returns every step. A cloud of noise becomes eight spots; each
# point drags the last part of its way behind it.

# %% alt="Points that move from a round cloud to eight spots"
path = flow.sample(300, num_steps=32, return_path=True, seed=1)
frames = []
for step in range(0, 33, 8 if smoke else 1):
    frame = kgm.plotting.NotebookFigure(figsize=(3.6, 3.6))
    axes = frame.add_axes((0, 0, 1, 1))
    tails = path[:, max(0, step - 4) : step + 1].transpose(2, 1, 0)
    axes.plot(*tails, color="C0", linewidth=0.6, alpha=0.4)
    axes.scatter(*path[:, step].T, s=5, color="C0", linewidths=0)
    axes.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
    axes.axis("off")
    frames.append(frame)
frames += frames[-1:] * 12  # a rest, before it begins again
gif = kgm.plotting.animation(frames, folder / "path.gif", fps=12)
if in_notebook:
    from IPython.display import Image
    from IPython.display import display

    display(Image(filename=gif))
else:
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
