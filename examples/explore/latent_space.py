# %% [markdown]
# # A tour of a latent space
#
# What has a model learned? Ask its codes. The tools work for any model that can
# `encode` and `decode`; the [theory](../../theory/explore/latent_space.md) says
# what they measure.

# %%
import pathlib
import sys

import keras_genmodels as kgm
from keras_genmodels import explore
from keras_genmodels import plotting
import keras
import numpy as np

epochs = 1 if "--smoke" in sys.argv else 60
keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
folder = pathlib.Path("runs", "examples", "latent_space")


def show(name, figure):
    if "ipykernel" not in sys.modules:  # from a shell
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / f"{name}.png")
    return figure


# %% [markdown]
# A VAE, which never sees a label, and a classifier to judge what it decodes:

# %%
vae = kgm.VAE.from_shape(x_train.shape[1:], latent_dim=8, seed=0)
vae.compile()
vae.fit(x_train, epochs=epochs, verbose=0)
hidden = kgm.networks.mlp(x_train.shape[1:], (64,), ())
layers = keras.layers.ReLU(), keras.layers.Dense(10, activation="softmax")
classifier = keras.Sequential([hidden, *layers])
classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["acc"])
classifier.fit(x_train, y_train, epochs=epochs, verbose=0)
_, accuracy = classifier.evaluate(x_test, y_test, verbose=0)
print(f"the classifier is right about {accuracy:.1%} of the test set")

# %% [markdown]
# ## From one digit to another
#
# Above along a straight line between the codes, below along the great circle.
# The straight line cuts a corner, through shorter codes, and greyer images:

# %% alt="Interpolation between two digits, straight and spherical"
x_a, x_b = x_test[y_test == 0][0], x_test[y_test == 1][0]
codes = vae.encode(np.stack([x_a, x_b]))
lengths = np.linalg.norm([*codes, codes.mean(axis=0)], axis=1)
print("lengths of the codes: {:.1f}, {:.1f}; halfway {:.1f}".format(*lengths))
straight = explore.interpolate(vae, x_a, x_b, 10)
arc = explore.interpolate(vae, x_a, x_b, 10, method="spherical")
show("interpolation", plotting.image_grid([*straight, *arc], columns=10))

# %% [markdown]
# ## Along the axes
#
# One test digit, and one coordinate of its code at a time. Move the slider:

# %% alt="Latent traversals of a test digit, with a slider"
values = np.linspace(-3, 3, 13)
traversal = explore.traverse(vae, x_test[1], values=values)
plotting.interactive.traversal(traversal, values=values, columns=4)

# %% [markdown]
# Which axis matters for which digit? `local_change` differentiates the
# classifier's probabilities through the decoder, and averages over the data:

# %% alt="Root mean square change of each class probability along each axis"
change = explore.local_change(vae, classifier, x_test)
print("axes that matter for an 8, the most first:", *change.ranking[8] + 1)
show("local_change", plotting.local_change(change))

# %% [markdown]
# ## An attribute
#
# No axis is the slant of a digit, but a direction is: the mean code of those
# that lean to the right, less that of those that lean to the left, with as many
# of each class on both sides. Here it is added to the codes of six test digits:

# %% alt="Test digits made to lean to the left and to the right"
down, right = np.mgrid[-3.5:4, -3.5:4]
slant = -np.einsum("nijc,ij->n", x_train, down * right)
medians = np.array([np.median(slant[y_train == c]) for c in range(10)])
leans = slant > medians[y_train]
vector = explore.attribute_vector(vae, x_train[leans], x_train[~leans])
leaning = explore.arithmetic(vae, x_test[:6], vector, np.linspace(-3, 3, 9))
show("slant", plotting.image_grid(np.concatenate(leaning), columns=9))

# %% [markdown]
# ## All codes
#
# Point at a code to see its digit. The first map is a projection; the second,
# t-SNE, keeps neighbours together, and shows where reconstructions fail.

# %% alt="Codes of the test digits; the one pointed at shows its digit"
plotting.interactive.latent_map(vae, x_test, y_test)

# %% alt="t-SNE of the codes, coloured by reconstruction error"
errors = explore.reconstruction_errors(vae, x_test)
points = explore.embedding(vae, x_test, "tsne", seed=0)
show("embedding", plotting.embedding(points, values=errors.errors))

# %% [markdown]
# The worst reconstructions, with their mean squared errors. Does what matters
# to the classifier survive? Its hidden units before and after say:

# %% alt="The ten worst reconstructions below their originals"
features = explore.compare_features(vae, hidden, x_test, y_test)
print(f"correlation of a unit: {np.median(features.correlation):.2f} (median)")
print(f"same nearest class mean: {features.class_agreement:.1%} of the digits")
show("worst", plotting.worst_reconstructions(errors, 10))
