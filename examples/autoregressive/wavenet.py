# %% [markdown]
# # Value by value: WaveNet, of sounds and of images
#
# In a stack of causal convolutions with growing gaps, each block doubles how
# far back a prediction sees ([theory](../../theory/autoregressive/wavenet.md)).
# `python examples/autoregressive/wavenet.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv
epochs, units, length = (1, 4, 16) if smoke else (20, 16, 128)
keras.utils.set_random_seed(0)

# %% [markdown]
# ## Sounds and images
#
# A sound: three harmonics of a random pitch, that decay, and noise. The mu-law
# spreads what is quiet before rounding to 32 levels. Images are read by rows.

# %%
rng, t, mu = np.random.default_rng(0), np.arange(length) / length, 15
pitch, phase = rng.uniform(3, 6, (1000, 1, 1)), rng.uniform(size=(1000, 1, 3))
waves = np.sin(2 * np.pi * (pitch * t[:, None] * [1, 2, 3] + phase))
x = np.sum(waves * rng.dirichlet([1, 1, 1], (1000, 1)), axis=-1)
x *= np.exp(-rng.uniform(1, 3, (1000, 1)) * t)
x = np.clip(x + rng.normal(0, 0.005, x.shape), -1, 1)
x = np.sign(x) * np.log1p(mu * np.abs(x)) / np.log1p(mu)
sounds = np.split(kgm.datasets.quantize((1 + x) / 2, 32)[..., None], [700, 800])
(x, _), (x_test, _) = kgm.datasets.load("digits")
x, x_test = map(kgm.datasets.binarize, (x, x_test))
digits = *kgm.datasets.validation_split(x, num=200), x_test

# %% [markdown]
# ## Training
#
# The pixel above is eight values ago, at the left edge and in the middle; only
# coordinates tell which. The epoch kept has the least loss on validation data.

# %%
options = {"output": "logistic_mixture", "num_levels": 32, "units": units}
model = kgm.WaveNet((length, 1), **options)
told = kgm.WaveNet((8, 8, 1), units=units)
untold = kgm.WaveNet((8, 8, 1), units=units, coordinates=False)
for each, (x, x_val, _) in (model, sounds), (told, digits), (untold, digits):
    stop = keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)
    options = {"batch_size": 32, "epochs": epochs, "callbacks": [stop]}
    each.compile(keras.optimizers.Adam(5e-3))
    each.fit(x, validation_data=(x_val,), verbose=0, **options)
    print(f"{each.dilations}, epoch {stop.best_epoch + 1}: {stop.best:.2f}")

# %% [markdown]
# ## Drawn, and continued
#
# On the scale of the mu-law: unseen sounds; samples; four beginnings (black),
# continued three times. Drawn with the last inputs of blocks kept (`"cached"`),
# or all values at once, often, as each depends closely on those before it
# ([theory](../../theory/autoregressive/sampling.md)). Seconds of a second call:

# %% alt="Waves of data and samples; four beginnings, continued in three ways"
x, later = sounds[1][:4], np.arange(length)[:, None] >= length // 4
continued = model.inpaint(np.tile(x, (3, 1, 1)), later, seed=0)
draws = model.sample(12, seed=0)
for method in "cached", "fixed_point":
    model.sample(12, seed=0, method=method)
    start = time.perf_counter()
    same, passes = model.sample(12, seed=0, method=method, return_passes=True)
    print(f"{method}: {time.perf_counter() - start:.3f} s", end=", ")
    print(f"{passes.max()} runs, {np.sum(same != draws)} values differ")
figure, axes = plt.subplots(3, 4, sharey=True, layout="constrained")
for (i, j), each in np.ndenumerate(axes):
    each.plot((x, draws[:4], continued)[i][j::4, :, 0].T, linewidth=1)
    each.plot(x[j, : length // 4 * (i == 2)], "k")
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "wavenet")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "sounds.png")

# %% [markdown]
# ## The test data
#
# Beside the networks, models of sounds that count in the training data: how
# often each level occurs, and how often each follows each other.

# %%
x, _, x_test = (np.rint(x[..., 0] * 31).astype(int) for x in sounds)
pairs, share = np.ones((32, 32)), np.bincount(x.ravel(), minlength=32) + 1
np.add.at(pairs, (x[:, :-1], x[:, 1:]), 1)
share, pairs = share / share.sum(), pairs / pairs.sum(axis=1, keepdims=True)
chain = np.c_[share[x_test[:, :1]], pairs[x_test[:, :-1], x_test[:, 1:]]]
with_places, without = (-m.log_prob(digits[2]) for m in (told, untold))
for name, values in {
    "sounds, bits per value, levels": -np.log2(share[x_test]).mean(axis=1),
    "sounds, bits per value, pairs": -np.log2(chain).mean(axis=1),
    "sounds, bits per value": -model.log_prob(sounds[2]) / length / np.log(2),
    "digits, nats": with_places,
    "digits, nats, no coordinates": without,
    "no coordinates - coordinates": without - with_places,
}.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.3f}, standard error {error:.3f}")
