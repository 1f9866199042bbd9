# %% [markdown]
# # An energy for every point
#
# Any network can be taken for an energy: it gives every point of the plane, or
# every image, one number, and a low number means that the point is plausible
# ([theory](../../theory/energy/energy_models.md)). First two moons, where the
# density can be computed and compared with the true one. Then digits, by a
# classifier that is a density too.
# `python examples/energy/energy_based_model.py` runs this page in a shell; with
# `--smoke` it hardly trains.

# %%
import math
import pathlib
import sys
import time
import types

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np

smoke = "--smoke" in sys.argv


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


# %% [markdown]
# ## Two moons
#
# A step of training moves 256 of the 1,024 chains by 30 steps of Langevin
# dynamics, pulls the energy down at the data and pushes it up at the chains.
# Across a moon the data have the variance $(0.1 / 1.5)^2 = 0.0044$. The noise
# of a step must have less ([theory][1]), and here it has 0.003.
#
# [1]: ../../theory/energy/energy_models.md#what-training-does-with-long-steps

# %%
SCALE = 1.5
x_train = kgm.datasets.two_moons(4000, seed=0) / SCALE
x_test = kgm.datasets.two_moons(5000, seed=2) / SCALE
keras.utils.set_random_seed(0)
model = kgm.EnergyBasedModel.from_shape(
    (2,),
    chains_per_step=256,
    langevin_steps=30,
    step_size=0.003,
    energy_penalty=0.001,
    seed=0,
)
model = trained(model, x_train, epochs=60, batch_size=128, rate=5e-3)

# %% [markdown]
# In the plane, $Z$ is a sum over a fine grid, and then the model has a density.
# The true density is known as well: noise around half circles, each of which is
# replaced by 500 points here.


# %%
def nodes(low, high, num):
    """The corners of `num` x `num` squares, and the area of one."""
    ticks = np.linspace(low, high, num + 1)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    return grid.astype("float32"), (ticks[1] - ticks[0]) ** 2


grid, area = nodes(-8, 8, 100 if smoke else 640)
log_weights = -model.energy(grid, batch_size=20_000).astype("float64")
log_z = np.logaddexp.reduce(log_weights) + math.log(area)
share = np.exp(log_weights - log_z) * area
outside = share[np.abs(grid).max(axis=1) > 3].sum()
mean_energy = -np.sum(share * log_weights)
print(f"log Z = {log_z:.2f}; {outside:.2%} is outside of the square [-3, 3]^2")
angle = np.pi * (np.arange(500) + 0.5) / 500
moon = np.stack([2 * np.cos(angle) - 1, 2 * np.sin(angle) - 0.5], axis=1)
arcs = np.concatenate([moon, -moon]) / SCALE
DEVIATION = 0.1 / SCALE


def model_log_prob(x, **options):
    return -model.energy(x, **options) - log_z


def true_log_prob(x, **_):
    total = np.full(len(x), -np.inf)
    for point in arcs:
        squares = np.square((x - point) / DEVIATION).sum(axis=1)
        total = np.logaddexp(total, -squares / 2)
    return total - math.log(len(arcs) * 2 * np.pi * DEVIATION**2)


gaussian = kgm.MultivariateGaussian((2,))
gaussian.compile()
gaussian.fit(x_train, verbose=0)
print("test points, nats:")
for name, log_prob in {
    "true density": true_log_prob,
    "energy of a network": model_log_prob,
    "one Gaussian": gaussian.log_prob,
}.items():
    nats = -np.asarray(log_prob(x_test), "float64")
    error = nats.std(ddof=1) / len(nats) ** 0.5
    print(f"{name:20} {nats.mean():.3f} +- {error:.3f}")

# %% [markdown]
# The energy is 1.1 nats better than a Gaussian, and half a nat worse than the
# truth. The two densities, and on the right the chains of the buffer as
# training has left them:

# %% alt="The true density of two moons, and that of the model with its chains"
chains = keras.ops.convert_to_numpy(model.chains)
figures = {"moons": plt.figure(figsize=(8, 4.1), layout="constrained")}
panels = figures["moons"].subplots(1, 2, sharey=True)
for axes, name, log_prob, x in zip(
    panels,
    ("the true density", "the model, and its chains"),
    (true_log_prob, model_log_prob),
    (None, chains),
    strict=True,
):
    density = types.SimpleNamespace(log_prob=log_prob)
    kgm.plotting.density_map(
        density, x, limits=(-2.6, 2.6), title=name, axes=axes
    )
    axes.set(xlabel="$x_1$", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
panels[0].set_ylabel("$x_2$")
plt.close(figures["moons"])
figures["moons"]

# %% [markdown]
# Both moons are there, but the density is too high at their outer ends, and the
# chains do not lie where it is: many of them are on the way between the moons.
# Chains of short steps are slow to walk along a moon, and each of them begins
# anew in the middle after 600 steps on average. So training makes the outer
# ends deeper than they should be, until enough chains arrive there. It is the
# trouble of [chains that begin
# anew](../../theory/energy/energy_models.md#chains-that-go-on), in a mild form.
#
# ## How long may a step be?
#
# With `metropolis=True` a chain may refuse a step, and how many it takes shows
# whether steps are short enough. Below: the share that was taken, by 1,000
# chains from the buffer in 300 steps. Then their mean energy, that of chains
# that may not refuse, and that of the density, which is a sum over the grid.

# %%
print("step size   taken   mean energy with refusals, without")
for step_size in (0.001, 0.003, 0.01, 0.02):
    options = {"num_steps": 300, "step_size": step_size, "seed": 0}
    options["batch_size"] = 1000
    x, taken = model.sample(
        1000, metropolis=True, return_acceptance=True, **options
    )
    free = model.sample(1000, **options)
    energies = model.energy(x).mean(), model.energy(free).mean()
    print(
        "{:9}  {:6.1%} {:22.2f} {:8.2f}".format(
            step_size, taken.mean(), *energies
        )
    )

print(f"of the density {mean_energy:26.2f}")

# %% [markdown]
# With steps of 0.003, as in training, nearly all are taken. The chains come
# from the buffer with too much energy. With refusals, they come closer to the
# density the longer the steps are, since they walk further. Without refusals,
# long steps leave the chains where the energy is far too high.
#
# ## The same data, by the whole family
#
# [`ScoreModel`](scores.md) learns the slope of $\log p$ for data with a noise
# of 0.1, and `NCSN` for many sizes of noise. (An [`RBM`](rbm.md) is a density
# of bits and cannot take real numbers.) All networks have two hidden layers of
# 128 units. A draw is *astray* if it is further than three standard deviations
# of the noise, 0.2, from both half circles.

# %%
keras.utils.set_random_seed(0)
score_model = kgm.ScoreModel.from_shape(
    (2,), objective="denoising", noise_scale=0.1, seed=0
)
trained(score_model, x_train, epochs=100, batch_size=128, rate=3e-3)
keras.utils.set_random_seed(0)
ncsn = kgm.NCSN.from_shape(
    (2,),
    sigma_min=0.02,
    sigma_max=4.0,
    network_options={"hidden_units": (128, 128)},
    seed=0,
)
trained(ncsn, x_train, epochs=200, batch_size=128, rate=3e-3)
options = {"seed": 0, "batch_size": 1000}
draws = {
    "data": x_test[:1000],
    "EnergyBasedModel": model.sample(1000, num_steps=500, **options),
    "ScoreModel": score_model.sample(
        1000, num_steps=1000, step_size=0.005, **options
    ),
    "NCSN": ncsn.sample(1000, num_steps=320, **options),
}
print(f"{'':17} astray  upper moon")
for name, x in draws.items():
    gaps = np.linalg.norm(x[:, None] - arcs, axis=2)
    astray = (gaps.min(axis=1) > 3 * DEVIATION).mean()
    upper = (gaps.argmin(axis=1) < 500).mean()
    print(f"{name:17} {astray:6.1%} {upper:10.1%}")

# %% alt="Two moons: data, and density, score and draws of three models"
figures["family"] = plt.figure(figsize=(7, 7.2), layout="constrained")
panels = figures["family"].subplots(2, 2, sharex=True, sharey=True)
few, _ = nodes(-2.4, 2.4, 16)
arrows = score_model.score(few)
arrows /= np.sqrt(np.linalg.norm(arrows, axis=1, keepdims=True))
for axes, (name, x) in zip(panels.flat, draws.items(), strict=True):
    if name == "EnergyBasedModel":
        density = types.SimpleNamespace(log_prob=model_log_prob)
        kgm.plotting.density_map(density, limits=(-2.6, 2.6), axes=axes)
        name += ": density, draws"
    if name == "ScoreModel":
        axes.quiver(*few.T, *arrows.T, color="C0", scale=90, width=0.004)
        name += ": score, draws"
    if name == "NCSN":
        name += ": draws"
    axes.scatter(*x.T, s=3, color="black", alpha=0.3, linewidths=0)
    axes.set(xlim=(-2.6, 2.6), ylim=(-2.6, 2.6), aspect="equal", title=name)
    axes.set(xticks=(-2, 0, 2), yticks=(-2, 0, 2))
for axes in panels[:, 0]:
    axes.set_ylabel("$x_2$")
for axes in panels[-1]:
    axes.set_xlabel("$x_1$")
plt.close(figures["family"])
figures["family"]

# %% [markdown]
# All three share the draws fairly between the moons (the standard error is 1.6
# percentage points). `ScoreModel` has learned data with noise, and about 10% of
# such data would be astray; its other strays lie in the middle, where arrows
# are short. `NCSN` is the best of the three: its noise fades away in the end.
#
# ## Digits, and a classifier that is a density
#
# A `JointEnergyModel` is a classifier of ten logits. Their log-sum-exp is taken
# for $\log p(x)$ up to a constant, and is trained as above. The background of a
# digit is exactly 0, which is an edge that chains cannot follow, so training
# sees digits with a noise of $\sqrt{\eta} = 0.1$. Beside it are an
# `EnergyBasedModel` without labels, and the same classifier trained as nothing
# but a classifier, with the same noise.

# %%
(x_train, y_train), (x_test, y_test) = kgm.datasets.load("digits")
settings = {"hidden_units": (256, 256), "noise_scale": 0.1, "step_size": 0.01}
settings |= {"langevin_steps": 20, "seed": 0}
recipe = {"epochs": 400, "batch_size": 64, "rate": 1e-3}
keras.utils.set_random_seed(0)
joint = kgm.JointEnergyModel.from_shape(
    (8, 8, 1),
    num_classes=10,
    energy_penalty=0.001,
    name="with_labels",
    **settings,
)
trained(joint, x_train, y_train, **recipe)
keras.utils.set_random_seed(0)
plain = kgm.EnergyBasedModel.from_shape(
    (8, 8, 1), energy_penalty=0.01, name="without_labels", **settings
)
trained(plain, x_train, **recipe)
keras.utils.set_random_seed(0)
network = kgm.networks.mlp((8, 8, 1), (10,), (256, 256), "silu")
noisy = [keras.Input((8, 8, 1)), keras.layers.GaussianNoise(0.1), network]
classifier = keras.Sequential(noisy, name="classifier")
steps = recipe["epochs"] * math.ceil(len(x_train) / 64)
schedule = keras.optimizers.schedules.CosineDecay(1e-3, steps)
classifier.compile(
    keras.optimizers.Adam(schedule),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
epochs = 1 if smoke else recipe["epochs"]
options = {"batch_size": 64, "epochs": epochs, "verbose": 0}
history = classifier.fit(x_train, y_train, **options)

# %%
guesses = {
    "joint energy model": joint.classify(x_test),
    "classifier": classifier.predict(x_test, verbose=0).argmax(axis=1),
}
for name, guess in guesses.items():
    accuracy = (guess == y_test).mean()
    error = (accuracy * (1 - accuracy) / len(y_test)) ** 0.5
    print(f"{name}: {accuracy:.1%} +- {error:.1%} of test digits")

# %% [markdown]
# Two rows of digits of the data, a column for each class; two rows of draws of
# the classes, by 500 steps; two rows of draws of the model without labels:

# %% alt="Rows of training digits, draws by class, and draws without labels"
labels = np.tile(np.arange(10), 2)
of_data = [x_train[y_train == k][:2] for k in range(10)]
of_data = np.stack(of_data, axis=1).reshape(20, 8, 8, 1)
long = {"num_steps": 5 if smoke else 500}
drawn = joint.sample(20, labels=labels, seed=0, **long)
rows = [of_data, drawn, plain.sample(20, seed=0, **long)]
figures["samples"] = kgm.plotting.image_grid(np.concatenate(rows), columns=10)
figures["samples"]

# %% [markdown]
# The Fréchet distance of 500 draws to the test digits, in features of a
# classifier (lower is better): the mean of three sets of draws, and its
# standard error. Training digits are judged in the same way, as they are and
# with the noise that training has added to them.

# %%
for name, model in {"with labels": joint, "without": plain}.items():
    results = [
        kgm.metrics.evaluate_samples(
            model,
            x_test,
            x_train=x_train,
            y_test=y_test,
            num_samples=500,
            sample_options=long,
            seed=seed,
        )
        for seed in range(2 if smoke else 3)
    ]
    distances = [result.samples["frechet_distance"] for result in results]
    error = np.std(distances, ddof=1) / len(distances) ** 0.5
    print(f"{name}: {np.mean(distances):.3f} +- {error:.3f}", end="")
    if "label_accuracy" in results[0].samples:
        right = np.mean([r.samples["label_accuracy"] for r in results])
        print(f", {right:.1%} of the draws are what was asked for", end="")
    print()
features = kgm.metrics.feature_extractor(kgm.metrics.load_classifier("digits"))
test_features = features.predict(x_test, verbose=0)
for noise in (0.0, 0.1):
    distances = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x = x_train[rng.permutation(len(x_train))[:500]]
        x = np.clip(x + noise * rng.standard_normal(x.shape), 0, 1)
        drawn = features.predict(x.astype("float32"), verbose=0)
        distances.append(kgm.metrics.frechet_distance(drawn, test_features))
    mean, error = np.mean(distances), np.std(distances, ddof=1) / 3**0.5
    print(f"training digits, noise of {noise}: {mean:.3f} +- {error:.3f}")

# %% [markdown]
# The density costs no accuracy: as many test digits are recognised as by the
# classifier alone. The draws are grainy, because the models have learned digits
# with noise, and noise alone takes training digits to a distance of 0.22. So
# the draws with labels are not far from the best that these models could do,
# and those without labels are worse. Draws of a class can be trusted: nearly
# all of them are recognised as what was asked for.
#
# ## What is not a digit?
#
# Energies compare images without $Z$. Test digits beside the same digits upside
# down, beside uniform noise, and beside noise that has the pixels of test
# digits in random order. The table says how often a foreign image has a higher
# energy than a test digit (one of each, drawn at random).

# %% alt="Histograms of energies: test digits, upside-down digits and noise"
rng = np.random.default_rng(0)
shuffled = rng.permuted(x_test.reshape(len(x_test), 64), axis=1)
images = {
    "test digits": x_test,
    "upside down": x_test[:, ::-1],
    "shuffled pixels": shuffled.reshape(x_test.shape),
    "uniform noise": rng.uniform(size=x_test.shape).astype("float32"),
}
print(f"{'energy higher than':20} with labels, without")
figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
for name, x in images.items():
    energy = joint.energy(x)
    axes.hist(energy, bins=50, density=True, alpha=0.6, label=name)
    higher = [
        (m.energy(x)[:, None] > m.energy(x_test)).mean() for m in (joint, plain)
    ]
    if name != "test digits":
        print("{:20} {:11.1%} {:8.1%}".format(name, *higher))
axes.set(xlabel="energy of the joint energy model, nats", yticks=())
axes.set_ylabel("share of images")
axes.legend()
figures["energies"] = figure
plt.close(figure)
figures["energies"]

# %% [markdown]
# Noise never passes for a digit. Digits that are upside down often do, and some
# of them should, such as 0, 1 and 8. Labels hardly change the verdict.
#
# ## The lower half
#
# Test digits, what is given of them, two draws of the rest without a label, and
# one with the true label. Each draw is a chain in which only the lower half
# moves.

# %% alt="Test digits, their upper halves, and three ways to complete each"
x, mask = x_test[:12], np.arange(8)[:, None, None] >= 4
rows = [x, np.where(mask, 0.5, x)]
rows += [joint.inpaint(x, mask, seed=seed, **long) for seed in (0, 1)]
rows += [joint.inpaint(x, mask, y=y_test[:12], seed=2, **long)]
figures["halves"] = kgm.plotting.image_grid(np.concatenate(rows), columns=12)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "energy_based_model")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["halves"]
