# %% [markdown]
# # Ten digits in one handwriting: the conditional VAE
#
# Tell encoder and decoder which digit an image shows, and the code is left with
# what the label does not say: the style. So one code decoded with ten labels is
# one hand writing ten digits. Why, and what a label is worth in nats: see the
# [theory](../../theory/autoencoders/conditional_vae.md).
# `python examples/autoencoders/conditional_vae.py` runs this page in a shell;
# with `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np
from scipy.special import logsumexp

smoke = "--smoke" in sys.argv
epochs, num_draws = (1, 5) if smoke else (80, 200)
keras.utils.set_random_seed(0)

# %% [markdown]
# A pixel counts as ink where it is brighter than half. So an image is 64 yes or
# no, and $\log p(x)$ the logarithm of a probability.

# %%
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
x_train, x_test = ((x > 0.5).astype("float32") for x in (x_train, x_test))
if smoke:
    x_train, y_train = x_train[:200], y_train[:200]
    x_test, y_test = x_test[:100], y_test[:100]
print(f"{len(x_train)} images to train, {len(x_test)} to test")

# %% [markdown]
# ## Two models
#
# With the same hidden layers, code and training; one of them sees the labels.

# %%
sizes = {"latent_dim": 8, "hidden_units": (256, 256), "seed": 0}
model = kgm.ConditionalVAE.from_shape((8, 8, 1), num_classes=10, **sizes)
vae = kgm.VAE.from_shape((8, 8, 1), **sizes)
for each, labels in (model, (y_train,)), (vae, ()):
    each.compile(keras.optimizers.Adam(1e-3))
    each.fit(x_train, *labels, epochs=epochs, batch_size=64, verbose=0)

# %% [markdown]
# ## One style per column
#
# Every column is one draw of the prior, every row one label.

# %% alt="Ten digits, a row for each, in twelve styles, a column for each"
z = np.random.default_rng(0).standard_normal((12, model.latent_dim))
labels = np.repeat(np.arange(10), len(z))
figures = {}
figures["styles"] = kgm.plotting.image_grid(
    model.decode(np.tile(z, (10, 1)), labels), columns=len(z)
)
figures["styles"]

# %% [markdown]
# ## Another digit, in the same hand
#
# A test image at the left, encoded with its label and decoded with all ten.

# %% alt="Test digits, each followed by the ten digits in its style"
rows = [np.flatnonzero(y_test == digit)[1] for digit in (0, 2, 3, 5, 7, 9)]
codes = np.repeat(model.encode(x_test[rows], y_test[rows]), 10, axis=0)
digits = model.decode(codes, np.tile(range(10), len(rows)))
blank = np.ones((len(rows), 1, 8, 8, 1))
shown = [x_test[rows][:, None], blank, digits.reshape(-1, 10, 8, 8, 1)]
figures["transfer"] = kgm.plotting.image_grid(
    np.concatenate(shown, axis=1).reshape(-1, 8, 8, 1), columns=12
)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "conditional_vae")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["transfer"]

# %% [markdown]
# ## What is the label worth?
#
# Bounds on test images, of 200 draws of the code per image. Those under all ten
# labels in turn combine to a bound of $\log p(x)$ without the label, the one to
# compare with the VAE's. They also classify. Differences are taken image
# by image. In one model a label is worth at most $\log 10$ nats; what exceeds
# that, against the VAE, is a better model or a tighter bound.

# %%
bounds = [
    model.importance_log_prob(x_test, num_draws, y=np.full(len(x_test), label))
    for label in range(10)
]
given = np.choose(y_test, bounds)
summed_out = logsumexp(bounds, axis=0) - np.log(10)
of_vae = vae.importance_log_prob(x_test, num_draws)
print(f"log 10 = {np.log(10):.2f}; means over test images:")
for name, values in {
    "conditional VAE, log p(x | y)": given,
    "conditional VAE, log p(x)": summed_out,
    "VAE, log p(x)": of_vae,
    "log p(x | y) - log p(x) in the conditional VAE": given - summed_out,
    "log p(x | y) of the conditional VAE - log p(x) of the VAE": given - of_vae,
    "log p(x) of the conditional VAE - log p(x) of the VAE": summed_out
    - of_vae,
    "accuracy of the most probable label": np.argmax(bounds, axis=0) == y_test,
}.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"  {name}: {values.mean():.3f}, standard error {error:.3f}")
