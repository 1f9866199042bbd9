# %% [markdown]
# # Denoising: three kinds of damage, and where the arrows point
#
# A denoising autoencoder sees damaged data and must give back the undamaged
# ([theory](../../theory/autoencoders/denoising_autoencoder.md)). To repair a
# digit it must know digits; and to repair a point is to move it towards the
# data. `python examples/autoencoders/denoising_autoencoder.py` runs this page
# in a shell; with `--smoke` it hardly trains.

# %%
import math
import pathlib
import sys

import keras_genmodels as kgm
from keras_genmodels import layers
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv
keras.utils.set_random_seed(0)
(x_train, _), (x_test, _) = kgm.datasets.load("digits")


def train(model, x, learning_rate, batch_size):
    epochs = 1 if smoke else 60
    steps = epochs * math.ceil(len(x) / batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(keras.optimizers.Adam(schedule))
    model.fit(x, epochs=epochs, batch_size=batch_size, verbose=0)


# %% [markdown]
# ## Three kinds of damage
#
# Every pixel gets normal noise; or is lost with probability 1/2; or turns black
# or white with probability 1/3. Printed are squared errors per pixel of test
# digits. The first row of the figure are the digits; below, for each kind of
# damage, the same damaged and repaired:

# %% alt="Test digits, then damaged and repaired ones for three kinds of damage"
corruptions = {
    "Gaussian noise": layers.GaussianCorruption(0.4),
    "masking": layers.MaskingCorruption(0.5),
    "salt and pepper": layers.SaltAndPepperCorruption(1 / 3),
}
pictures = [x_test[:12]]
for name, corruption in corruptions.items():
    model = kgm.DenoisingAutoencoder.from_shape(
        (8, 8, 1), latent_dim=64, corruption=corruption, seed=0
    )
    train(model, x_train, 1e-3, batch_size=32)
    damaged = model.corrupt(x_test, seed=0)
    repaired = model.denoise(damaged)
    before, after = (np.mean((x - x_test) ** 2) for x in (damaged, repaired))
    print(f"{name}: {before:.3f} damaged, {after:.3f} repaired")
    pictures += [damaged[:12], repaired[:12]]
pictures = kgm.plotting.image_grid(np.concatenate(pictures), columns=12)
figures = {"digits": pictures}
pictures

# %% [markdown]
# ## The score of a density in the plane
#
# For normal noise of standard deviation $\sigma$ the best repair moves a point
# by $\sigma^2$ times the gradient of the log density of the noisy data. That of
# eight normal densities on a circle is known: they stay normal, with variance
# $0.25^2 + \sigma^2$. So the learned arrows can be set beside the exact ones.

# %%
sigma = 0.5
x = kgm.datasets.eight_gaussians(10_000, seed=0)
model = kgm.DenoisingAutoencoder.from_shape(
    (2,),
    latent_dim=64,
    hidden_units=(128, 128),
    activation="silu",
    corruption=layers.GaussianCorruption(sigma),
    likelihood=layers.NormalLikelihood(scale=1.0),
    seed=0,
)
train(model, x, 3e-3, batch_size=128)


def exact_score(points):
    angles = np.arange(8) * np.pi / 4
    means = 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    to_means = means - points[:, None]
    variance = 0.25**2 + sigma**2
    log_weights = -np.sum(to_means**2, axis=2, keepdims=True) / (2 * variance)
    weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    return (weights * to_means).sum(1) / weights.sum(1) / variance


noisy = model.corrupt(kgm.datasets.eight_gaussians(5000, seed=1), seed=1)
exact = exact_score(noisy)
error = np.sum((model.score(noisy) - exact) ** 2) / np.sum(exact**2)
print(f"squared error of the score: {error:.1%} of its squared length")

# %% alt="Arrows that point to eight clusters of points: learned, and exact"
grid = np.stack(np.meshgrid(*[np.linspace(-4.5, 4.5, 25)] * 2), -1)
grid = grid.reshape(-1, 2)
near = np.linalg.norm(grid[:, None] - noisy[None], axis=2).min(axis=1) < 0.3
grid = grid[near]
figure, panels = plt.subplots(
    1, 2, figsize=(9, 4.5), sharex=True, sharey=True, layout="constrained"
)
scores = {"learned": model.score(grid), "exact": exact_score(grid)}
for axes, (title, arrows) in zip(panels, scores.items(), strict=True):
    axes.scatter(*noisy.T, s=1, color="tab:orange", alpha=0.3)
    axes.quiver(*grid.T, *arrows.T, angles="xy", scale=120, width=0.004)
    axes.set(title=title, aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
figures["scores"] = figure
plt.close(figure)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "denoising_autoencoder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in figures.items():
        picture.savefig(folder / f"{name}.png")
figures["scores"]
