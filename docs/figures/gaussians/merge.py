"""Two batches are merged, and what float32 leaves of a variance."""

import numpy as np
import style

ANGLE = np.linspace(0, 2 * np.pi, 150)
CIRCLE = np.stack([np.cos(ANGLE), np.sin(ANGLE)], axis=1)


def ellipse(panel, mean, covariance, colour, **kwargs):
    factor = np.linalg.cholesky(covariance)
    panel.plot(*(1.7 * CIRCLE @ factor.T + mean).T, color=colour, **kwargs)


def moments(x):
    return x.mean(axis=0), np.cov(x.T, bias=True)


def textbook(x):
    return np.mean(x * x) - np.mean(x) ** 2


def merged(x):
    """Batch by batch, seen from the first value: in float32 throughout."""
    x = x - x[0]
    count, mean, scatter = np.float32(0), np.float32(0), np.float32(0)
    for batch in np.split(x, 10):
        size = np.float32(len(batch))
        centre = batch.mean()
        delta = centre - mean
        within = np.sum((batch - centre) ** 2)
        scatter = scatter + within
        scatter = scatter + count * size / (count + size) * delta**2
        count = count + size
        mean = mean + size / count * delta
    return scatter / count


def draw():
    figure, (left, right) = style.figure(7, 3.2, 1, 2, width_ratios=(1, 1.1))
    figure.get_layout_engine().set(w_pad=0.05, wspace=0.06)
    rng = np.random.default_rng(0)
    a = rng.standard_normal((90, 2)) @ [[0.8, 0.25], [0, 0.45]] + [-1.5, -0.7]
    b = rng.standard_normal((45, 2)) @ [[0.6, -0.1], [0, 0.5]] + [1.7, 0.8]
    for rows, colour in ((a, style.DATA), (b, style.NOISE)):
        style.dots(left, rows, 3, colour, alpha=0.5)
        ellipse(left, *moments(rows), colour)
    ellipse(left, *moments(np.concatenate([a, b])), style.INK, linestyle="--")
    style.arrow(left, a.mean(axis=0), b.mean(axis=0), style.INK)
    left.text(-2.7, 0.6, "$A$", color=style.DATA, fontsize=16)
    left.text(2.3, 1.9, "$B$", color=style.NOISE, fontsize=16)
    left.text(-0.55, 0.85, r"$\delta$", fontsize=16, ha="center")
    left.set(xlim=(-3.6, 3.6), ylim=(-3.1, 3.1), aspect="equal")
    left.set(xticks=[], yticks=[], title="two batches and both")

    sizes = np.array([1, 10, 100, 1000, 10_000])
    for estimate, colour in ((textbook, style.NOISE), (merged, style.MODEL)):
        errors = []
        for size in sizes:
            errors.append([])
            for seed in range(40):
                noise = np.random.default_rng(seed).standard_normal(1000)
                x = (size + noise).astype("float32")
                true = x.astype("float64").var()
                errors[-1].append(abs(estimate(x) - true) / true)
        mean = np.mean(errors, axis=1)
        right.plot(sizes, mean, "o-", color=colour)
    right.axhline(1, color=style.FAINT, linewidth=1.2, zorder=0)
    right.text(1.2, 1.6, "all digits lost", color=style.INK, fontsize=12)
    right.set(xscale="log", yscale="log", xlabel="mean of the data")
    right.set_title("relative error of a variance")
    right.text(45, 2.5e-4, "textbook", color=style.NOISE, ha="right")
    right.text(1e4, 4e-7, "merged", color=style.MODEL, ha="right")
    right.set(ylim=(3e-8, 40))
    return figure
