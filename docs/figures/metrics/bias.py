"""Two sets of one distribution: what both distances say, by their size."""

import numpy as np
import style

D, REPEATS = 8, 60
SIZES = np.array([60, 90, 140, 220, 340, 520, 800])


def frechet(x, y):
    c, c2 = np.cov(x.T), np.cov(y.T)
    values, vectors = np.linalg.eigh(c)
    half = (vectors * np.sqrt(values)) @ vectors.T
    roots = np.sqrt(np.linalg.eigvalsh(half @ c2 @ half))
    moved = np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2)
    return moved + np.trace(c + c2) - 2 * roots.sum()


def corrected(x, y):
    """The distance less what it grows by when both sets are halved."""
    half = len(x) // 2
    whole = frechet(x, y)
    halves = frechet(x[:half], y[:half]), frechet(x[half:], y[half:])
    return 2 * whole - np.mean(halves)


def kernel(x, y):
    n = len(x)

    def sums(a, b):
        return (a @ b.T / D + 1) ** 3

    within = sum(
        (k.sum() - np.trace(k)) / (n * (n - 1))
        for k in (sums(x, x), sums(y, y))
    )
    return within - 2 * sums(x, y).mean()


def draw():
    rng = np.random.default_rng(0)
    found = np.empty((3, len(SIZES), REPEATS))
    for i, n in enumerate(SIZES):
        for j in range(REPEATS):
            x, y = rng.normal(size=(2, n, D))
            found[:, i, j] = frechet(x, y), corrected(x, y), kernel(x, y)
    means = found.mean(axis=2)
    low, high = np.quantile(found, (0.1, 0.9), axis=2)
    figure, (left, right) = style.figure(7, 3.7, 1, 2)
    figure.get_layout_engine().set(wspace=0.06)
    for panel, row, colour in (
        (left, 0, style.NOISE),
        (left, 1, style.MODEL),
        (right, 2, style.DATA),
    ):
        panel.fill_between(
            SIZES, low[row], high[row], color=colour, alpha=0.2, linewidth=0
        )
        panel.plot(SIZES, means[row], color=colour, marker="o", markersize=5)
    for panel in (left, right):
        panel.axhline(0, color=style.INK, linewidth=1)
        panel.set(xscale="log", xlabel="rows of each set")
        panel.minorticks_off()
        panel.set_xticks((60, 140, 340, 800), (60, 140, 340, 800))
    left.set_title("Fréchet distance", fontsize=14)
    left.text(110, 1.0, "as measured", color=style.NOISE, fontsize=14)
    left.text(64, -0.3, "excess taken off", color=style.MODEL, fontsize=14)
    left.set_ylim(-0.42, 1.75)
    right.set_title("kernel distance", fontsize=14)
    return figure
