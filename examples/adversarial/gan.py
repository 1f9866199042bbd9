# %% [markdown]
# # Two players draw digits: the GAN
#
# A generator makes images of noise, a discriminator tells them from real ones,
# and each learns from the other. Below the game on real digits, then with the
# label given to both players, so that a digit can be asked for. Why it works,
# and when it does not: see the [theory](../../theory/adversarial/gan.md).
# In a shell: `python examples/adversarial/gan.py`, perhaps with `--smoke`.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np

smoke = "--smoke" in sys.argv
epochs = 1 if smoke else 100
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
if smoke:
    x_train, y_train = x_train[:200], y_train[:200]
folder = pathlib.Path("runs", "examples", "gan")

# %% [markdown]
# ## The game
#
# The same 24 latent vectors after each epoch: what changes is the generator.
# Both losses would stand at $2 \log 2 = 1.39$ and $\log 2 = 0.69$ if the
# discriminator could only guess.

# %% alt="Images from the same noise after 5, 20, 50 and 100 epochs"
z = np.random.default_rng(0).standard_normal((24, 32))
shown = []
keep = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda epoch, logs: (
        shown.append(gan.decode(z))
        if epoch + 1 in (5, 20, 50, epochs)
        else None
    )
)
film = kgm.callbacks.SampleGrid(
    latents=z, gif=folder / "epochs.gif", every=3, columns=6
)
gan = kgm.DCGAN.from_shape((8, 8, 1), filters=(32, 64), seed=0)
gan.compile(keras.optimizers.Adam(5e-4, beta_1=0.5))
history = gan.fit(
    x_train, epochs=epochs, batch_size=64, callbacks=[keep, film], verbose=0
).history
for name in ("d_loss", "g_loss"):
    print(name, *(f"{v:.2f}" for v in history[name][:: max(epochs // 5, 1)]))
figures = {}
figures["epochs"] = kgm.plotting.image_grid(np.concatenate(shown), columns=24)
figures["epochs"]

# %% [markdown]
# The same in motion, every third epoch (a script leaves it in
# `runs/examples/gan/epochs.gif`):

# %% alt="Noise that turns into digits, which change less and less"
if "ipykernel" in sys.modules:
    from IPython.display import Image
    from IPython.display import display

    display(Image(filename=folder / "epochs.gif"))

# %% [markdown]
# ## A walk between two latent vectors
#
# The generator is continuous: what lies between two digits is made as well,
# digit or not.

# %% alt="Six rows of images that change from one digit into another"
ends = np.random.default_rng(1).standard_normal((2, 6, 32))
walk = gan.interpolate(*ends, num_steps=12)
figures["walk"] = kgm.plotting.image_grid(walk.reshape(-1, 8, 8, 1), columns=12)
figures["walk"]

# %% [markdown]
# ## With a label
#
# Every row is a label, every column one latent vector.

# %% alt="Ten rows of digits from zero to nine"
conditional = kgm.ConditionalGAN.from_shape((8, 8, 1), num_classes=10, seed=0)
conditional.compile(keras.optimizers.Adam(5e-4, beta_1=0.5))
conditional.fit(x_train, y_train, epochs=epochs, batch_size=64, verbose=0)
z = np.tile(z[:12], (10, 1))
figures["labels"] = kgm.plotting.image_grid(
    conditional.decode(z, np.repeat(np.arange(10), 12)), columns=12
)
if "ipykernel" not in sys.modules:
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["labels"]

# %% [markdown]
# ## Is it the digit asked for?
#
# A GAN has no likelihood of test images. But a classifier of real digits can
# say whether a drawn seven is one, beside what it says of real test images; and
# which digits the GAN without labels draws, of which each should come in ten of
# a hundred. [More of this](../metrics/judging_samples.md) has its own page.

# %%
judge = kgm.metrics.load_classifier("digits")
asked = np.arange(1000) % 10
drawn = conditional.sample(1000, labels=asked, seed=0)
for name, images, labels in (
    ("real test images", x_test, y_test),
    ("conditional GAN", drawn, asked),
):
    right = kgm.metrics.label_accuracy(judge, images, labels)
    error = (right * (1 - right) / len(labels)) ** 0.5
    print(f"{name}: {right:.3f} +- {error:.3f} as labelled")
shares = kgm.metrics.class_histogram(judge, gan.sample(1000, seed=0))
print("drawn without labels, share of each digit:", *shares.round(3))
