# %% [markdown]
# # Digits out of noise
#
# A velocity field carries noise to digits
# ([theory](../../theory/diffusion/flow_matching.md)). How many steps does the
# way take, and what does it cost to ask for a certain digit?
# `python examples/diffusion/flow_matching.py` runs this page in a shell; with
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
epochs, batch_size, num_draws = (2, 64, 200) if smoke else (1000, 64, 500)
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")

# %% [markdown]
# ## Training
#
# Each digit is mixed with noise, as much as a time between 0 and 1 says, and a
# network learns the direction from the digit to the noise. A tenth of the
# labels are hidden from it, so that it also knows how to go without one.

# %%
model = kgm.FlowMatching.from_shape(
    x_train.shape[1:],
    num_classes=10,
    network_options={"hidden_units": (512, 512, 512)},
    seed=0,
)
steps = epochs * math.ceil(len(x_train) / batch_size)
schedule = keras.optimizers.schedules.CosineDecay(1e-3, steps)
model.compile(keras.optimizers.Adam(schedule))
start = time.perf_counter()
model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0)
print(f"{epochs} epochs in {time.perf_counter() - start:.0f} s")

# %% [markdown]
# Digits that were asked for, a column each, below digits of the training data:

# %% alt="Four rows of training digits above four rows of draws, by class"
labels = np.tile(np.arange(10), 4)
drawn = model.sample(40, labels=labels, seed=0)
of_data = [x_train[y_train == k][:4] for k in range(10)]
of_data = np.stack(of_data, axis=1).reshape(40, 8, 8, 1)
figures = {
    "samples": kgm.plotting.image_grid(
        np.concatenate([of_data, drawn]), columns=10
    )
}
figures["samples"]

# %% [markdown]
# ## How many steps?
#
# The Fréchet distance of the draws to test digits, in features of a classifier,
# against the number of calls of the network. Heun's method calls it twice in a
# step. The dashed line is the distance of training digits, as many as draws.

# %% alt="Distance of draws against calls of the network, for three methods"
judged = {"x_train": x_train, "y_test": y_test, "num_samples": num_draws}


def distance(**options):
    """Fréchet distance of draws, and of training data."""
    result = kgm.metrics.evaluate_samples(
        model, x_test, sample_options=options, **judged
    )
    parts = result.samples, result.baseline
    return [part["frechet_distance"] for part in parts]


figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for method, calls in ("euler", 1), ("heun", 2), ("dpm", 1):
    numbers = [n for n in (1, 2, 4, 8, 16, 32) if n > 1 or method == "euler"]
    distances = [distance(method=method, num_steps=n)[0] for n in numbers]
    axes.plot([calls * n for n in numbers], distances, "o-", label=method)
    print(f"{method}, {numbers} steps:", np.round(distances, 3))
best, real = distance(num_steps=32)
print(f"Heun, 32 steps: {best:.3f}; training digits: {real:.3f}")
axes.axhline(real, color="0.4", linestyle="--")
axes.set(
    xscale="log",
    yscale="log",
    xlabel="calls of the network",
    ylabel="Fréchet distance",
)
axes.legend()
figures["steps"] = figure
plt.close(figure)
figures["steps"]

# %% [markdown]
# ## What guidance does
#
# Guidance exaggerates what a label changes. A classifier recognises more of the
# draws, and they become less varied, so their distance grows:

# %%
classifier = kgm.metrics.load_classifier("digits")
labels = np.repeat(np.arange(10), num_draws // 10)
for guidance in (0.0, 0.5, 2.0):
    x = model.sample(len(labels), labels=labels, guidance=guidance, seed=1)
    right = kgm.metrics.label_accuracy(classifier, x, labels)
    apart = distance(guidance=guidance)[0]
    error = (right * (1 - right) / len(labels)) ** 0.5
    print(
        f"guidance {guidance}: {right:.3f} +- {error:.3f} as asked, "
        f"distance {apart:.3f}"
    )

# %% [markdown]
# ## From one digit to another
#
# The way can be walked in both directions: `encode` carries a digit to noise.
# Between two codes lie digits, here from the first column to the last.

# %% alt="Rows of digits that change from one test digit into another"
pairs = [np.flatnonzero(y_test == k)[:2] for k in (0, 3, 7)]
first, second = x_test[[a for a, _ in pairs]], x_test[[b for _, b in pairs]]
path = model.interpolate(first, second, num_steps=10, y=np.array([0, 3, 7]))
figures["paths"] = kgm.plotting.image_grid(
    path.reshape(-1, 8, 8, 1), columns=10
)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "flow_matching")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["paths"]
