# %% [markdown]
# # Ten clusters without labels: a VAE with a mixture for a prior
#
# The prior is a mixture of ten normals, learned together with the networks. Do
# its components find the ten digits, and does a better prior make a better
# density? The best prior is known: see the
# [theory](../../theory/autoencoders/mixture_vae.md). Grey levels are read as
# probabilities of ink, as in the [first example](vae.md).
# `python examples/autoencoders/mixture_vae.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import confusion_matrix

smoke = "--smoke" in sys.argv
epochs, num_seeds, num_draws = (1, 1, 5) if smoke else (40, 3, 200)
sizes = {"data_shape": (8, 8, 1), "latent_dim": 5, "hidden_units": (256, 256)}

(x_train, _), (x_test, y_test) = kgm.datasets.load("digits")
x_train, x_val = kgm.datasets.validation_split(x_train, num=144)
x_train = x_train[:200] if smoke else x_train
recipe = {"x": x_train, "epochs": epochs, "batch_size": 64, "verbose": 0}

# %% [markdown]
# ## Clusters
#
# Train until codes mean something, start the mixture at their clusters, train
# on; at first with a small `beta`, which keeps the codes of images apart. The
# result depends on the seed, so there are three, and the bound on validation
# images, which takes no labels, chooses. Only for the accuracy, on test images,
# are clusters named after digits, one to one, as well as can be. To compare
# with: k-means on the pixels.


# %%
def show_accuracy(name, clusters):
    counts = confusion_matrix(y_test, clusters, labels=range(10))
    digits, names = linear_sum_assignment(counts, maximize=True)
    share = counts[digits, names].sum() / len(y_test)
    error = (share * (1 - share) / len(y_test)) ** 0.5
    print(f"{name}: accuracy {share:.3f}, standard error {error:.3f}")
    return names  # the cluster of each digit


models, bounds = [], []
for seed in range(num_seeds):
    keras.utils.set_random_seed(seed)
    model = kgm.MixtureVAE.from_shape(**sizes, beta=0.03, seed=seed)
    model.compile()
    model.fit(**recipe)
    model.beta.assign(1.0)
    model.initialize_prior(x_train, seed=seed)
    model.fit(**recipe)
    models.append(model)
    bounds.append(model.importance_log_prob(x_val, num_draws, seed=0).mean())
    print(f"validation bound {bounds[-1]:.2f}", end="; ")
    show_accuracy(f"seed {seed}", model.predict_proba(x_test).argmax(axis=1))
model = models[np.argmax(bounds)]
order = show_accuracy("chosen", model.predict_proba(x_test).argmax(axis=1))
pixels = KMeans(10, n_init=10, random_state=0).fit(x_train.reshape(-1, 64))
_ = show_accuracy("k-means", pixels.predict(x_test.reshape(-1, 64)))

# %% [markdown]
# A row of samples from each component, in the order of the digits that they are
# named after, and the codes of the test images:

# %% alt="Samples of the model, a row for each component of the prior"
figures = {}
rows = np.concatenate([model.sample(12, component=k) for k in order])
figures["components"] = kgm.plotting.image_grid(rows, columns=12)
figures["components"]

# %% alt="Codes of the test digits, coloured by class"
figures["latent_map"] = kgm.plotting.latent_map(model, x_test, y_test)
figures["latent_map"]

# %% [markdown]
# ## The density
#
# The VampPrior's components are posteriors of pseudo-inputs, images that are
# learned too: here 50, started at training images. All three models have the
# same networks and number of epochs. Bounds on test images, and the gain over
# the standard prior, image by image:

# %% alt="The pseudo-inputs of the VampPrior after training"
keras.utils.set_random_seed(0)
vae = kgm.VAE.from_shape(**sizes, seed=0)
prior = {"prior": "vamp", "num_components": 50}
vamp = kgm.MixtureVAE.from_shape(**sizes, **prior, seed=0)
vamp.initialize_prior(x_train, seed=0)
for each in vae, vamp:
    each.compile()
    each.fit(**recipe | {"epochs": 2 * epochs})
models = {"normal": vae, "mixture": model, "VampPrior": vamp}
bounds = {
    name: model.importance_log_prob(x_test, num_draws, seed=0)
    for name, model in models.items()
}
for name in ("mixture", "VampPrior"):
    bounds[f"gain by {name}"] = bounds[name] - bounds["normal"]
for name, nats in bounds.items():
    error = nats.std(ddof=1) / len(nats) ** 0.5
    print(f"{name}: {nats.mean():.2f} nats, standard error {error:.2f}")
pseudo_inputs = keras.ops.convert_to_numpy(vamp.prior.pseudo_inputs)
figures["pseudo_inputs"] = kgm.plotting.image_grid(pseudo_inputs, columns=10)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "mixture_vae")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["pseudo_inputs"]
