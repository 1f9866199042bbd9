# %% [markdown]
# # One cell for all pixels: a recurrent MADE
#
# MADE has weights of its own for each pixel. `RNNMADE` reads an image pixel by
# pixel: at each step the same recurrent cell gets the value before and the
# coordinates, and its state carries on what it has seen
# ([theory](../../theory/autoregressive/rnn_made.md)).
# `python examples/autoregressive/rnn_made.py` runs this page in a shell; with
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
epochs, units, num_train = (1, 4, 64) if smoke else (35, 64, None)
keras.utils.set_random_seed(0)
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_test = map(kgm.datasets.binarize, (x_train, x_test))
x_train, x_val = kgm.datasets.validation_split(x_train, num=200)
x_train = x_train[:num_train]

# %% [markdown]
# MADE has the more weights the more pixels there are, the recurrent network as
# many for all sizes.

# %%
for side in (28, 8):
    shape = side, side, 1
    made, rnn = kgm.MADE(shape, seed=0), kgm.RNNMADE(shape, units=units, seed=0)
    print(f"{side} x {side} pixels: MADE {made.count_params():,}", end=", ")
    print(f"RNNMADE {rnn.count_params():,}")

# %% [markdown]
# ## Training
#
# Training stops when the validation images' $\log p(x)$ no longer rises, and
# keeps the best weights. In the recurrent network each of the 64 steps waits
# for the one before, in training too.

# %%
models = {"MADE": (made, 1e-3), "RNNMADE": (rnn, 5e-3)}
for name, (model, rate) in models.items():
    stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    options = {"epochs": epochs, "batch_size": 64, "callbacks": [stop]}
    model.compile(keras.optimizers.Adam(rate))
    model.fit(x_train, validation_data=(x_val,), verbose=0, **options)
    print(f"{name}: epoch {stop.best_epoch + 1},", end=" ")
    print(f"{stop.best:.2f} nats per validation image")

# %% [markdown]
# ## What a prediction depends on
#
# How much the log odds of the red pixel change if another pixel does, the mean
# over five validation images; brighter is more. For the recurrent network the
# pixel above is as many steps ago as the image is wide, and memory fades.

# %% alt="Two maps, black after the red pixel and brightest close to it"
place = 5, 4, 0
figure, axes = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
for each, (name, (model, _)) in zip(axes, models.items(), strict=True):
    fields = [model.receptive_field(x, place) for x in x_val[:5]]
    each.imshow(np.mean(fields, axis=0), cmap="gray", vmin=0)
    each.plot(place[1], place[0], "rs")
    each.set(title=name)

# %% [markdown]
# ## Three ways to the same draws
#
# By the state, a step of the network for each pixel (`"cached"`); all pixels at
# once until nothing changes; or one after the other, each by a run over all
# ([theory](../../theory/autoregressive/sampling.md)). Seconds of a second call:

# %% alt="Digits: two rows drawn by MADE, two by RNNMADE"
draws = rnn.sample(100, seed=0)
options = {"seed": 0, "return_passes": True}
for method in "cached", "fixed_point", "ancestral":
    rnn.sample(100, method=method, **options)
    start = time.perf_counter()
    x, passes = rnn.sample(100, method=method, **options)
    print(f"{method}: {time.perf_counter() - start:.3f} s", end=", ")
    print(f"{passes.max()} runs, equal draws: {np.array_equal(x, draws)}")
rows = np.concatenate([made.sample(24, seed=0), draws[:24]])
samples = kgm.plotting.image_grid(rows, columns=12)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "rnn_made")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "dependence.png")
    samples.savefig(folder / "samples.png")
samples

# %% [markdown]
# ## The test images

# %%
nats = {"MADE": -made.log_prob(x_test), "RNNMADE": -rnn.log_prob(x_test)}
nats["difference, image by image"] = np.subtract(*nats.values())
for name, values in nats.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.2f} nats, standard error {error:.2f}")
