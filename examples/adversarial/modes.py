# %% [markdown]
# # Eight modes, four games
#
# Eight Gaussians on a circle are easy for any density model. A GAN may sit on
# some of them and leave out others, and two densities that look alike in a plot
# may have unequal modes. Here the same two networks play four games. What the
# stable ones do otherwise: see the
# [theory](../../theory/adversarial/stable_gans.md).
# `python examples/adversarial/modes.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np

smoke = "--smoke" in sys.argv
epochs, batch_size = (1 if smoke else 50), 256
x = kgm.datasets.eight_gaussians(20_000, seed=0)
angles = np.arange(8) * np.pi / 4
means = 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)

# %% [markdown]
# ## How good are samples?
#
# A draw is good if it lies within three standard deviations, 0.75, of the
# nearest mean; a mode is held if at least a quarter of its share, one draw in
# 32, is good and near it. Of all draws an eighth should be near each mean.


# %%
def count(points):
    """The fraction of good draws, and the fraction near each mean."""
    distances = np.linalg.norm(points[:, None] - means, axis=2)
    good = distances.min(axis=1) < 3 * 0.25
    shares = np.bincount(distances.argmin(axis=1)[good], minlength=8)
    return good.mean(), shares / len(points)


# %% [markdown]
# ## Four games
#
# The first is trained by Adam with its usual inertia, at a constant rate, and
# drawn from as it stands at the end. The others have no inertia, an averaged
# generator, and a rate that falls to zero. WGAN-GP's penalty has the weight 0.1
# of the authors' own experiments in the plane; with 10, meant for images, the
# critic cannot turn its slope round.

# %% alt="Draws of four models around eight means"
shared = {"latent_dim": 2, "hidden_units": (64, 64, 64), "seed": 0}
games = {
    "GAN, inertia": (kgm.GAN, {"ema_momentum": 0.0}, 1e-3, 0.9),
    "GAN": (kgm.GAN, {}, 1e-3, 0.0),
    "WGAN-GP": (
        kgm.WGANGP,
        {"gradient_penalty": 0.1, "d_steps": 2},
        3e-3,
        0.0,
    ),
    "R3GAN": (kgm.R3GAN, {"gamma": 0.02}, 3e-3, 0.0),
}
figures = {"draws": kgm.plotting.NotebookFigure(figsize=(11, 3))}
panels = figures["draws"].subplots(1, 4, sharex=True, sharey=True)
good, _ = count(kgm.datasets.eight_gaussians(10_000, seed=1))
print(f"true draws: {good:.3f} good")
for axes, (name, (cls, options, rate, inertia)) in zip(
    panels, games.items(), strict=True
):
    keras.utils.set_random_seed(0)
    model = cls.from_shape((2,), **shared, **options)
    steps = epochs * -(-len(x) // batch_size)
    decay = keras.optimizers.schedules.CosineDecay(rate, steps)
    g_rate = rate if inertia else decay
    model.compile(
        keras.optimizers.Adam(g_rate, beta_1=inertia, beta_2=0.9),
        keras.optimizers.Adam(rate, beta_1=inertia, beta_2=0.9),
    )
    model.fit(x, epochs=epochs, batch_size=batch_size, verbose=0)
    drawn = model.sample(10_000, seed=0)
    good, shares = count(drawn)
    error = (good * (1 - good) / len(drawn)) ** 0.5
    print(
        f"{name}: {good:.3f} +- {error:.3f} good, "
        f"{np.sum(shares >= 1 / 32)} of 8 modes held, "
        f"with shares from {shares.min():.3f} to {shares.max():.3f}"
    )
    axes.scatter(*drawn[:2000].T, s=2, alpha=0.4, linewidths=0)
    axes.scatter(*means.T, s=25, marker="x", color="C1")
    axes.set(title=name, aspect="equal")
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "modes")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["draws"]

# %% [markdown]
# The good fraction of a continuous generator stays below that of the data:
# eight separate islands cannot be the image of one connected plane, so threads
# between them remain, thinner the steeper the network.
