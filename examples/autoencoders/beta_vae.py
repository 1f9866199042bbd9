# %% [markdown]
# # What beta does: rate, distortion and single components
#
# The weight of the divergence in a VAE's loss is a price for information; the
# [theory](../../theory/autoencoders/beta_vae.md) says what is bought for it.
# `python examples/autoencoders/beta_vae.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import mutual_info_score

smoke = "--smoke" in sys.argv
epochs, num_train, num_seeds = (1, 200, 1) if smoke else (30, 2000, 3)


def train(x, beta, latent_dim, seed=0):
    keras.utils.set_random_seed(seed)
    sizes = {"latent_dim": latent_dim, "hidden_units": (128, 128)}
    model = kgm.VAE.from_shape(x.shape[1:], **sizes, seed=seed)
    model.compile(keras.optimizers.Adam(2e-3))
    warm_up = kgm.callbacks.BetaWarmUp(epochs=max(1, epochs // 4), end=beta)
    model.fit(x, epochs=epochs, batch_size=64, verbose=0, callbacks=[warm_up])
    return model


# %% [markdown]
# ## The price of a nat
#
# Digits, with ink where a pixel is brighter than half. The distortion is
# `reconstruction`, the rate `kl`, both on test images; they add up to minus the
# ELBO. A component's share of the rate says whether it is in use. A larger beta
# should raise the distortion, and lower the rate and the number of components.

# %% alt="Distortion against rate, one point for each beta; rates by component"
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_test = ((x > 0.5).astype("float32") for x in (x_train, x_test))
curve, axes = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
for beta in (1,) if smoke else (0.25, 0.5, 1, 2, 4):
    model = train(x_train[:num_train], beta, latent_dim=10)
    method = "compute_posterior"
    mean, log_var = kgm.training.run_in_batches(model, method, (x_test,))
    shares = (mean**2 + np.exp(log_var) - 1 - log_var) / 2
    rate, elbo = shares.sum(axis=1), model.elbo(x_test, seed=0)
    shares = np.sort(shares.mean(axis=0))[::-1]
    print(f"beta {beta}: {(shares > 0.1).sum()} components above 0.1 nats")
    terms = {"rate": rate, "distortion": -elbo - rate, "ELBO": elbo}
    for name, nats in terms.items():
        error = nats.std(ddof=1) / len(nats) ** 0.5
        print(f"  {name} {nats.mean():.2f} nats, standard error {error:.2f}")
    axes[0].plot(rate.mean(), -(elbo + rate).mean(), "o", label=f"{beta}")
    axes[1].plot(range(1, 11), shares, "o-", markersize=4)
axes[0].set(xlabel="rate (nats)", ylabel="distortion (nats)")
axes[1].set(xlabel="component, by rank", ylabel="its rate (nats)")
legend = axes[0].legend(title="beta")

# %% [markdown]
# ## Images with known factors
#
# A blob in one of 8 columns, 8 rows and 8 sizes. The mutual information gap
# (MIG) is 1 if one component tells each, and 0 if two tell it equally well.


# %%
def blobs(num, seed):
    factors = np.random.default_rng(seed).integers(8, size=(num, 3))
    column, row, size = factors.T[:, :, None, None]
    across, down = np.ogrid[-4:12, -4:12][::-1]
    squares = (across - column) ** 2 + (down - row) ** 2
    x = np.exp(-squares / (2 * (1 + size / 5) ** 2))[..., None]
    return x.astype("float32"), factors


def mig(codes, factors):
    bins = 20 * codes.argsort(axis=0).argsort(axis=0) // len(codes)
    table = [[mutual_info_score(f, b) for b in bins.T] for f in factors.T]
    return np.mean(np.diff(np.sort(table), axis=1)[:, -1]) / np.log(8)


# %% alt="Correlation of factors and components for two betas and three seeds"
(x_train, _), (x_test, factors) = blobs(num_train, seed=0), blobs(1000, seed=1)
models = {}
table, axes = plt.subplots(2, num_seeds, figsize=(8, 3), layout="constrained")
for beta, panels in zip((1, 4), axes.reshape(2, -1), strict=True):
    gaps = []
    for seed, panel in enumerate(panels):
        models[beta] = train(x_train, beta, latent_dim=5, seed=seed)
        codes = models[beta].encode(x_test)
        gaps.append(mig(codes, factors))
        related = np.corrcoef(factors.T, codes.T)[:3, 3:]
        drawn = panel.imshow(abs(related), cmap="Blues", vmin=0, vmax=1)
        panel.set(title=f"beta {beta}, seed {seed}", xticks=[])
        panel.set_yticks(range(3), ("column", "row", "size"))
    error = np.std(gaps) / max(1, num_seeds - 1) ** 0.5
    print(f"beta {beta}: MIG", *(f"{gap:.2f}" for gap in gaps), end="; ")
    print(f"mean {np.mean(gaps):.2f}, standard error {error:.2f}")
bar = table.colorbar(drawn, ax=axes, label="|correlation|")

# %% [markdown]
# Each component of the last models in turn, five of beta 1 and five of beta 4:

# %% alt="Latent traversals of blobs, for beta 1 and for beta 4"
values = (-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2)
rows = [kgm.explore.traverse(models[b], values=values) for b in (1, 4)]
rows, names = np.concatenate(rows), [*range(5), *range(5)]
grid = kgm.plotting.traversal(rows, values=values, dimensions=names)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "beta_vae")
    folder.mkdir(parents=True, exist_ok=True)
    curve.savefig(folder / "rate_distortion.png")
    table.savefig(folder / "factors.png")
    grid.savefig(folder / "traversals.png")
grid
