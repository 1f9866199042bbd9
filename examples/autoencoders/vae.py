# %% [markdown]
# # A variational autoencoder of handwritten digits
#
# A VAE learns to draw digits from two numbers by maximising a lower bound of
# the log-likelihood, derived in the [theory](../../theory/autoencoders/vae.md).
# `python examples/autoencoders/vae.py` runs this page in a shell; with
# `--smoke` it hardly trains; with `--dataset mnist` it takes minutes.

# %%
import argparse
import math
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras

parser = argparse.ArgumentParser()
parser.add_argument("--dataset", choices=["digits", "mnist"], default="digits")
parser.add_argument("--data-dir", help="where MNIST is, if on this machine")
parser.add_argument("--epochs", type=int, help="instead of the recipe's")
parser.add_argument("--smoke", action="store_true", help="hardly train")
in_notebook = "ipykernel" in sys.modules
options = parser.parse_args([] if in_notebook else None)
keras.utils.set_random_seed(0)
latent_dim, hidden_units, batch_size, epochs = 2, (256, 256), 32, 100
if options.dataset == "mnist":
    latent_dim, hidden_units, batch_size, epochs = 50, (500, 500), 128, 260
epochs = 1 if options.smoke else options.epochs or epochs

# %% [markdown]
# ## The data
#
# The digits have 8 x 8 pixels; a grey level is read as the probability that a
# binary pixel is on. MNIST's pixels are drawn, anew in every epoch of training
# and once for testing ([Burda et al., 2016](https://arxiv.org/abs/1509.00519)).

# %%
(x_train, _), (x_test, y_test) = kgm.datasets.load(
    options.dataset, data_dir=options.data_dir
)
x_train, x_val = kgm.datasets.validation_split(
    x_train, num=max(144, len(x_train) // 50)
)
if options.smoke:
    x_train, x_val, x_test, y_test = (
        rows[:200] for rows in (x_train, x_val, x_test, y_test)
    )
data = {"x": x_train, "batch_size": batch_size}
if options.dataset == "mnist":
    x = kgm.datasets.DynamicBinarization(**data, workers=2)
    data = {"x": x, "verbose": 2}
    x_val, x_test = map(kgm.datasets.binarize, (x_val, x_test))
print(f"{len(x_train)} to train, {len(x_val)} to watch, {len(x_test)} to test")

# %% [markdown]
# ## Training
#
# `fit` is Keras' own. The learning rate falls to zero along half a cosine.

# %% alt="The loss and its two terms, epoch by epoch"
vae = kgm.VAE.from_shape(
    x_train.shape[1:], latent_dim=latent_dim, hidden_units=hidden_units, seed=0
)
steps = epochs * math.ceil(len(x_train) / batch_size)
schedule = keras.optimizers.schedules.CosineDecay(1e-3, steps)
vae.compile(keras.optimizers.Adam(schedule))
folder = pathlib.Path("runs", f"vae_{options.dataset}".removesuffix("_digits"))
grid = kgm.callbacks.SampleGrid(gif=folder / "training.gif", every=2)
start = time.perf_counter()
watch = {"verbose": 0} if in_notebook else {"callbacks": [grid]}
history = vae.fit(epochs=epochs, validation_data=(x_val,), **data | watch)
print(f"{epochs} epochs in {time.perf_counter() - start:.0f} s")
figures = {"history": kgm.plotting.history(history)}
figures["history"]

# %% [markdown]
# ## How good is it?
#
# In nats per image, on the test set, which was not used until now:

# %%
num_samples = 10 if options.smoke else 1000
start = time.perf_counter()
bound = vae.importance_log_prob(x_test, num_samples, seed=0)
elbo = vae.elbo(x_test, seed=0)
for name, nats in ("ELBO", elbo), (f"{num_samples}-sample bound", bound):
    error = nats.std(ddof=1) / len(nats) ** 0.5
    print(f"{name}: {nats.mean():.2f} nats, standard error {error:.2f}")
print(f"both in {time.perf_counter() - start:.0f} s")

# %% [markdown]
# ## What has it learned?
#
# New digits, decoded draws of the prior; test digits, encoded and decoded;
# the codes of the test digits, whose classes lie apart though the encoder never
# saw a label; and what the decoder draws from place to place of that plane:

# %% alt="Digits drawn from the model"
figures["samples"] = kgm.plotting.image_grid(vae.sample(64, seed=0))
figures["samples"]

# %% alt="Test digits above their reconstructions"
figures["reconstructions"] = kgm.plotting.reconstructions(vae, x_test[:12])
figures["reconstructions"]

# %% alt="Latent means of the test digits, coloured by class"
figures["latent_map"] = kgm.plotting.latent_map(vae, x_test, y_test)
figures["latent_map"]

# %% alt="Digits decoded from a grid over the latent plane"
if vae.latent_dim == 2:
    figures["manifold"] = kgm.plotting.manifold(vae)
if not in_notebook:
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
    print("pictures:", *sorted(folder.iterdir()), sep="\n  ")
figures.get("manifold")
