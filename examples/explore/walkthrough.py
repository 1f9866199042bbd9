# %% [markdown]
# # From one Gaussian to a latent Gaussian
#
# A normal distribution over pixels and one behind a network are asked the same
# questions. The formulas: [theory](../../theory/explore/latent_space.md).

# %%
import pathlib
import sys
import types

import keras_genmodels as kgm
from keras_genmodels import explore
from keras_genmodels import plotting
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

epochs = 1 if "--smoke" in sys.argv else 60
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
shape, to_numpy = x_train.shape[1:], ops.convert_to_numpy

# %% [markdown]
# ## One Gaussian
#
# Fitted to 64 pixels by maximum likelihood: their mean and covariance, slightly
# shrunk, as some pixels never change. Its samples have strokes, and no digit:

# %% alt="Samples of one normal distribution over pixels"
gaussian = kgm.MultivariateGaussian(shape, shrinkage=0.01)
gaussian.compile()
gaussian.fit(x_train, verbose=0)
plotting.image_grid(gaussian.sample(20, seed=0), columns=10)

# %% [markdown]
# ## How far apart are two Gaussians?
#
# $\KL(p \,\Vert\, q) = \E_p[\log p - \log q]$, in nats, is the price of taking
# $q$ for $p$. If both have the same width it grows with the square of the
# shift. If not, it matters which is which: a $q$ too narrow costs most.

# %% alt="KL divergence against the mean, and both ways against the width"
shift, width = ops.linspace(-3.0, 3.0, 61), ops.linspace(0.25, 3.0, 61)
zero, one = ops.zeros((61, 1)), ops.ones((61, 1, 1))
wide, kl = ops.square(width)[:, None, None], kgm.distributions.gaussian_kl
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
for panel, ticks, nats, name, axis in (
    (left, shift, kl(shift[:, None], one, zero, one), "p = N(m, 1)", "m"),
    (right, width, kl(zero, wide, zero, one), "p = N(0, s²)", "s"),
    (right, width, kl(zero, one, zero, wide), "q = N(0, s²)", "s"),
):
    label = f"{name}, other N(0, 1)"
    panel.plot(to_numpy(ticks), to_numpy(nats), label=label)
    panel.set(xlabel=axis, ylabel="KL (nats)", ylim=(0, 5))
    panel.legend()

# %% [markdown]
# ## The Gaussian has a latent space
#
# Its principal components, scaled to variance one, are standard normal codes of
# a linear decoder. With the verbs of a model it can be explored like a model.

# %%
mean, (values, vectors) = gaussian.mean, np.linalg.eigh(gaussian.covariance)
axes = (vectors * np.sqrt(values)).T[:-9:-1].astype("float32")  # the first 8
principal = types.SimpleNamespace(latent_dim=8, data_shape=shape)
inverse = np.linalg.pinv(axes)
principal.encode = lambda x: np.reshape(x - mean, (len(x), -1)) @ inverse
principal.compute_decode = lambda z: ops.add(
    ops.reshape(ops.matmul(z, axes), (-1, *shape)), mean
)
principal.decode = lambda z, batch_size: to_numpy(principal.compute_decode(z))

# %% [markdown]
# A VAE has a network for a decoder. Which axes of the two make a classifier
# take a digit for an 8? Axes without a bar are those that the VAE left unused:

# %% alt="The axes of the VAE by how much they change the probability of an 8"
vae = kgm.VAE.from_shape(shape, latent_dim=8, seed=0)
vae.compile()
vae.fit(x_train, epochs=epochs, verbose=0)
logits = kgm.networks.mlp(shape, (10,), (64,))
classifier = keras.Sequential([logits, keras.layers.Softmax()])
classifier.compile("adam", "sparse_categorical_crossentropy")
classifier.fit(x_train, y_train, epochs=epochs, verbose=0)
models = {"Gaussian": principal, "VAE": vae}
for name, model in models.items():
    change = explore.local_change(model, lambda x: classifier(x)[:, 8], x_test)
    print(f"{name}, change per unit:", *change.root_mean_square.round(2))
plotting.local_change(change)

# %% [markdown]
# ## The stress test
#
# Now outwards, shell by shell: how many of a shell are farther from the
# training data than 95% of the test digits, and how unsure is the classifier?

# %% alt="Stress test of the Gaussian"
data = {"reference": x_train, "held_out": x_test, "classifier": classifier}
tests = {m: explore.stress_test(models[m], classifier, **data) for m in models}
for name, test in tests.items():
    print(name, "radii:   ", *(f"{radius:5g}" for radius in test.radii))
    print(name, "outside: ", *(f"{s:5.0%}" for s in test.share_outside))
    print(name, "entropy: ", *(f"{e.mean():5.2f}" for e in test.entropy))
figure = plotting.stress_test(tests["Gaussian"], response_name="probability")
if "ipykernel" not in sys.modules:
    pathlib.Path("runs").mkdir(exist_ok=True)
    figure.savefig("runs/stress_test.png")
figure

# %% [markdown]
# The Gaussian leaves the data on all sides; the VAE draws starker and starker
# digits. Where no digit has ever been, the classifier grows no less sure.

# %% alt="Stress test of the VAE, with a slider for the radius"
plotting.interactive.stress_test(tests["VAE"], response_name="probability")
