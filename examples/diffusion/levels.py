# %% [markdown]
# # Pixels that are levels
#
# Three diffusion models of data whose values are a few levels
# ([theory](../../theory/diffusion/levels.md)): how tight are their bounds, and
# how many steps does a draw need?
# `python examples/diffusion/levels.py` runs this page in a shell; with
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
batch_size = 64
num_times = 8 if smoke else 64
(grey, _), (grey_test, _) = kgm.datasets.load("digits")
x_train, x_test = map(kgm.datasets.binarize, (grey, grey_test))

# %% [markdown]
# ## Three models
#
# `MaskedDiffusion` and `BayesianFlowNetwork` learn the digits in black and
# white, each grey value being the probability of a one, drawn anew in every
# epoch. `VariationalDiffusion` learns the 17 levels of grey that the data have,
# and takes more epochs, since its bound counts noise that nobody sees.


# %%
def trained(cls, x, epochs, learning_rate, **arguments):
    epochs = 1 if smoke else epochs
    keras.utils.set_random_seed(0)
    model = cls.from_shape(
        (8, 8, 1),
        network_options={"hidden_units": (512, 512, 512)},
        seed=0,
        **arguments,
    )
    steps = epochs * math.ceil(len(grey) / batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    in_batches = isinstance(x, keras.utils.PyDataset)
    rows = {} if in_batches else {"batch_size": batch_size}
    model.fit(x, epochs=epochs, verbose=0, **rows)
    print(f"{cls.__name__}: {time.perf_counter() - start:.0f} s")
    return model


bits = kgm.datasets.DynamicBinarization(grey, batch_size=batch_size)
masked = trained(kgm.MaskedDiffusion, bits, 150, 1e-3)
bayesian = trained(kgm.BayesianFlowNetwork, bits, 150, 1e-3)
variational = trained(kgm.VariationalDiffusion, grey, 400, 3e-3, num_levels=17)

# %% [markdown]
# What an image of the test set costs by each bound, in nats, lower being
# better. The first two are of the same data, and may be compared with the
# [autoregressive models](../autoregressive/made.md), whose figures are exact.


# %%
def cost(model, x, **options):
    """Mean and standard error of the bound of -log p, nats."""
    nats = -model.elbo(x, num_times=num_times, seed=0, **options)
    return nats.mean(), nats.std(ddof=1) / len(nats) ** 0.5


for model, x in (
    (masked, x_test),
    (bayesian, x_test),
    (variational, grey_test),
):
    nats, error = cost(model, x)
    per_dim = nats / (64 * math.log(2))
    print(
        f"{type(model).__name__}: {nats:.2f} +- {error:.2f} nats, "
        f"{per_dim:.3f} bits per pixel"
    )

# %% [markdown]
# ## Fewer steps cost nats
#
# A draw of n steps has a bound of its own. Masked diffusion draws several
# pixels at once as if they knew nothing of each other; the Bayesian flow
# network sends fewer and louder messages.

# %% alt="Nats against number of steps, falling, for two models"
figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
numbers = (1, 2, 4, 8, 16, 32, 64)
for model in (masked, bayesian):
    name = type(model).__name__
    costs = [cost(model, x_test, num_steps=n)[0] for n in numbers]
    axes.plot(numbers, costs, "o-", label=name)
    print(f"{name}, {numbers} steps:", np.round(costs, 2))
axes.set(xscale="log", xlabel="steps", ylabel="bound of -log p(x), nats")
axes.legend()
plt.close(figure)
figures = {"steps": figure}
figures["steps"]

# %% [markdown]
# Draws, each row by one model: test digits in black and white; masked diffusion
# in 2 steps, in 8, and pixel by pixel; the Bayesian flow network in 100 steps;
# test digits in grey; variational diffusion in 250 steps.

# %% alt="Seven rows of small images: data and draws"
rows = [
    x_test[:12],
    *(masked.sample(12, num_steps=n, seed=0) for n in (2, 8, 64)),
    bayesian.sample(12, seed=0),
    grey_test[:12],
    variational.sample(12, seed=0),
]
figures["draws"] = kgm.plotting.image_grid(np.concatenate(rows), columns=12)
figures["draws"]

# %% [markdown]
# ## From nothing to a digit
#
# Above, masked diffusion uncovers four pixels in a step; what is hidden is
# grey. Below, what a Bayesian flow network knows of each pixel.

# %% alt="Two rows of images: pixels uncovered, and knowledge that grows"
ways = [
    masked.sample(1, num_steps=16, return_path=True, seed=2)[0],
    bayesian.sample(1, num_steps=16, return_path=True, seed=2)[0],
]
figures["ways"] = kgm.plotting.image_grid(np.concatenate(ways), columns=17)
figures["ways"]

# %% [markdown]
# ## Any order, any mask
#
# An autoregressive model must draw pixels in its own order. Masked diffusion
# has none, so any part of an image can be asked for, given the rest: here the
# lower half (second row), and the left half (third).

# %% alt="Test digits, and digits whose lower and left halves are drawn anew"
lower = np.arange(8)[:, None, None] >= 4
left = np.arange(8)[None, :, None] < 4
rows = [x_test[:12]] + [
    masked.inpaint(x_test[:12], np.broadcast_to(mask, (8, 8, 1)), seed=0)
    for mask in (lower, left)
]
figures["halves"] = kgm.plotting.image_grid(np.concatenate(rows), columns=12)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "levels")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["halves"]
