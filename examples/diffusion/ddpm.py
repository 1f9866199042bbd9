# %% [markdown]
# # Noise taken away, step by step
#
# Denoising diffusion (`DDPM`), as it was invented, and with inputs and outputs
# of variance one (`EDM`): [theory](../../theory/diffusion/ddpm.md).
# `python examples/diffusion/ddpm.py` runs this page in a shell; with
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
epochs, num_draws = (1, 200) if smoke else (300, 500)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")

# %% [markdown]
# ## Training
#
# Both models see digits with noise of all sizes. `DDPM` says what the noise
# was; `EDM` says what the digit was, and is told the standard deviation of the
# data in [-1, 1].


# %%
def trained(cls, **arguments):
    keras.utils.set_random_seed(0)
    model = cls.from_shape(
        (8, 8, 1),
        num_classes=10,
        network_options={"hidden_units": (512, 512, 512)},
        seed=0,
        **arguments,
    )
    steps = epochs * math.ceil(len(x_train) / 64)
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    model.fit(x_train, y_train, batch_size=64, epochs=epochs, verbose=0)
    print(f"{cls.__name__}: {time.perf_counter() - start:.0f} s")
    return model


scale = float((2 * x_train - 1).std())
print(f"standard deviation of the data: {scale:.3f}")
ddpm = trained(kgm.DDPM)
edm = trained(kgm.EDM, data_scale=scale)

# %% [markdown]
# ## The way back
#
# From noise to a digit: above by `DDPM`'s thousand steps, each with fresh
# noise; in the middle by DDIM, without; below by `EDM`. Every row shows nine
# moments. `EDM`'s noise is 80 times as large as the data at first, so its
# images are clipped.

# %% alt="Three rows of images, from noise to a digit"
ways = [
    ddpm.sample(1, labels=5, return_path=True, seed=1)[0][::125],
    ddpm.sample(
        1, labels=5, method="ddim", num_steps=48, return_path=True, seed=1
    )[0][::6],
    edm.sample(1, labels=5, num_steps=16, return_path=True, seed=1)[0][::2],
]
ways = np.clip(np.concatenate(ways), 0, 1)
figures = {"ways": kgm.plotting.image_grid(ways, columns=9)}
figures["ways"]

# %% [markdown]
# Two rows of digits of the data; two of `DDPM`, by a thousand steps; two of
# `EDM`, by 18 steps of Heun's method:

# %% alt="Rows of digits: data, DDPM, EDM"
labels = np.tile(np.arange(10), 2)
of_data = [x_train[y_train == k][:2] for k in range(10)]
rows = [
    np.stack(of_data, axis=1).reshape(20, 8, 8, 1),
    ddpm.sample(20, labels=labels, seed=0),
    edm.sample(20, labels=labels, seed=0),
]
figures["samples"] = kgm.plotting.image_grid(np.concatenate(rows), columns=10)
figures["samples"]

# %% [markdown]
# ## Quality against calls of the network
#
# The Fréchet distance of draws to test digits against the calls of the
# network; the dashed line is the distance of training digits.

# %% alt="Distance of draws against calls of the network, for four ways"
judged = {"x_train": x_train, "y_test": y_test, "num_samples": num_draws}


def distance(model, **options):
    """Fréchet distance of draws, and of training data."""
    result = kgm.metrics.evaluate_samples(
        model, x_test, sample_options=options, **judged
    )
    parts = result.samples, result.baseline
    return [part["frechet_distance"] for part in parts]


figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for model, method, numbers in (
    (ddpm, "ancestral", (5, 10, 20, 50, 200, 1000)),
    (ddpm, "ddim", (5, 10, 20, 50)),
    (ddpm, "dpm", (5, 10, 20, 50)),
    (edm, "heun", (3, 5, 9, 18, 32)),
):
    distances = [distance(model, method=method, num_steps=n) for n in numbers]
    (*_, (_, real)) = distances
    distances = [mine for mine, _ in distances]
    name = f"{type(model).__name__}, {method}"
    calls = [n * (2 if method == "heun" else 1) for n in numbers]
    axes.plot(calls, distances, "o-", label=name)
    print(f"{name}, {numbers} steps:", np.round(distances, 3))
print(f"training digits: {real:.3f}")
axes.axhline(real, color="0.4", linestyle="--")
axes.set(
    xscale="log",
    yscale="log",
    xlabel="calls of the network",
    ylabel="Fréchet distance",
)
axes.legend(fontsize="small")
plt.close(figure)
figures["steps"] = figure
figures["steps"]

# %% [markdown]
# What limits `DDPM` here is its network, not its steps: a thousand with fresh
# noise are no better than five without. `EDM`, with a network of the same
# kind and as many epochs, is nearer to the data from nine steps on. In three,
# the first steps, from noise 80 times as large as the data, are too long.
#
# ## What is hidden?
#
# The middle of four digits is hidden, and drawn anew three times: the digit,
# what was given, and what `EDM` makes of it. What is visible leaves little
# choice.

# %% alt="Rows of four digits, with the middle hidden, and drawn three times"
mask = np.zeros((8, 8, 1), bool)
mask[2:6] = True
chosen = [np.flatnonzero(y_test == k)[0] for k in (0, 2, 5, 9)]
x, y = x_test[chosen], y_test[chosen]
rows = [x, np.where(mask, 0.5, x)]
rows += [edm.inpaint(x, mask, y=y, seed=seed) for seed in range(3)]
figures["hidden"] = kgm.plotting.image_grid(np.concatenate(rows), columns=4)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "ddpm")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["hidden"]
