# %% [markdown]
# # A mixture of Gaussians
#
# Where one Gaussian is too simple, several may do. Which of them an example
# comes from is not observed, and expectation maximisation (EM) finds both, as
# the [theory](../../theory/gaussians/gaussian_mixture.md) derives. In a shell,
# run `python examples/gaussians/gaussian_mixture.py`.

# %%
import argparse
import math
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--smoke", action="store_true", help="fewer components")
in_notebook = "ipykernel" in sys.modules
options = parser.parse_args([] if in_notebook else None)
keras.utils.set_random_seed(0)
folder = pathlib.Path("runs", "gaussian_mixture")
if not in_notebook:
    folder.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## EM at work
#
# Five bent arms, and ten components that start as round spots at ten of the
# points. A batch of all rows makes `fit` the classical EM: no step lowers the
# log-likelihood. But it ends at a maximum near its start. Here half of the
# points lie on one arm, and two arms go on sharing one component.

# %% alt="Ten ellipses before EM, and after 3, 10 and 30 steps"
x = kgm.datasets.pinwheel(1000, seed=0)
mixture = kgm.GaussianMixture((2,), num_components=10, seed=0)
mixture.compile()
chosen = np.random.default_rng(0).choice(len(x), 10, replace=False)
spots = np.repeat(0.3 * np.eye(2)[None], 10, axis=0)
mixture.set_parameters(np.full(10, 0.1), x[chosen], spots)


def draw(title, axes=None, **kwargs):
    return kgm.plotting.density_map(
        mixture, axes=axes, limits=(-4, 4), title=title, **kwargs
    )


figures = {"em": kgm.plotting.NotebookFigure(figsize=(11, 3.2))}
panels = dict(zip((0, 3, 10, 30), figures["em"].subplots(1, 4), strict=True))
frames = []
for step in range(31):
    title = f"{step} steps: {mixture.log_prob(x).mean():.3f} nats"
    now = {"means": mixture.means, "covariances": mixture.covariances}
    if step in panels:
        draw(title, panels[step], x=x, **now)
    if not in_notebook and not options.smoke:
        frames.append(draw(title, x=x, **now))
    mixture.fit(x, batch_size=len(x), verbose=0)
if frames:
    kgm.plotting.animation(frames, folder / "em.gif", fps=4)
figures["em"]

# %% [markdown]
# ## More components for more complicated densities
#
# By default, EM starts from the clusters of k-means, and ends higher:


# %% alt="Two moons, a spiral, a checkerboard and rings, as mixtures see them"
def fit(x, num_components, epochs, **kwargs):
    model = kgm.GaussianMixture(x.shape[1:], num_components, seed=0, **kwargs)
    model.compile()
    epochs = 2 if options.smoke else epochs
    model.fit(x, batch_size=len(x), epochs=epochs, verbose=0)
    return model


print(f"30 steps from k-means: {fit(x, 10, 30).log_prob(x).mean():.3f} nats")
figures["plane"] = kgm.plotting.NotebookFigure(figsize=(11, 3.2))
names = ["two_moons", "swiss_roll", "checkerboard", "rings"]
for name, axes in zip(names, figures["plane"].subplots(1, 4), strict=True):
    data = getattr(kgm.datasets, name)
    mixture = fit(data(3000, seed=0), 30, 60)
    draw(f"{name}: {mixture.log_prob(data(3000, seed=1)).mean():.2f}", axes)
figures["plane"]

# %% [markdown]
# ## Digits
#
# The number of components and the floor of the variances, chosen by the log
# density of validation images. Noise spreads each of 17 grey levels over its
# interval, since a density may grow without bound on values that are few.

# %%
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_val = kgm.datasets.validation_split(x_train)
x_train, x_val, x_test = (
    kgm.datasets.dequantize(rows, levels=17, seed=seed)
    for seed, rows in enumerate((x_train, x_val, x_test))
)
fitted = {}
for num in [4] if options.smoke else [1, 5, 10, 20, 40]:
    for floor in [0.001, 0.003]:
        model = fit(x_train, num, 30, covariance_floor=floor)
        fitted[num, floor] = model, model.log_prob(x_val).mean()
        print(f"{num:2} components, floor {floor}: {fitted[num, floor][1]:.1f}")
model, _ = max(fitted.values(), key=lambda pair: pair[1])
nats = model.log_prob(x_test)
error = nats.std(ddof=1) / len(nats) ** 0.5
bits = (math.log(17) - nats.mean() / 64) / math.log(2)
print(
    f"test images, {model.num_components} components: {nats.mean():.2f} nats,"
)
print(f"standard error {error:.2f}; at most {bits:.3f} bits per pixel")

# %% alt="In each column the mean of a component, and four draws from it"
largest = np.argsort(model.mixing_weights)[::-1][:10]
columns = [
    [model.means[k], *model.sample(4, component=k, seed=0)] for k in largest
]
images = np.stack(columns, axis=1).reshape(-1, 8, 8, 1)
figures["components"] = kgm.plotting.image_grid(images, columns=len(largest))
if not in_notebook:
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["components"]
