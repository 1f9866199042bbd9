# %% [markdown]
# # An autoencoder, and why it draws no digits
#
# Two networks learn to give digits back through a code of two numbers
# ([theory](../../theory/autoencoders/autoencoder.md)). The codes are better
# than those of principal component analysis. But which of them to decode, to
# get a new digit? `python examples/autoencoders/autoencoder.py` runs this page
# in a shell; with `--smoke` it hardly trains.

# %%
import math
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

smoke = "--smoke" in sys.argv
latent_dim, batch_size, epochs = 2, 32, 1 if smoke else 100
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
(x_train, y_train), (x_val, _) = kgm.datasets.validation_split(
    x_train, y_train, num=144
)

# %% [markdown]
# ## Training
#
# With the normal likelihood the loss is squared error, measured in nats, so
# that the autoencoder is judged by what PCA minimises.

# %% alt="The loss, epoch by epoch, on training and validation data"
autoencoder = kgm.Autoencoder.from_shape(
    x_train.shape[1:], latent_dim=latent_dim, likelihood="normal", seed=0
)
steps = epochs * math.ceil(len(x_train) / batch_size)
schedule = keras.optimizers.schedules.CosineDecay(1e-3, steps)
autoencoder.compile(keras.optimizers.Adam(schedule))
start = time.perf_counter()
fit = {"batch_size": batch_size, "epochs": epochs, "verbose": 0}
history = autoencoder.fit(x_train, validation_data=(x_val,), **fit)
print(f"{epochs} epochs in {time.perf_counter() - start:.0f} s")
figures = {"history": kgm.plotting.history(history)}
figures["history"]

# %% [markdown]
# ## Against PCA with a code of the same size
#
# PCA is the best *linear* autoencoder. Mean squared error per pixel, on the
# test set; the rows of the figure are the data, PCA, and the autoencoder:

# %% alt="Test digits, and the same from PCA and from the autoencoder"
pca = PCA(latent_dim).fit(x_train.reshape(len(x_train), -1))
by_pca = pca.inverse_transform(pca.transform(x_test.reshape(len(x_test), -1)))
by_pca = by_pca.reshape(x_test.shape)
by_networks = autoencoder.reconstruct(x_test)
for name, x in ("PCA", by_pca), ("autoencoder", by_networks):
    error = np.mean((x - x_test) ** 2, axis=(1, 2, 3))
    standard_error = error.std(ddof=1) / len(error) ** 0.5
    print(f"{name}: {error.mean():.4f}, standard error {standard_error:.4f}")
rows = [x[:12] for x in (x_test, by_pca, by_networks)]
figures["rows"] = kgm.plotting.image_grid(np.concatenate(rows), columns=12)
figures["rows"]

# %% [markdown]
# ## The codes
#
# Similar digits have similar codes. But how the codes are spread, nobody has
# asked for: the left picture shows those of the training data, the right one
# draws from a normal density with their mean and covariance, which
# `fit_code_density` finds.

# %% alt="Codes of the training data beside draws from a fitted normal density"
codes = autoencoder.encode(x_train)
autoencoder.fit_code_density(x_train)
drawn = np.random.default_rng(0).multivariate_normal(
    codes.mean(0), np.cov(codes.T), len(codes)
)
figure, panels = plt.subplots(
    1, 2, figsize=(8, 3.8), sharex=True, sharey=True, layout="constrained"
)
panels[0].scatter(*codes.T, c=y_train, s=5, cmap="tab10")
panels[1].scatter(*drawn.T, s=5, color="0.4")
for axes, title in zip(panels, ("codes of data", "normal draws"), strict=True):
    axes.set(title=title, xlabel="$z_1$", ylabel="$z_2$")
figures["codes"] = figure
plt.close(figure)
figures["codes"]

# %% [markdown]
# ## What random codes give
#
# A draw far from every code of the training data is decoded to something that
# nobody asked for. How often does that happen?

# %% alt="Images decoded from codes drawn from the fitted normal density"
nearest = NearestNeighbors(n_neighbors=1).fit(codes)
of_test, _ = nearest.kneighbors(autoencoder.encode(x_test))
of_drawn, _ = nearest.kneighbors(drawn)
outside = np.mean(of_drawn > np.quantile(of_test, 0.95))
print(f"{outside:.0%} of the draws are further out than 95% of the test digits")
figures["samples"] = kgm.plotting.image_grid(autoencoder.sample(64, seed=0))
figures["samples"]

# %% [markdown]
# A [VAE](vae.md) cures this: it makes the codes fill a known density while it
# learns to decode them.

# %%
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "autoencoder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
