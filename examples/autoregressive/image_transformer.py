# %% [markdown]
# # Every pixel asks all earlier ones: an image Transformer
#
# Attention takes from all earlier pixels at once, and learns from which
# ([theory](../../theory/autoregressive/image_transformer.md)).
# `python examples/autoregressive/image_transformer.py` runs this page in a
# shell; with `--smoke` it hardly trains.

# %%
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops
from scipy.special import logsumexp

smoke = "--smoke" in sys.argv
epochs, units = (1, 4) if smoke else (27, 32)
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
x_train, x_test = map(kgm.datasets.binarize, (x_train, x_test))
train, val = kgm.datasets.validation_split(x_train, y_train, num=200)

# %% [markdown]
# ## Training
#
# Attention by itself knows no order, so each pixel is told its place: a learned
# vector for its row plus one for its column. The best validation epoch is kept.

# %%
model = kgm.ImageTransformer(
    (8, 8, 1), units=units, num_layers=2, num_classes=10, dropout=0.1, seed=0
)
stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
options = {"epochs": epochs, "batch_size": 64, "callbacks": [stop]}
model.compile(keras.optimizers.Adam(4e-3))
model.fit(*train, validation_data=val, verbose=0, **options)
print(f"epoch {stop.best_epoch + 1}: {stop.best:.2f} nats per validation image")

# %% [markdown]
# ## Where it looks
#
# How much weight the four heads of the first block give to earlier pixels, to
# predict the red one: the mean over the validation images, computed again from
# the layers. Element $i$ is made of the value $i - 1$, a bit being -1 or 1.

# %% alt="Four maps of weights, bright in different places"
before = np.pad(2 * val[0].reshape(-1, 64, 1) - 1, ((0, 0), (1, 0), (0, 0)))
elements = model.place_layer(model.value_layer(before[:, :-1]))
elements += model.label_layer(keras.utils.to_categorical(val[1], 10))[:, None]
block, place = model.blocks[0], 5 * 8 + 4
heads = block.attention.projection(block.normalizations[0](elements))
heads = ops.reshape(heads, (-1, 64, 3, 4, units // 4))[:, : place + 1]
scores = ops.einsum("nhd,nkhd->nhk", heads[:, place, 0], heads[:, :, 1])
weights = ops.softmax(scores / (units // 4) ** 0.5)
weights = ops.convert_to_numpy(weights).mean(axis=0)[:, 1:]
figure, axes = plt.subplots(1, 4, figsize=(8, 2), layout="constrained")
for each, shares in zip(axes, weights, strict=True):
    shares = np.pad(shares, (0, 64 - place))
    each.imshow(shares.reshape(8, 8), cmap="gray", vmin=0)
    each.plot(place % 8, place // 8, "rs")

# %% [markdown]
# ## Ten classes, and lower halves drawn anew
#
# A column for each label: four draws of $p(x \mid y)$; below the gap a test
# image, and four lower halves for its upper one. Keys and values are kept
# (`"cached"`), or all are computed again until nothing changes
# ([theory](../../theory/autoregressive/sampling.md)). Seconds of a second call:

# %% alt="Four rows of the ten digits; test digits, four lower halves for each"
labels, lower = [*range(10)] * 4, np.arange(8).reshape(8, 1, 1) >= 4
options = {"labels": labels, "seed": 0, "return_passes": True}
for method in "cached", "fixed_point":
    draws, _ = model.sample(40, **options)
    model.sample(40, method=method, **options)
    start = time.perf_counter()
    x, passes = model.sample(40, method=method, **options)
    print(f"{method}: {time.perf_counter() - start:.3f} s", end=", ")
    print(f"{passes.max()} runs, equal draws: {np.array_equal(x, draws)}")
chosen = [list(y_test).index(y) for y in labels]
drawn = model.inpaint(x_test[chosen], lower, y=y_test[chosen], seed=0)
rows = x, np.ones((10, 8, 8, 1)), x_test[chosen[:10]], drawn
classes = kgm.plotting.image_grid(np.concatenate(rows), columns=10)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "image_transformer")
    folder.mkdir(parents=True, exist_ok=True)
    for name, each in {"attention": figure, "classes": classes}.items():
        each.savefig(folder / f"{name}.png")
classes

# %% [markdown]
# ## The test images
#
# The probabilities under all ten labels give $\log p(x)$, and a classifier.

# %%
given = [model.log_prob(x_test, np.full(len(x_test), y)) for y in range(10)]
for name, values in {
    "-log p(x | y), nats": -np.choose(y_test, given),
    "-log p(x), nats": np.log(10) - logsumexp(given, axis=0),
    "accuracy of the most probable label": np.argmax(given, axis=0) == y_test,
}.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.3f}, standard error {error:.3f}")
