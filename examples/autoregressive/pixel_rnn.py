# %% [markdown]
# # Pixels that remember: PixelRNN
#
# In place of masked convolutions, recurrent layers carry what has been seen
# across the image: from row to row (Row LSTM), or from diagonal to diagonal
# (Diagonal BiLSTM), which misses nothing
# ([theory](../../theory/autoregressive/pixel_rnn.md)).
# `python examples/autoregressive/pixel_rnn.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv
epochs, filters, num_train = (1, 2, 64) if smoke else (30, 12, None)
keras.utils.set_random_seed(0)
(x_train, _), (x_test, y_test) = kgm.datasets.load("digits")
x_train, x_test = map(kgm.datasets.binarize, (x_train, x_test))
x_train, x_val = kgm.datasets.validation_split(x_train, num=200)
x_train = x_train[:num_train]

# %% [markdown]
# ## Two directions
#
# Both have a masked convolution of size 3, and then one recurrent layer of as
# many units. Training stops when the validation images' $\log p(x)$ no
# longer rises, and keeps the best weights.

# %%
sizes = {"filters": filters, "num_blocks": 1, "kernel_size": 3}
models = {
    name: kgm.PixelRNN.from_shape((8, 8, 1), recurrence=kind, seed=0, **sizes)
    for name, kind in {"Row LSTM": "row", "Diagonal BiLSTM": "diagonal"}.items()
}
for name, model in models.items():
    stop = keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)
    options = {"epochs": epochs, "batch_size": 64, "callbacks": [stop]}
    model.compile(keras.optimizers.Adam(1e-2))
    model.fit(x_train, validation_data=(x_val,), verbose=0, **options)
    print(f"{name}: epoch {stop.best_epoch + 1},", end=" ")
    print(f"{stop.best:.2f} nats per validation image")

# %% [markdown]
# ## A triangle, and everything
#
# White: pixels that change the prediction of the red one, if they are changed.
# All before it should; the titles count. A state of the Row LSTM comes from
# three neighbours in the row above. So it sees a triangle, and at the right has
# the blind spot of a [PixelCNN](pixel_cnn.md).

# %% alt="Two maps of dependence; the left one has a wedge at the right"
place = 5, 3, 0
figure, axes = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
for each, (name, model) in zip(axes, models.items(), strict=True):
    seen = model.receptive_field(x_val[0], place) > 0
    each.imshow(seen, cmap="gray", vmin=0, vmax=1)
    each.plot(place[1], place[0], "rs")
    each.set(title=f"{name}: {seen.sum()} of {5 * 8 + 3}")

# %% [markdown]
# ## Samples, and lower halves drawn anew
#
# Two rows of samples of the Row LSTM, two of the Diagonal BiLSTM, drawn in
# passes over all pixels ([theory](../../theory/autoregressive/sampling.md)).
# Below the gap test images, each with three other lower halves, by the Diagonal
# BiLSTM. No label tells it which digit it was.

# %% alt="Four rows of digits; below ten digits, three lower halves for each"
draws = []
for name, model in models.items():
    x, passes = model.sample(20, seed=0, return_passes=True)
    same = model.sample(20, seed=0, method="ancestral")
    print(f"{name}: {passes.max()} passes for 64 pixels", end=", ")
    print(f"the same draws pixel by pixel: {np.array_equal(x, same)}")
    draws.append(x)
lower = np.arange(8).reshape(8, 1, 1) >= 4
kept = x_test[[list(y_test).index(y) for y in range(10)]]
drawn = model.inpaint(np.tile(kept, (3, 1, 1, 1)), lower, seed=0)
rows = np.concatenate([*draws, np.ones((10, 8, 8, 1)), kept, drawn])
samples = kgm.plotting.image_grid(rows, columns=10)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "pixel_rnn")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "receptive_fields.png")
    samples.savefig(folder / "samples.png")
samples

# %% [markdown]
# ## The test images

# %%
nats = {name: -model.log_prob(x_test) for name, model in models.items()}
nats["difference, image by image"] = np.subtract(*nats.values())
for name, values in nats.items():
    error = values.std(ddof=1) / len(values) ** 0.5
    print(f"{name}: {values.mean():.2f} nats, standard error {error:.2f}")
