"""Flows in the plane: their divergence from the true density.

    python benchmarks/densities.py --densities eight_gaussians checkerboard

Each flow is trained on 100,000 points of each density, by Adam in batches of
256 with a learning rate that falls from 3e-3 to zero along half a cosine, so
many steps as take about two minutes of one core. Prints the mean of
log p - log q over 20,000 other points, in nats, with its standard error; p is
known, by a formula or an integral along a curve. `--figure` draws it, and what
the flows have learned beside it, after each density anew. A `--folder` keeps
the flows, and those that it holds are not trained again.
"""

import argparse
import math
import pathlib
import time

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import logsumexp

BATCH_SIZE = 256
# The flow, and how many thousand steps it is trained for.
FLOWS = {
    "NICE": (kgm.RealNVP, {"transform": "additive", "num_steps": 16}, 12),
    "RealNVP": (kgm.RealNVP, {"num_steps": 16}, 12),
    "Glow": (kgm.Glow, {"num_steps": 16}, 10),
    "MAF": (kgm.MAF, {"num_steps": 16}, 12),
    "NSF, couplings": (kgm.NeuralSplineFlow, {}, 6),
    "NSF, autoregressive": (
        kgm.NeuralSplineFlow,
        {"autoregressive": True},
        6,
    ),
    "ContinuousFlow": (kgm.ContinuousFlow, {"num_steps": 4}, 1),
}


def normal(x, mean, deviation):
    """log N of points `(n, 2)` around each of `(m, 2)`: `(n, m)`."""
    squares = np.square((x[:, None] - mean) / deviation).sum(axis=2)
    return -squares / 2 - 2 * math.log(deviation) - math.log(2 * math.pi)


def along(*curves):
    """A density of noise around curves, given as points evenly spread."""
    points = np.concatenate(curves)

    def log_prob(x):
        return logsumexp(normal(x, points, 0.1), axis=1) - math.log(len(points))

    return log_prob


def middles(low, high, num):
    return low + (high - low) * (np.arange(num) + 0.5) / num


def polar(radius, angle):
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def checkerboard(x):
    dark = np.floor(x / 2).sum(axis=1) % 2 == 0
    return np.where(dark & (np.abs(x) < 4).all(axis=1), -math.log(32), -np.inf)


def eight_gaussians(x):
    means = polar(3, np.arange(8) * np.pi / 4)
    return logsumexp(normal(x, means, 0.25), axis=1) - math.log(8)


def rings(x):
    radius = np.linalg.norm(x, axis=1)
    z = (radius[:, None] - [1, 2, 3]) / 0.1
    log_p = -(z**2) / 2 - math.log(0.1 * math.sqrt(2 * math.pi))
    return logsumexp(log_p, axis=1) - np.log(3 * 2 * np.pi * radius)


def pinwheel(x):
    """Sums over all (a, b, k) that a point may come from.

    For each k, a is where a = the first coordinate of x turned back by a's
    angle; there may be several. The map from (a, b) has the determinant
    1 - b d(angle)/da.
    """
    grid = np.linspace(-1.6, 5.6, 1441)
    bend = np.exp(grid / 2 - 1) / 4
    radius, angle = np.linalg.norm(x, axis=1), np.arctan2(x[:, 1], x[:, 0])
    density = np.zeros(len(x))
    for k in range(5):
        turned = angle[:, None] - 2 * np.pi * k / 5 - bend
        gap = radius[:, None] * np.cos(turned) - grid
        row, left = np.nonzero(gap[:, :-1] * gap[:, 1:] < 0)
        share = gap[row, left] / (gap[row, left] - gap[row, left + 1])
        a = grid[left] + share * (grid[1] - grid[0])
        slope = np.exp(a / 2 - 1) / 8
        turned = angle[row] - 2 * np.pi * k / 5 - 2 * slope
        b = radius[row] * np.sin(turned)
        p = np.exp(-(((a - 2) / 0.6) ** 2 + (b / 0.2) ** 2) / 2)
        p /= 5 * 2 * np.pi * 0.6 * 0.2 * np.abs(1 - b * slope)
        np.add.at(density, row, p)
    return np.log(density)


MOON = polar(2, middles(0, np.pi, 500)) - [1, 0.5]
TURN = middles(1.5 * np.pi, 4.5 * np.pi, 2000)
DENSITIES = {
    "eight_gaussians": eight_gaussians,
    "checkerboard": checkerboard,
    "two_moons": along(MOON, -MOON),
    "rings": rings,
    "pinwheel": pinwheel,
    "swiss_roll": along(polar(3.5 * TURN / (4.5 * np.pi), TURN)),
}


def trained(name, x):
    cls, arguments, thousands = FLOWS[name]
    keras.utils.set_random_seed(0)
    model = cls.from_shape((2,), seed=0, **arguments)
    epochs = math.ceil(1000 * thousands * BATCH_SIZE / len(x))
    steps = epochs * math.ceil(len(x) / BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    model.compile(keras.optimizers.Adam(rate, clipnorm=5.0))
    model.fit(x, batch_size=BATCH_SIZE, epochs=epochs, verbose=0)
    return model


def true_log_prob(density, x):
    parts = np.array_split(x.astype("float64"), 40)  # for memory
    return np.concatenate([DENSITIES[density](part) for part in parts])


class Truth:
    def __init__(self, density):
        self.density = density

    def log_prob(self, x, batch_size):
        return true_log_prob(self.density, x)


def draw(model, points, title, axes):
    title = title.replace("_", " ").replace(", ", ",\n")
    kgm.plotting.density_map(
        model, points, limits=(-4.5, 4.5), title=title, axes=axes
    )
    axes.set(xticks=(), yticks=(), xlabel="", ylabel="")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for names, known in {"densities": DENSITIES, "flows": FLOWS}.items():
        parser.add_argument(f"--{names}", nargs="*", default=known)
    parser.add_argument("--figure", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path)
    options = parser.parse_args()
    rows, columns = len(options.densities), 1 + len(options.flows)
    figure = plt.figure(figsize=(1.6 * columns, 1.7 * rows))
    figure.set_layout_engine("constrained")
    panels = figure.subplots(rows, columns, squeeze=False)
    for density, row in zip(options.densities, panels, strict=True):
        sampler = getattr(kgm.datasets, density)
        x, x_test = sampler(100_000, seed=0), sampler(20_000, seed=1)
        log_p = true_log_prob(density, x_test)
        draw(Truth(density), x_test[:400], density, row[0])
        for name, axes in zip(options.flows, row[1:], strict=True):
            start = time.perf_counter()
            file = options.folder and options.folder / f"{density}.{name}.keras"
            if file and file.exists():
                model = keras.saving.load_model(file)
            else:
                model = trained(name, x)
                if file:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    model.save(file)
            seconds = time.perf_counter() - start
            lost = log_p - model.log_prob(x_test, batch_size=2000)
            error = lost.std(ddof=1) / math.sqrt(len(lost))
            print(
                f"{density}, {name}: {lost.mean():.3f} +- {error:.3f} nats, "
                f"{seconds:.0f} s",
                flush=True,
            )
            draw(model, model.sample(400, seed=0), name, axes)
        if options.figure:
            figure.savefig(options.figure, dpi=130)


if __name__ == "__main__":
    main()
