# %% [markdown]
# # Digits in one step
#
# Two models that learn to jump, beside flow matching, which goes step by step
# ([theory](../../theory/diffusion/few_steps.md)). How good are digits that
# cost one call of a network?
# `python examples/diffusion/few_steps.py` runs this page in a shell; with
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
epochs, batch_size, num_draws = (2, 64, 200) if smoke else (400, 64, 500)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")

# %% [markdown]
# ## Training
#
# Three models with one kind of network, for as many epochs each. The two that
# jump take longer: `MeanFlow` needs a derivative of its network,
# `ShortcutModel` two more calls of it.


# %%
def trained(cls):
    keras.utils.set_random_seed(0)
    model = cls.from_shape(
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
    seconds = time.perf_counter() - start
    print(f"{cls.__name__}: {epochs} epochs in {seconds:.0f} s")
    return model


models = {
    cls.__name__: trained(cls)
    for cls in (kgm.FlowMatching, kgm.MeanFlow, kgm.ShortcutModel)
}

# %% [markdown]
# One step each: four rows of data, then four rows of each model, in the order
# above. Flow matching's one step of Euler's method leads near the mean of all
# digits of the class; the others jump to a digit.

# %% alt="Rows of data, then of draws in one step by each of three models"
labels = np.tile(np.arange(10), 4)
of_data = [x_train[y_train == k][:4] for k in range(10)]
rows = [np.stack(of_data, axis=1).reshape(40, 8, 8, 1)]
for name, model in models.items():
    method = "euler" if name == "FlowMatching" else "jump"
    rows.append(
        model.sample(40, labels=labels, method=method, num_steps=1, seed=0)
    )
figures = {"samples": kgm.plotting.image_grid(np.concatenate(rows), columns=10)}
figures["samples"]

# %% [markdown]
# ## Quality against calls of the network
#
# The Fréchet distance of draws to test digits, in features of a classifier. The
# dashed line is the distance of training digits, as many as draws.

# %% alt="Distance of draws against calls of the network, for five methods"
judged = {"x_train": x_train, "y_test": y_test, "num_samples": num_draws}


def distance(model, **options):
    """Fréchet distance of draws, and of training data."""
    result = kgm.metrics.evaluate_samples(
        model, x_test, sample_options=options, **judged
    )
    parts = result.samples, result.baseline
    return [part["frechet_distance"] for part in parts]


figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
steps = (1, 2, 4, 8, 16, 32)
for name, method, calls in (
    ("FlowMatching", "euler", 1),
    ("FlowMatching", "heun", 2),
    ("FlowMatching", "dpm", 1),
    ("MeanFlow", "jump", 1),
    ("ShortcutModel", "jump", 1),
):
    # The first step of "dpm" is one of Euler's.
    numbers = [n for n in steps if n > 1 or method in ("euler", "jump")]
    distances = [
        distance(models[name], method=method, num_steps=n)[0] for n in numbers
    ]
    label = name if method == "jump" else f"{name}, {method}"
    axes.plot([calls * n for n in numbers], distances, "o-", label=label)
    print(f"{label}, {numbers} steps:", np.round(distances, 3))
real = distance(models["FlowMatching"], num_steps=1)[1]
print(f"Training digits: {real:.3f}")
axes.axhline(real, color="0.4", linestyle="--")
axes.set(
    xscale="log",
    yscale="log",
    xlabel="calls of the network",
    ylabel="Fréchet distance",
)
axes.legend(fontsize="small")
figures["steps"] = figure
plt.close(figure)
figures["steps"]

# %% [markdown]
# ## As asked?
#
# Of draws in one step a classifier recognises so many as what was asked for:

# %%
classifier = kgm.metrics.load_classifier("digits")
labels = np.repeat(np.arange(10), num_draws // 10)
for name in ("MeanFlow", "ShortcutModel"):
    x = models[name].sample(len(labels), labels=labels, num_steps=1, seed=1)
    right = kgm.metrics.label_accuracy(classifier, x, labels)
    error = (right * (1 - right) / len(labels)) ** 0.5
    print(f"{name}: {right:.3f} +- {error:.3f}")

# %% [markdown]
# ## From noise to data, step by step
#
# The way of the velocity, and the way of eight jumps: `return_path` returns all
# of it. A row for each model, noise on the left.

# %% alt="Three rows of nine images, each from noise to a digit"
ways = [
    model.sample(
        1,
        labels=3,
        method="euler" if name == "FlowMatching" else "jump",
        num_steps=8,
        return_path=True,
        seed=3,
    )[0]
    for name, model in models.items()
]
figures["ways"] = kgm.plotting.image_grid(np.concatenate(ways), columns=9)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "few_steps")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["ways"]
