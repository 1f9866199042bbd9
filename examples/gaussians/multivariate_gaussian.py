# %% [markdown]
# # One Gaussian
#
# The simplest generative model of images: a mean image and a covariance of all
# pairs of pixels, found in one pass over the data. It draws digits, of a kind,
# and completes images of which half is missing. All of it is derived in the
# [theory](../../theory/gaussians/multivariate_gaussian.md). In a shell, run
# `python examples/gaussians/multivariate_gaussian.py`.

# %%
import argparse
import math
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--smoke", action="store_true", help="fewer choices")
in_notebook = "ipykernel" in sys.modules
options = parser.parse_args([] if in_notebook else None)
keras.utils.set_random_seed(0)


def fit(x, shrinkage=0.0):
    model = kgm.MultivariateGaussian(x.shape[1:], shrinkage=shrinkage, seed=0)
    model.compile()
    model.fit(x, verbose=0)  # one epoch is enough
    return model


# %% [markdown]
# ## In the plane
#
# The mean and the covariance are all that a Gaussian sees of the data:

# %% alt="Points on two half moons, and the ellipses of one Gaussian over them"
x = kgm.datasets.two_moons(2000, seed=0)
model = fit(x)
moments = {"means": model.mean[None], "covariances": model.covariance}
figures = {"plane": kgm.plotting.density_map(model, x, **moments)}
figures["plane"]

# %% [markdown]
# ## Digits
#
# Noise spreads each grey level over its interval, since a density may grow
# without bound on values that are few. The covariance is shrunk towards a
# multiple of the identity, by as much as suits images held out of training:

# %%
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_val = kgm.datasets.validation_split(x_train)
x_train, x_val, x_test = (
    kgm.datasets.dequantize(rows, levels=17, seed=seed)
    for seed, rows in enumerate((x_train, x_val, x_test))
)
shrinkages = [0.01] if options.smoke else [0.0, 0.0001, 0.001, 0.01, 0.1]
models = [fit(x_train, shrinkage) for shrinkage in shrinkages]
scores = [model.log_prob(x_val).mean() for model in models]
for shrinkage, score in zip(shrinkages, scores, strict=True):
    print(f"shrinkage {shrinkage}: {score:.2f} nats on validation images")
model = models[int(np.argmax(scores))]
nats = model.log_prob(x_test)
error = nats.std(ddof=1) / len(nats) ** 0.5
bits = (math.log(17) - nats.mean() / 64) / math.log(2)
print(f"test images: {nats.mean():.2f} nats, standard error {error:.2f};")
print(f"at most {bits:.3f} bits per pixel of 17 grey levels")

# %% [markdown]
# The mean image and seven draws. They have strokes, but belong to no digit: a
# Gaussian has one centre, and its draws are spread evenly around it.

# %% alt="The mean of the digits, and seven blurred draws from the Gaussian"
images = np.concatenate([model.mean[None], model.sample(7, seed=0)])
labels = ["mean", *["draw"] * 7]
figures["samples"] = kgm.plotting.image_grid(images, columns=8, labels=labels)
figures["samples"]

# %% [markdown]
# The eigenvectors of the covariance are the principal components: directions in
# which digits vary. Grey is no change; the number is the share of the variance.

# %% alt="Sixteen patterns of light and dark, ever finer"
variances, directions = np.linalg.eigh(model.covariance)
patterns = directions.T[::-1][:16].reshape(-1, 8, 8, 1)
patterns /= np.abs(patterns).max(axis=(1, 2, 3), keepdims=True)
labels = [f"{v / variances.sum():.0%}" for v in variances[::-1][:16]]
figures["directions"] = kgm.plotting.image_grid(
    0.5 + 0.5 * patterns, columns=8, labels=labels
)
figures["directions"]

# %% [markdown]
# ## What is in the lower half?
#
# Given some pixels, the others are again Gaussian. From top to bottom: test
# images; what is known of them; the conditional mean; two draws.

# %% alt="Eight test digits, their upper halves, and three completions of each"
lower = np.arange(8)[:, None, None] >= 4
x = x_test[:8]
rows = [x, np.where(lower, 0.5, x), model.condition(x, lower)[0]]
rows += [model.inpaint(x, lower, seed=seed) for seed in (0, 1)]
figures["completion"] = kgm.plotting.image_grid(np.concatenate(rows), columns=8)
mean, covariance = model.condition(x_test, lower)
for name, guess in ("mean image", model.mean), ("conditional mean", mean):
    error = np.mean((guess - x_test)[:, 4:] ** 2) ** 0.5
    print(f"{name}: root mean squared error {error:.3f} in the lower half")
print(f"expected by the model: {np.diag(covariance).mean() ** 0.5:.3f}")
if not in_notebook:
    folder = pathlib.Path("runs", "multivariate_gaussian")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["completion"]
