# %% [markdown]
# # Pixels that see what is above and to the left: PixelCNN
#
# Masked convolutions predict each pixel from those before it. A plain network
# has a blind spot, a gated one of two stacks has none
# ([theory](../../theory/autoregressive/pixel_cnn.md)).
# `python examples/autoregressive/pixel_cnn.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import logsumexp

smoke = "--smoke" in sys.argv
epochs, filters = (1, 4) if smoke else (40, 16)
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
x_train, x_test = map(kgm.datasets.binarize, (x_train, x_test))
train, val = kgm.datasets.validation_split(x_train, y_train, num=200)
print(f"{len(train[0])} images to train, {len(val[0])} to choose", end=", ")
print(f"{len(x_test)} to test")

# %% [markdown]
# ## Two models
#
# The plain one knows no labels. The gated one is told the label nine times in
# ten, so it learns $p(x)$ too, for guidance below. Training stops when the
# validation images' $\log p$ no longer rises, and keeps the best weights.

# %%
sizes = {"filters": filters, "num_blocks": 3, "seed": 0}
plain = kgm.PixelCNN.from_shape((8, 8, 1), **sizes)
sizes |= {"num_classes": 10, "label_dropout": 0.1}
gated = kgm.GatedPixelCNN.from_shape((8, 8, 1), **sizes)
options = {"epochs": epochs, "batch_size": 64, "verbose": 0}
for model, name, parts in (plain, "plain", 1), (gated, "gated", 2):
    stop = keras.callbacks.EarlyStopping(
        "val_loss", patience=5, restore_best_weights=True
    )
    options |= {"validation_data": val[:parts], "callbacks": [stop]}
    model.compile(keras.optimizers.Adam(3e-3))
    model.fit(*train[:parts], **options)
    print(f"{name}: epoch {stop.best_epoch + 1},", end=" ")
    print(f"{stop.best:.2f} nats per validation image")

# %% [markdown]
# ## The blind spot
#
# White: pixels that change the prediction of the red one, if they are changed.
# All before it should. The plain network (left) is blind to some on the right.

# %% alt="Two maps of dependence; in the left one a part at the right is black"
place = 5, 1, 0
figure, axes = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
for each, model, y in zip(axes, (plain, gated), (None, 3), strict=True):
    seen = model.receptive_field(x_test[0], place, y=y) > 0
    each.imshow(seen, cmap="gray")
    each.plot(place[1], place[0], "rs")
    each.set(title=f"{seen.sum()} of the {5 * 8 + 1} before")

# %% [markdown]
# ## Ten classes
#
# A column for each label: four draws of $p(x \mid y)$, and below the gap four
# of the same noise, guided: what speaks for the label counts more. A pass
# computes all pixels; it took few of them, not one for each pixel.

# %% alt="Four rows of the ten digits, and below four with guidance"
options = {"labels": [*range(10)] * 4, "seed": 0, "return_passes": True}
free, passes = gated.sample(40, **options)
guided, passes_guided = gated.sample(40, guidance=2.0, **options)
print(f"passes for 64 pixels: {passes.max()}, guided {passes_guided.max()}")
rows = np.concatenate([free, np.ones((10, 8, 8, 1)), guided])
figures = {"classes": kgm.plotting.image_grid(rows, columns=10)}
figures["classes"]

# %% [markdown]
# ## The lower half, drawn anew
#
# Test images at the left, then their upper halves with eight lower halves each.

# %% alt="Upper halves of test digits, each with eight different lower halves"
lower = np.arange(8).reshape(8, 1, 1) >= 4
chosen = np.repeat([list(y_test).index(y) for y in (0, 2, 4, 7, 9)], 8)
drawn = gated.inpaint(x_test[chosen], lower, y=y_test[chosen], seed=0)
rows = np.insert(drawn, range(0, len(drawn), 8), x_test[chosen[::8]], axis=0)
figures |= {"inpainting": kgm.plotting.image_grid(rows, columns=9)}
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "pixel_cnn")
    folder.mkdir(parents=True, exist_ok=True)
    for name, each in {"blind_spot": figure, **figures}.items():
        each.savefig(folder / f"{name}.png")
figures["inpainting"]

# %% [markdown]
# ## The test images
#
# The gated model's probabilities under all ten labels give its $\log p(x)$, and
# a classifier. The difference is taken image by image.

# %%
given = [gated.log_prob(x_test, np.full(len(x_test), y)) for y in range(10)]
of_gated = logsumexp(given, axis=0) - np.log(10)
of_plain = plain.log_prob(x_test)
for name, values in {
    "PixelCNN, -log p(x)": -of_plain,
    "GatedPixelCNN, -log p(x)": -of_gated,
    "PixelCNN - GatedPixelCNN": of_gated - of_plain,
    "GatedPixelCNN, -log p(x | y)": -np.choose(y_test, given),
    "accuracy of the most probable label": np.argmax(given, axis=0) == y_test,
}.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.3f}, standard error {error:.3f}")
