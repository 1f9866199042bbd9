# %% [markdown]
# # A network that must not see everything: MADE
#
# A fully connected network predicts each pixel from those before it, all in one
# pass: masks remove the connections that would give a pixel away. Its $\log p$
# is exact ([theory](../../theory/autoregressive/made.md)).
# `python examples/autoregressive/made.py` runs this; with `--smoke`, briefly.

# %%
import itertools
import pathlib
import sys

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv
epochs, num_masks = (1, 2) if smoke else (300, 8)
keras.utils.set_random_seed(0)
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_test = map(kgm.datasets.binarize, (x_train, x_test))
x_train, x_val = kgm.datasets.validation_split(x_train, num=200)
sizes = [len(x) for x in (x_train, x_val, x_test)]
print("{} images to train, {} to choose, {} to test".format(*sizes))

# %% [markdown]
# ## It is a distribution
#
# There are $2^9$ images of three by three pixels. Their probabilities sum to
# one, here in a small model with four orders, trained on the middle of digits.
# With the *logits* averaged over the orders, not the probabilities, they do
# not: then a pixel is predicted from some that come after it.

# %%
every = [*itertools.product((0.0, 1.0), repeat=9)]
every = keras.ops.reshape(keras.ops.convert_to_tensor(every), (-1, 3, 3, 1))
tiny = kgm.MADE((3, 3, 1), hidden_units=(64,), num_masks=4, order="random")
tiny.compile(keras.optimizers.Adam(5e-3))
tiny.fit(x_train[:, 2:5, 2:5], epochs=epochs // 10 + 1, verbose=0)
logits = sum(tiny.compute_parameters(every, index=i) for i in range(4)) / 4
wrong = tiny.output_distribution.log_prob(every, logits)
wrong = keras.ops.sum(wrong, axis=(1, 2, 3))
right = tiny.compute_log_prob(every)
for name, log_prob in {"probabilities": right, "logits": wrong}.items():
    total = np.exp(keras.ops.convert_to_numpy(log_prob)).sum()
    print(f"mean of {name}: sum {total:.4f}")

# %% [markdown]
# ## One order, and several
#
# Training stops when the validation images' $\log p(x)$ no longer rises, and
# keeps the best weights. The test images wait until the end.

# %%
several = {"num_masks": num_masks, "order": "random"}
models = {
    "order of reading": kgm.MADE((8, 8, 1), seed=0),
    f"{num_masks} random orders": kgm.MADE((8, 8, 1), seed=0, **several),
}
options = {"validation_data": (x_val,), "epochs": epochs, "batch_size": 64}
for name, made in models.items():
    made.compile(keras.optimizers.Adam(1e-3))
    stop = keras.callbacks.EarlyStopping(
        "val_loss", patience=20, restore_best_weights=True
    )
    made.fit(x_train, callbacks=[stop], verbose=0, **options)
    print(f"{name}: epoch {stop.best_epoch + 1},", end=" ")
    print(f"{stop.best:.2f} nats per validation image")

# %% [markdown]
# Masks in the order of reading, a row for each unit, and how many paths they
# leave from a pixel to a prediction. To its own or before, none leads.

# %% alt="Three masks, black and white; a triangle of paths"
made = models["order of reading"]
trio = made.hidden_layers[0], made.output_layer, made.direct_layer
hidden, output, direct = (keras.ops.convert_to_numpy(x.mask()).T for x in trio)
masks = {"hidden layer": hidden, "output": output, "direct": direct}
masks["paths"] = output @ hidden + direct
figure, axes = plt.subplots(1, 4, figsize=(8, 2.5), layout="constrained")
for each, (name, mask) in zip(axes, masks.items(), strict=True):
    figure.colorbar(each.imshow(mask, cmap="gray", aspect="auto"))
    each.set(title=name)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "made")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "masks.png")

# %% [markdown]
# ## Samples
#
# Drawn in two ways from the same noise: pixel by pixel, and all at once until
# nothing changes ([theory](../../theory/autoregressive/sampling.md)). Images of
# one order are a batch, which is done when its last image is.

# %% alt="Digits drawn by the two models, a row for each"
draws = []
for name, made in models.items():
    x, slow = made.sample(100, seed=0, method="ancestral", return_passes=True)
    same, quick = made.sample(100, seed=0, return_passes=True)
    print(f"{name}: {slow.mean():g} passes, or {quick.mean():.1f}", end=", ")
    print(f"for the same draws: {np.array_equal(x, same)}")
    draws.append(x[:12])
figure = kgm.plotting.image_grid(np.concatenate(draws), columns=12)
if "ipykernel" not in sys.modules:
    figure.savefig(folder / "samples.png")
figure

# %% [markdown]
# ## The test images

# %%
nats = {name: -made.log_prob(x_test) for name, made in models.items()}
nats["difference, image by image"] = np.subtract(*nats.values())
for name, values in nats.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.2f} nats, standard error {error:.2f}")
