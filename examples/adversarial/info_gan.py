# %% [markdown]
# # A code that can be read: InfoGAN
#
# Some of a GAN's latents, the code, shall be read off the image: a category of
# ten, and a number in $[-1, 1]$. No label is seen. The bound of the
# [theory](../../theory/adversarial/gan.md#infogan) is added to `GAN`, in one
# class. In a shell: `python examples/adversarial/info_gan.py`, perhaps with
# `--smoke`, which hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np
from keras import ops
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import mutual_info_score

epochs = 1 if "--smoke" in sys.argv else 120
keras.utils.set_random_seed(0)
(x_train, _), _ = kgm.datasets.load("digits")

# %% [markdown]
# The discriminator's last layer has twelve outputs: its logit, ten logits of
# the category, and the number's mean, of a normal density with standard
# deviation 1. So what reads the code shares the discriminator's layers, and
# learns in its step. The generator raises the same bound. (Of three settings of
# deviation and noise, this did best in the table below, which needs labels.)


# %%
class InfoGAN(kgm.GAN):
    log_names = ("d_loss", "g_loss", "bound")

    def __init__(self, generator, discriminator, **kwargs):
        super().__init__(generator, discriminator, **kwargs)
        outputs = discriminator.layers[-1].output
        self.reader = keras.Model(discriminator.input, outputs[:, 1:])

    def compute_latents(self, num):
        noise = super().compute_latents(num)[:, 11:]
        seed = self.seed_generator
        category = keras.random.randint((num,), 0, 10, seed=seed)
        number = keras.random.uniform((num, 1), -1, 1, seed=seed)
        return ops.concatenate([ops.one_hot(category, 10), number, noise], 1)

    def compute_bound(self, num, training):
        z = self.compute_latents(num)
        x = self.compute_generated(z, None, self.generator, training)
        read = self.apply_network(self.reader, x, training=training)
        category = ops.sum(z[:, :10] * ops.log_softmax(read[:, :10]), axis=1)
        error = ops.square(z[:, 10] - read[:, 10])
        number = -0.5 * error - np.log(2 * np.pi) / 2
        return category + np.log(10) + number + np.log(2)

    def compute_discriminator_terms(self, x, y=None, training=False):
        terms = super().compute_discriminator_terms(x, y, training)
        bound = self.compute_bound(ops.shape(x)[0], training)
        return {"d_loss": terms["d_loss"] - bound}

    def compute_generator_terms(self, x, y=None, training=False):
        terms = super().compute_generator_terms(x, y, training)
        bound = self.compute_bound(ops.shape(x)[0], training)
        return {"g_loss": terms["g_loss"] - bound, "bound": bound}


options = {"hidden_units": (256, 256), "activation": "leaky_relu"}
generator = kgm.networks.mlp((16,), (8, 8, 1), name="generator", **options)
network = kgm.networks.mlp((8, 8, 1), (12,), name="discriminator", **options)
discriminator = keras.Model(network.input, network.output[:, :1])
gan = InfoGAN(generator, discriminator, data_range=(0, 1), seed=0)
gan.compile(keras.optimizers.Adam(5e-4, beta_1=0.5))
fit = gan.fit(x_train, epochs=epochs, batch_size=64, verbose=0)
bound = fit.history["bound"][:: max(epochs // 5, 1)]
print("bound, nats:", *(f"{value:.2f}" for value in bound))

# %% [markdown]
# At most it is $\log 10 = 2.30$ for the category and, with so wide a density,
# $\log 2 - \tfrac12 \log 2\pi = -0.23$ for the number. Below are a row per
# category, and columns of one noise and number. A classifier of real digits
# names 200 draws of each: in the table, rows are categories and columns digits.
# Accuracy is that of the best assignment; for chance, digits are shuffled.

# %% alt="Ten rows of images, one per category of the code"
rng = np.random.default_rng(0)
z = np.tile(rng.standard_normal((200, 16)), (10, 1, 1))
z[:, :, :10] = np.eye(10)[:, None]
z[:, :, 10] = rng.uniform(-1, 1, 200)
drawn = gan.decode(z.reshape(-1, 16))
judge = kgm.metrics.load_classifier("digits")
digits = judge.predict(drawn, verbose=0).argmax(axis=1)
rows = np.repeat(np.arange(10), 200)
for name, named in (("chance", rng.permutation(digits)), ("code", digits)):
    counts = np.histogram2d(rows, named, np.arange(11))[0].astype(int)
    accuracy = counts[linear_sum_assignment(-counts)].sum() / len(named)
    nats = mutual_info_score(rows, named)
    print(f"{name}: accuracy {accuracy:.3f}, information {nats:.3f} nats")
print(counts)
sheet = drawn.reshape(10, 200, 8, 8, 1)[:, :12].reshape(-1, 8, 8, 1)
figures = {"categories": kgm.plotting.image_grid(sheet, columns=12)}
figures["categories"]

# %% [markdown]
# From left to right the number grows from -1 to 1; all else stays.

# %% alt="A row per category, along which the number grows"
z = z[:, :12]
z[:, :, 11:] = z[0, 0, 11:]
z[:, :, 10] = np.linspace(-1, 1, 12)
figures["number"] = kgm.plotting.image_grid(
    gan.decode(z.reshape(-1, 16)), columns=12
)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "info_gan")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["number"]
