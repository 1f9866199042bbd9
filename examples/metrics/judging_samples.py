# %% [markdown]
# # Judging samples: one table, and what it cannot see
#
# What a Gaussian per class, a VAE and a GAN draw is compared with test images,
# beside real ones ([theory](../../theory/metrics/judging_samples.md)).
# `python examples/metrics/judging_samples.py` runs this in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np

smoke = "--smoke" in sys.argv
fit = {"epochs": 1 if smoke else 60, "batch_size": 64, "verbose": 0}
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
models = {
    "Gaussians": kgm.BayesClassifier((8, 8, 1), 10, covariance_floor=1e-2),
    "VAE": kgm.VAE.from_shape((8, 8, 1), latent_dim=8, seed=0),
    "GAN": kgm.ConditionalGAN.from_shape((8, 8, 1), num_classes=10, seed=0),
}
models["Gaussians"].compile()
models["Gaussians"].fit(x_train, y_train, epochs=1, verbose=0)
models["VAE"].compile()
models["VAE"].fit(x_train, **fit)
models["GAN"].compile(keras.optimizers.Adam(5e-4, beta_1=0.5))
history = models["GAN"].fit(x_train, y_train, **fit)

# %% [markdown]
# ## The table
#
# A fourth model hands out its training data. The last column is what as many
# real images get. Of `copies`, 0.01 are expected.


# %%
class Copier:
    data_shape, num_classes = (8, 8, 1), None

    def sample(self, num_samples, seed=None, **kwargs):
        rng = np.random.default_rng([1, seed])
        return x_train[rng.permutation(len(x_train))[:num_samples]]


models["copier"] = Copier()
columns = {}
for name, model in models.items():
    columns[name], baseline, _ = kgm.metrics.evaluate_samples(
        model, x_test, y_test=y_test
    )
    if name == "Gaussians":
        of_real = baseline  # the same for all, with the accuracy of test images
columns["baseline"] = of_real
print(f"{len(x_test)} rows each".ljust(21), *(f"{k:>9}" for k in columns))
for name in columns["Gaussians"]:
    if name != "class_histogram":
        values = (column.get(name, np.nan) for column in columns.values())
        print(f"{name:21}", *(f"{v:9.3g}" for v in values))

# %% [markdown]
# By its Fréchet distance the copier is as good as any; its C_T is far below 0.
# Of one copy to nine draws of the VAE, only the share of copies tells.

# %%
drawn = models["VAE"].sample(500 if smoke else 4000, seed=0)
mixed = np.concatenate([x_train[:36], drawn[:324]])
for x in drawn[:360], mixed:
    test = kgm.metrics.memorization_test(x, x_test, x_train)
    print(f"C_T {test.statistic:.2f}, copies {test.copied:.3f}")

# %% [markdown]
# ## Draws, and under each the training image with the nearest features

# %% alt="Samples of the VAE, the GAN and the copier over training images"
classifier = kgm.metrics.load_classifier("digits")
features = kgm.metrics.feature_extractor(classifier)
known, real = (features.predict(x, verbose=0) for x in (x_train, x_test))
rows, rng = [], np.random.default_rng(0)
for name in ("VAE", "GAN", "copier"):
    x = models[name].sample(12, seed=0)
    seen = features.predict(x, verbose=0)
    nearest = kgm.metrics.nearest_neighbors(seen, known).indices[:, 0]
    rows += [x, x_train[nearest]]
figure = kgm.plotting.image_grid(np.concatenate(rows), columns=12)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "judging_samples")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "neighbors.png")
figure

# %% [markdown]
# ## Real images are not at distance zero
#
# Two sets of n training images: nearly all of their distance is excess.

# %%
print("n, distance, its deviation, estimated excess: of twenty divisions")
for n in (160, 240, 360, 540, 718):
    sets = [rng.permutation(known)[: 2 * n] for _ in range(2 if smoke else 20)]
    found = [kgm.metrics.frechet_distance(x[:n], x[n:]) for x in sets]
    excess = [kgm.metrics.frechet_bias(x[:n], x[n:]) for x in sets]
    values = np.mean(found), np.std(found, ddof=1), np.mean(excess)
    print(n, *(f"{v:.3f}" for v in values))

# %% [markdown]
# ## One class only
#
# Draws of one class lie where data are; few of the data lie where they are.

# %%
found = classifier.predict(drawn, verbose=0).argmax(axis=1)
print("precision, recall, density, coverage of all, then of one class")
for x in drawn, drawn[found == np.bincount(found).argmax()]:
    seen = features.predict(x[:360], verbose=0)
    values = kgm.metrics.precision_recall(seen, real)
    values += kgm.metrics.density_coverage(seen, real)
    print(*(f"{v:.2f}" for v in values), f"of {len(seen)}")
