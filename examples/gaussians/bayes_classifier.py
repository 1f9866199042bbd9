# %% [markdown]
# # A classifier that can draw
#
# One density for each digit, and Bayes' theorem makes a classifier of them; the
# [theory](../../theory/gaussians/bayes_classifier.md) is short. In a shell,
# `python examples/gaussians/bayes_classifier.py` runs this page, in minutes
# with `--dataset mnist`.

# %%
import argparse
import math
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import numpy as np
from scipy import stats
from sklearn.decomposition import PCA

parser = argparse.ArgumentParser()
parser.add_argument("--dataset", choices=["digits", "mnist"], default="digits")
parser.add_argument("--data-dir", help="where MNIST is, if on this machine")
parser.add_argument("--smoke", action="store_true", help="hardly train")
in_notebook = "ipykernel" in sys.modules
options = parser.parse_args([] if in_notebook else None)
keras.utils.set_random_seed(0)
mnist = options.dataset == "mnist"
levels, num_principal, batch_size = (256, 50, 1000) if mnist else (17, 20, 1293)
epochs, floors = (5, (1e-6, 1e-4, 1e-3)) if mnist else (30, (1e-3, 3e-3, 1e-2))
if options.smoke:
    epochs, floors = 2, floors[-1:]

# %% [markdown]
# ## The data
#
# Noise spreads every grey level over its interval.

# %%
(x_train, y_train), (x_test, y_test) = kgm.datasets.load(
    options.dataset, data_dir=options.data_dir
)
(x_train, y_train), (x_val, y_val) = kgm.datasets.validation_split(
    x_train, y_train
)
x_train, x_val, x_test = (
    kgm.datasets.dequantize(rows, levels=levels, seed=seed)
    for seed, rows in enumerate((x_train, x_val, x_test))
)
num_pixels = math.prod(x_train.shape[1:])

# %% [markdown]
# ## Two spaces
#
# A covariance has a number for each pair of pixels. So the classes are also
# modelled by the first principal components only, the others as independent
# normal variables, the same for all classes. A rotation changes no volumes: the
# sum of both log densities is one of pixels too.

# %%
pca = PCA().fit(x_train.reshape(len(x_train), -1))
rest = stats.norm(scale=pca.explained_variance_[num_principal:] ** 0.5)


def principal(x):
    z = pca.transform(x.reshape(len(x), -1)).astype("float32")
    return z[:, :num_principal], rest.logpdf(z[:, num_principal:]).sum(axis=1)


def to_image(z):
    z = np.pad(z, [(0, 0), (0, num_pixels - num_principal)])
    return pca.inverse_transform(z).reshape(-1, *x_train.shape[1:])


spaces = {
    "pixels": (lambda x: (x, 0.0), lambda x: x),
    "principal components": (principal, to_image),
}

# %% [markdown]
# ## One Gaussian, or several, for each digit
#
# The floor of the variances is the one that suits the validation images best.


# %%
def fit(transform, floor, **kwargs):
    x, _ = transform(x_train)
    model = kgm.BayesClassifier(
        x.shape[1:], 10, covariance_floor=floor, seed=0, **kwargs
    )
    model.compile()
    passes = epochs if model.num_components > 1 else 1
    model.fit(x, y_train, batch_size=batch_size, epochs=passes, verbose=0)
    return model


def log_prob(model, transform, x):
    x, log_prob_of_rest = transform(x)
    return model.log_prob(x, batch_size=1000) + log_prob_of_rest


draws = []
for name, (transform, back) in spaces.items():
    for num in 1, 5 if mnist else 3:
        kwargs = {"num_components": num}
        if mnist and num > 1 and name == "pixels":
            kwargs["covariance_type"] = "diag"  # for speed
        start = time.perf_counter()
        models = [fit(transform, floor, **kwargs) for floor in floors]
        scores = [log_prob(model, transform, x_val).mean() for model in models]
        model = models[int(np.argmax(scores))]
        draws.append(back(model.sample(20, labels=[*range(10)] * 2, seed=0)))
        bits = (
            math.log(levels) - log_prob(model, transform, x_test) / num_pixels
        )
        bits /= math.log(2)
        error = bits.std(ddof=1) / len(bits) ** 0.5
        hits = np.mean(model.classify(transform(x_test)[0]) == y_test)
        doubt = (hits * (1 - hits) / len(y_test)) ** 0.5
        print(f"{name}, {num} per class, floor {model.covariance_floor}:")
        print(
            f"  {bits.mean():.3f} bits per pixel, standard error {error:.3f};"
        )
        print(f"  accuracy {hits:.2%}, standard error {doubt:.2%};", end=" ")
        print(f"{time.perf_counter() - start:.0f} s")

# %% [markdown]
# ## Drawn to order
#
# A column for each digit, two rows for each of the four models in this order.

# %% alt="Digits 0 to 9 drawn from four models, two rows each"
figure = kgm.plotting.image_grid(np.concatenate(draws), columns=10)
if not in_notebook:
    folder = pathlib.Path("runs", "bayes_classifier")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{options.dataset}.png")
figure
