# %% [markdown]
# # Three ways to a score
#
# A network can learn the gradient of $\log p(x)$ without ever knowing $p(x)$
# ([theory](../../theory/energy/scores.md)). Three objectives promise the same
# network. In the plane the true score is known, so that we can see what each
# promise is worth. Then scores at many levels of noise draw digits
# ([theory](../../theory/energy/ncsn.md)).
# `python examples/energy/scores.py` runs this page in a shell; with `--smoke`
# it hardly trains.

# %%
import math
import pathlib
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv

# %% [markdown]
# ## A density whose score is known
#
# Three round clusters hold 60%, 30% and 10% of the data. With normal noise of
# deviation $\sigma$ they stay a mixture of normal densities, so that the score
# of the noisy data is a formula too.

# %%
MEANS = np.array([[-2.0, -1.2], [2.0, -1.2], [0.0, 2.2]])
SHARES = np.array([0.6, 0.3, 0.1])
SCALE = 0.4


def draw(num_samples, seed):
    rng = np.random.default_rng(seed)
    k = rng.choice(3, num_samples, p=SHARES)
    x = MEANS[k] + SCALE * rng.standard_normal((num_samples, 2))
    return x.astype("float32")


def true_score(x, sigma=0.0):
    """Of the data with noise of deviation `sigma`."""
    variance = SCALE**2 + sigma**2
    gaps = MEANS - x[:, None]
    log_p = np.log(SHARES) - np.square(gaps).sum(axis=2) / (2 * variance)
    p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return np.sum(p[..., None] * gaps, axis=1) / variance


x_train, x_test = draw(20_000, seed=0), draw(5000, seed=1)
rng = np.random.default_rng(2)
test_noise = rng.standard_normal(x_test.shape).astype("float32")
everywhere = rng.uniform(-4, 4, size=(5000, 2)).astype("float32")

# %% [markdown]
# ## Three objectives
#
# All models have the same network, and see the same data as often. Denoising
# is trained with three sizes of noise.


# %%
def trained(model, x, y=None, *, epochs, batch_size, rate):
    """Train with a rate that falls to zero."""
    epochs = 1 if smoke else epochs
    steps = epochs * math.ceil(len(x) / batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    options = {"batch_size": batch_size, "epochs": epochs, "verbose": 0}
    model.fit(x, y, **options)
    print(f"{model.name}: trained in {time.perf_counter() - start:.0f} s")
    return model


def plane_model(cls, epochs=20, **arguments):
    keras.utils.set_random_seed(0)
    model = cls.from_shape((2,), seed=0, **arguments)
    options = {"epochs": epochs, "batch_size": 256, "rate": 3e-3}
    return trained(model, x_train, **options)


models = {
    "explicit": plane_model(
        kgm.ScoreModel, objective="explicit", name="explicit"
    ),
    "sliced": plane_model(kgm.ScoreModel, objective="sliced", name="sliced"),
}
for sigma in (0.02, 0.1, 0.3):
    name = f"denoising, {sigma}"
    models[name] = plane_model(
        kgm.ScoreModel, noise_scale=sigma, name=f"denoising_{sigma}"
    )


# %% [markdown]
# The root of the mean squared error of each score, in three ways: against the
# score of the density that the objective asks for (for denoising, at noisy
# points); against the score of the data; and at points that are spread evenly
# over the square of the figure below, most of which are far from all data.


# %%
def size(vectors):
    return np.sqrt(np.square(vectors).sum(axis=1).mean())


print(f"{'':18} asked for  of the data  everywhere")
for name, model in models.items():
    denoises = model.objective == "denoising"
    sigma = model.noise_scale if denoises else 0.0
    errors = [
        size(model.score(x) - true_score(x, of))
        for x, of in (
            (x_test + sigma * test_noise, sigma),
            (x_test, 0.0),
            (everywhere, sigma),
        )
    ]
    print("{:18} {:9.2f} {:12.2f} {:11.2f}".format(name, *errors))
lengths = [size(true_score(x)) for x in (x_test, x_test, everywhere)]
print("{:18} {:9.2f} {:12.2f} {:11.2f}".format("the score itself", *lengths))

# %% [markdown]
# At the data, the explicit and the sliced objective err by a tenth of the
# score's size, and they err equally: one random direction is as good as the
# whole trace. Denoising with 0.3 finds what it asks for just as well, but that
# is the score of another density. With 0.02 the two densities are nearly the
# same, and yet the error is the largest of all, because the loss is mostly
# noise. A size between them is best for the data, with more than twice the
# error of the explicit objective. Far from the data all five are wrong.
#
# The scores as arrows, whose lengths are the square roots of the true ones.
# Data are grey.

# %% alt="Arrows of the true score and of three models, beside the data"
side = np.linspace(-3.6, 3.6, 15)
grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
grid = grid.astype("float32")
fields = {"the true score": true_score(grid)}
for name in ("explicit", "sliced", "denoising, 0.1"):
    fields[name] = models[name].score(grid)
figures = {"fields": plt.figure(figsize=(8, 8.2), layout="constrained")}
panels = figures["fields"].subplots(2, 2, sharex=True, sharey=True)
for axes, (name, arrows) in zip(panels.flat, fields.items(), strict=True):
    arrows = arrows / np.sqrt(np.linalg.norm(arrows, axis=1, keepdims=True))
    axes.scatter(*x_test[:1500].T, s=3, color="0.75", linewidths=0)
    axes.quiver(*grid.T, *arrows.T, color="C0", scale=60, width=0.004)
    axes.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", title=name)
    axes.set(xticks=(-4, 0, 4), yticks=(-4, 0, 4))
for axes in panels[:, 0]:
    axes.set_ylabel("$x_2$")
for axes in panels[-1]:
    axes.set_xlabel("$x_1$")
plt.close(figures["fields"])
figures["fields"]

# %% [markdown]
# At the data the four fields look alike. The arrows of the true score turn
# abruptly at borders halfway between the clusters, and grow outwards. The
# networks are smooth at the borders and too timid outside: no example has shown
# them what is there.
#
# ## Chains, and what they cannot know
#
# A thousand chains of Langevin dynamics begin at standard normal noise, in the
# middle of the picture, and take a thousand steps. Beside them are draws of an
# `NCSN` of the same data, which was trained three times as long. Its chains
# begin at noise of deviation 8, which covers all clusters, and in 320 steps go
# down to 0.05. The numbers are the shares of the clusters.

# %% alt="Points of the data, and draws of two models, with their shares"
ncsn = plane_model(
    kgm.NCSN,
    epochs=60,
    sigma_min=0.05,
    sigma_max=8.0,
    network_options={"hidden_units": (128, 128)},
    name="ncsn_plane",
)
explicit = models["explicit"]
draws = {
    "data": x_test[:1000],
    "explicit": explicit.sample(1000, num_steps=1000, step_size=0.02, seed=0),
    "NCSN": ncsn.sample(1000, num_steps=320, seed=0),
}
figures["chains"] = plt.figure(figsize=(8, 3.1), layout="constrained")
panels = figures["chains"].subplots(1, 3, sharey=True)
for axes, (name, x) in zip(panels, draws.items(), strict=True):
    nearest = np.square(x[:, None] - MEANS).sum(axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=3) / len(x)
    print(f"{name}: shares", *(f"{share:.1%}" for share in shares))
    axes.scatter(*x.T, s=3, alpha=0.5, linewidths=0)
    for mean, share in zip(MEANS, shares, strict=True):
        axes.text(mean[0], mean[1] + 1.3, f"{share:.0%}", ha="center")
    axes.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", title=name)
    axes.set(xticks=(-4, 0, 4), yticks=(-4, 0, 4), xlabel="$x_1$")
panels[0].set_ylabel("$x_2$")
plt.close(figures["chains"])
figures["chains"]

# %% [markdown]
# The chains draw each cluster well, but give about a third to each of them,
# since they begin about equally far from all three. The score does not know the
# shares. `NCSN` finds them to within two standard errors, which are at most
# 1.5 percentage points. (After half as many epochs, the smallest cluster still
# got too little.)
#
# ## Digits
#
# The same idea on images: one network learns the scores of digits at 32 levels
# of noise, from deviation 10 down to 0.03 (pixels are brought to [-1, 1]).

# %%
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
keras.utils.set_random_seed(0)
model = kgm.NCSN.from_shape(
    (8, 8, 1),
    num_classes=10,
    sigma_min=0.03,
    network_options={"hidden_units": (512, 512, 512)},
    seed=0,
)
options = {"epochs": 1000, "batch_size": 64, "rate": 1e-3}
model = trained(model, x_train, y_train, **options)

# %% [markdown]
# Two rows of digits of the data, a column for each class, above two rows of
# draws by 320 steps of annealed Langevin dynamics:

# %% alt="Two rows of training digits above two rows of draws, by class"
labels = np.tile(np.arange(10), 2)
of_data = [x_train[y_train == k][:2] for k in range(10)]
of_data = np.stack(of_data, axis=1).reshape(20, 8, 8, 1)
drawn = model.sample(20, labels=labels, seed=0)
rows = np.concatenate([of_data, drawn])
figures["samples"] = kgm.plotting.image_grid(rows, columns=10)
figures["samples"]

# %% [markdown]
# The way of three draws, from pure noise on the left: after 0, 64, 128, 160,
# 192, 224, 256, 288 and 319 steps, and after the last, which also takes the
# rest of the noise away. Pixels outside of [0, 1] are clipped. A digit appears
# in the middle of the way, and what follows is hardly more than polish.

# %% alt="Three rows of images, from noise to a digit"
way = model.sample(3, labels=np.array([2, 5, 8]), return_path=True, seed=1)
frames = way[:, [0, 64, 128, 160, 192, 224, 256, 288, 319, 320]]
frames = frames.reshape(-1, 8, 8, 1)
figures["way"] = kgm.plotting.image_grid(frames, columns=10)
figures["way"]

# %% [markdown]
# ## Chains or solvers?
#
# The same network is a diffusion model, and can be drawn from as one. The
# table has the Fréchet distance of 500 draws to the test digits, in features of
# a classifier (lower is better): the mean of three sets of draws, its standard
# error, and the three. Training digits are judged in the same way.

# %%
features = kgm.metrics.feature_extractor(kgm.metrics.load_classifier("digits"))
seen = {"verbose": 0, "batch_size": 500}
test_features = features.predict(x_test, **seen)


def distance(x):
    x_features = features.predict(x, **seen)
    return kgm.metrics.frechet_distance(x_features, test_features)


def report(name, distances):
    mean, error = np.mean(distances), np.std(distances, ddof=1) / 3**0.5
    values = " ".join(f"{value:.3f}" for value in distances)
    print(f"{name:25} {mean:.3f} +- {error:.3f}   {values}")


ways = [
    {"method": "langevin", "step_size": step_size, "num_steps": num_steps}
    for step_size in (0.5, 1.0)
    for num_steps in (96, 320, 960)
]
ways += [
    {"method": method, "num_steps": 32}
    for method in ("heun", "dpm", "ancestral")
]
print("method    step size steps distance")
for way in ways[:1] if smoke else ways:
    distances = []
    for seed in range(3):
        labels = np.random.default_rng(seed).choice(y_test, 500)
        x = model.sample(500, labels=labels, seed=seed, batch_size=500, **way)
        distances.append(distance(x))
    name = f"{way['method']:9} {way.get('step_size', ''):9} {way['num_steps']}"
    report(name, distances)
orders = [np.random.default_rng(i).permutation(len(x_train)) for i in range(3)]
report("training digits", [distance(x_train[o[:500]]) for o in orders])
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "scores")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")

# %% [markdown]
# The distances of one column are of draws with the same labels, and can be
# compared most exactly. In each of the three, Langevin dynamics with steps of
# 0.5 at ten steps for each level is ahead of all solvers, and steps of 1 are
# worse than steps of 0.5 if there are 320 or 960 of them, as theory says of
# long steps. Thirty steps for each level are no better than ten, so the network
# is what limits the draws. Of the solvers, the one that adds fresh noise is
# best. The two findings agree: noise that is added on the way helps to forget
# the errors made before it.
#
# The price is ten times as many calls of the network. `FlowMatching`, with a
# network of the same size and as many epochs, has a distance of 0.133 [on its
# page](../diffusion/flow_matching.md), by one set of draws and 64 calls.
