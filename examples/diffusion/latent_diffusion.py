# %% [markdown]
# # Latent diffusion in thirty lines
#
# Diffusion of images is slow since every step computes a whole image. Latent
# diffusion ([Rombach et al., 2022](https://arxiv.org/abs/2112.10752)) lets an
# autoencoder shorten images to codes, and learns the density of the codes. The
# decoder is called once, at the end. ([Theory of
# the parts](../../theory/diffusion/flow_matching.md).)
# `python examples/diffusion/latent_diffusion.py` runs this page in a shell;
# with `--smoke` it hardly trains.

# %%
import math
import pathlib
import sys
import time
import types

import keras_genmodels as kgm
import keras
import numpy as np

smoke = "--smoke" in sys.argv
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")


def fit(model, *data, epochs):
    epochs = 1 if smoke else epochs
    steps = epochs * math.ceil(len(data[0]) / 64)
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    model.fit(*data, batch_size=64, epochs=epochs, verbose=0)
    print(f"{type(model).__name__}: {time.perf_counter() - start:.0f} s")


# %% [markdown]
# ## An autoencoder, then diffusion of its codes
#
# The autoencoder is a `VAE` with a small weight of the KL divergence: its codes
# need not look like the prior, since nobody will draw from it. Flow matching
# learns the codes as any other vectors, with labels. They are divided by their
# standard deviation, so that noise of size 1 covers them.

# %%
vae = kgm.VAE.from_shape((8, 8, 1), latent_dim=16, beta=0.05, seed=0)
fit(vae, x_train, epochs=200)
codes = vae.encode(x_train)
mean, scale = codes.mean(axis=0), codes.std(axis=0)
flow = kgm.FlowMatching.from_shape(
    (16,),
    num_classes=10,
    network_options={"hidden_units": (256, 256, 256)},
    seed=0,
)
fit(flow, (codes - mean) / scale, y_train, epochs=300)


def sample(num_samples, num_steps=16, **kwargs):
    z = flow.sample(num_samples, num_steps=num_steps, **kwargs)
    return vae.decode(mean + scale * z)


# %% [markdown]
# That was all. Rows of test digits, of what the autoencoder makes of them, of
# draws from the prior of the `VAE`, and of latent diffusion:

# %% alt="Rows of digits: data, reconstructions, and draws of two kinds"
labels = np.arange(10)
first = np.array([np.flatnonzero(y_test == k)[:2] for k in labels]).T.ravel()
rows = [
    x_test[first],
    vae.reconstruct(x_test[first]),
    vae.sample(20, seed=0),
    sample(20, labels=np.tile(labels, 2), seed=0),
]
grid = kgm.plotting.image_grid(np.concatenate(rows), columns=10)
grid

# %% [markdown]
# ## How good?
#
# The Fréchet distance of draws to test digits, in features of a classifier, and
# how many of the draws are copies of training digits by a test that expects one
# in a hundred.

# %%
judged = {"y_test": y_test, "num_samples": 200 if smoke else 500}


def judge(name, drawing, num_classes=None, **options):
    """Print figures of what a function draws; return those of real data."""
    sampler = types.SimpleNamespace(sample=drawing, num_classes=num_classes)
    result = kgm.metrics.evaluate_samples(
        sampler, x_test, x_train, sample_options=options, **judged
    )
    apart, copies = (
        result.samples[key] for key in ("frechet_distance", "feature_copies")
    )
    print(f"{name}: {apart:.3f}, {copies:.1%} copies")
    return result.baseline["frechet_distance"]


def reconstructed(num_samples, seed=None, **kwargs):
    chosen = np.random.default_rng(seed).permutation(len(x_train))
    return vae.reconstruct(x_train[chosen[:num_samples]])


judge("training digits through the autoencoder", reconstructed)
judge("draws from the prior of the VAE", vae.sample)
for num_steps in (1, 2, 4, 16):
    name = f"latent diffusion, {num_steps} steps of Heun's method"
    real = judge(name, sample, num_classes=10, num_steps=num_steps)
print(f"training digits: {real:.3f}")

# %% [markdown]
# In four steps, draws are as near to the test digits as training digits are.
# Part of that is memory: somewhat more draws than one in a hundred lie very
# near a training digit. (Of the training digits that went through the
# autoencoder most do, as they should.)

# %%
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "latent_diffusion")
    folder.mkdir(parents=True, exist_ok=True)
    grid.savefig(folder / "samples.png")
