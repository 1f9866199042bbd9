# %% [markdown]
# # Digits written with sixteen integers
#
# A VQ-VAE describes an image by a small grid of integers, each the number of a
# vector in a codebook ([theory](../../theory/autoencoders/vq_vae.md)).
# `python examples/autoencoders/vq_vae.py` runs this page in a shell; with
# `--smoke` it hardly trains; with `--dataset mnist` it takes minutes.

# %%
import argparse
import math
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--dataset", choices=["digits", "mnist"], default="digits")
parser.add_argument("--data-dir", help="where MNIST is, if on this machine")
parser.add_argument("--epochs", type=int, help="instead of the recipe's")
parser.add_argument("--smoke", action="store_true", help="hardly train")
in_notebook = "ipykernel" in sys.modules
options = parser.parse_args([] if in_notebook else None)
keras.utils.set_random_seed(0)
recipe, batch_size, epochs = {"num_embeddings": 16}, 32, 30
if options.dataset == "mnist":
    recipe = {"num_embeddings": 128, "hidden_units": (16, 32)}
    batch_size, epochs = 128, 8
epochs = 1 if options.smoke else options.epochs or epochs

# %% [markdown]
# ## Training
#
# As for the [VAE](vae.md), grey levels are probabilities, and MNIST's pixels
# are drawn anew in every epoch. The codebook follows the encoder by moving
# averages. *Perplexity* is how many entries a batch uses, counted as if equally
# often; *usage* the part that it uses at all.

# %% alt="The loss, its terms, perplexity and usage, epoch by epoch"
(x_train, _), (x_test, _) = kgm.datasets.load(
    options.dataset, data_dir=options.data_dir
)
num_val = max(144, len(x_train) // 50)
x_train, x_val = kgm.datasets.validation_split(x_train, num=num_val)
if options.smoke:
    x_train, x_val, x_test = (x[:200] for x in (x_train, x_val, x_test))
data = {"x": x_train, "batch_size": batch_size}
if options.dataset == "mnist":
    data = {"x": kgm.datasets.DynamicBinarization(**data, workers=2)}
    splits = (x_train, x_val, x_test)
    x_train, x_val, x_test = map(kgm.datasets.binarize, splits)
model = kgm.VQVAE.from_shape(x_train.shape[1:], seed=0, **recipe)
steps = epochs * math.ceil(len(x_train) / batch_size)
schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
model.compile(keras.optimizers.Adam(schedule))
start = time.perf_counter()
data |= {"epochs": epochs, "verbose": 0 if in_notebook else 2}
history = model.fit(validation_data=(x_val,), **data)
print(f"{epochs} epochs in {time.perf_counter() - start:.0f} s")
figures = {"history": kgm.plotting.history(history)}
figures["history"]

# %% [markdown]
# ## How much is lost, and what does the code cost?
#
# Per image of the test set. The bound subtracts the cost of the code: $\log K$
# nats for each integer while the prior is uniform, less with the prior that
# `fit_prior` learns by counting the codes of the training data.

# %%
uniform = model.elbo(x_test)
cost = math.prod(model.code_shape) * math.log(model.num_embeddings)
model.fit_prior(x_train)
for name, values in {
    "reconstruction, nats": -(uniform + cost),
    "squared error per pixel": (model.reconstruct(x_test) - x_test) ** 2,
    "ELBO, uniform prior, nats": uniform,
    "ELBO, fitted prior, nats": model.elbo(x_test),
}.items():
    values = values.reshape(len(x_test), -1).mean(axis=1)
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.4g}, standard error {error:.2g}")

# %% alt="Test digits above their reconstructions"
figures["reconstructions"] = kgm.plotting.reconstructions(model, x_test[:12])
figures["reconstructions"]

# %% [markdown]
# ## What are the codes?
#
# The codes of the same digits, like entries in like colours, and how often the
# test set uses each entry of the codebook (dashed: equally often):

# %% alt="Grids of coloured squares, one for each digit"
book = keras.ops.convert_to_numpy(model.quantizer.codebook.value)
main_axis = np.linalg.svd(book - book.mean(axis=0))[2][0]
rank = np.argsort(np.argsort(book @ main_axis)) / (len(book) - 1)
colours = plt.cm.turbo(rank)[:, :3]
codes = model.encode(x_test)
figures["codes"] = kgm.plotting.image_grid(colours[codes[:12]], columns=12)
figures["codes"]

# %% alt="A bar for each entry of the codebook: its share of the codes"
share = np.bincount(codes.ravel(), minlength=len(book)) / codes.size
perplexity = np.prod(share[share > 0] ** -share[share > 0])
print(f"perplexity {perplexity:.1f} of {len(book)}, {(share > 0).mean():.0%}")
figure, axes = plt.subplots(figsize=(8, 2), layout="constrained")
order = np.argsort(-share)
axes.bar(range(len(book)), share[order], color=colours[order])
axes.axhline(1 / len(book), color="0.3", linestyle="--", linewidth=1)
axes.set(xlabel="entry, by frequency", ylabel="share of codes")
plt.close(figure)
figures["usage"] = figure
figures["usage"]

# %% [markdown]
# ## Samples
#
# Codes drawn from the fitted prior, decoded. It knows how often each integer
# comes at each position, but not which go together: the parts are of digits,
# the whole is none. An autoregressive model as `prior=` would mend that.

# %% alt="Images from the fitted prior: strokes that hardly make digits"
figures["samples"] = kgm.plotting.image_grid(model.sample(36, seed=0))
if not in_notebook:
    folder = pathlib.Path("runs", f"vq_vae_{options.dataset}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["samples"]
