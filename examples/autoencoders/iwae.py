# %% [markdown]
# # A tighter bound: the importance-weighted autoencoder
#
# The networks of a VAE, trained on the bound of $K$ draws of the code per image
# instead of one. What does that do to the model, to the encoder, and to the
# gradient? The [theory](../../theory/autoencoders/iwae.md) makes predictions.
# `python examples/autoencoders/iwae.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv
epochs, repeats, draws = (1, 2, (1, 5)) if smoke else (60, 100, (1, 5, 50))
at_test = (1, 10) if smoke else (1, 10, 100, 1000)
keras.utils.set_random_seed(0)

# %% [markdown]
# A pixel counts as ink where it is brighter than half. So an image is 64 yes or
# no, and $\log p(x)$ the logarithm of a probability.

# %%
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_test = ((x > 0.5).astype("float32") for x in (x_train, x_test))
if smoke:
    x_train, x_test = x_train[:200], x_test[:100]
print(f"{len(x_train)} images to train, {len(x_test)} to test")


# %% [markdown]
# ## Three models
#
# Only the number of draws in training differs. All are judged by the same
# bounds on test images: with one draw, the ELBO, and with 1,000, close to
# $\log p(x)$. For the last also the gain over one draw in training, image by
# image, which is known more exactly than the means it is a difference of.


# %%
def new_model(k, doubly=False):
    sizes = {"latent_dim": 20, "hidden_units": (128,)}
    options = {"num_samples": k, "doubly_reparametrised": doubly}
    return kgm.IWAE.from_shape((8, 8, 1), **sizes, **options, seed=0)


models = {k: new_model(k) for k in draws}
bounds = {}
for k, model in models.items():
    model.compile(keras.optimizers.Adam(2e-3))
    model.fit(x_train, epochs=epochs, batch_size=64, verbose=0)
    bounds[k] = [model.importance_log_prob(x_test, n, seed=0) for n in at_test]
    ours = dict(zip(at_test, bounds[k], strict=True))
    if k > 1:
        ours["gain over one draw"] = bounds[k][-1] - bounds[1][-1]
    print(f"{k} draws in training; bounds by draws at test time, in nats:")
    for name, nats in ours.items():
        error = nats.std(ddof=1) / len(nats) ** 0.5
        print(f"  {name}: {nats.mean():.2f}, standard error {error:.2f}")

# %% [markdown]
# The theory expects the bound to rise with the draws in training, and the ELBO
# to fall: the encoder need not stay inside the posterior, but has to cover it.
#
# Left, every model's bounds with more and more draws at test time: how fast do
# they get close? Right, how much the mean of each component of the code varies
# from image to image. At 1 it says much about the image, at 0 nothing.

# %% alt="Bounds against draws at test time; variance of the code's components"
figure, axes = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
left, right = axes
for k, model in models.items():
    left.plot(at_test, np.mean(bounds[k], axis=1), "o-", label=str(k))
    variances = np.sort(model.encode(x_test).var(axis=0))[::-1]
    right.plot(range(1, 21), variances, "o-", markersize=4)
left.set(xscale="log", xlabel="draws at test time", ylabel="bound (nats)")
left.legend(title="draws in training", loc="lower right")
right.set(xlabel="component, by rank", ylabel="variance of its mean")
right.set(ylim=(0, None), xticks=(1, 5, 10, 15, 20))
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "iwae")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "bounds.png")

# %% [markdown]
# ## Signal and noise of the encoder's gradient
#
# A step of gradient descent with learning rate 1 changes the weights by minus
# the gradient. Repeated with new draws, from the same weights on the same 64
# images, it gives the gradient's mean and standard deviation; here for the
# biases of the encoder's output, in the model trained with 5 draws. With many
# draws the ratio should fall, unless the gradient is doubly reparametrised.

# %%
weights = models[5].get_weights()
start = models[5].encoder.get_weights()[-1]
print(f"No signal at all would give a ratio of {0.67 / repeats**0.5:.2f}.")
for k in draws:
    for name, doubly in ("once", False), ("doubly", True):
        model = new_model(k, doubly)
        model.compile(keras.optimizers.SGD(1.0))
        steps = []
        for _ in range(repeats):
            model.set_weights(weights)
            model.train_on_batch(x_train[:64])
            steps.append(model.encoder.get_weights()[-1] - start)
        mean, noise = np.abs(np.mean(steps, axis=0)), np.std(steps, axis=0)
        print(f"{k:2d} draws, {name} reparametrised:", end=" ")
        print(f"mean {mean.mean():.3f}, noise {noise.mean():.3f}", end=", ")
        print(f"ratio {np.median(mean / noise):.2f}")
