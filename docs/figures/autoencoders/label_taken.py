"""Codes of digits of a linear VAE, and of one that is told the label."""

import numpy as np
import style
from matplotlib.patches import Ellipse
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

KINDS = (0, 4, 6)
COLOURS = (style.DATA, style.NOISE, style.MODEL)


def codes_of(x):
    """Mean codes of probabilistic principal components, which whiten."""
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = values[2:].mean()
    weights = vectors[:, :2] * np.sqrt(values[:2] - noise)
    inner = weights.T @ weights + noise * np.eye(2)
    return np.linalg.solve(inner, weights.T @ (x - x.mean(axis=0)).T).T


def accuracy(codes, labels):
    """Of a classifier of codes, on digits that it was not fitted to."""
    return cross_val_score(KNeighborsClassifier(15), codes, labels, cv=5).mean()


def draw():
    data = load_digits()
    chosen = np.isin(data.target, KINDS)
    x, y = data.data[chosen] / 16, data.target[chosen]
    # The same weights for all classes, and a mean for each: the best linear
    # decoder that is told the label.
    means = {kind: x[y == kind].mean(axis=0) for kind in KINDS}
    residual = x - np.array([means[kind] for kind in y])
    figure, axes = style.figure(7, 4.4, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    for panel, source, title in zip(
        axes, (x, residual), ("VAE", "told the label"), strict=True
    ):
        codes = codes_of(source)
        for kind, colour in zip(KINDS, COLOURS, strict=True):
            here = codes[y == kind]
            style.dots(panel, here[::2], 3.6, colour, alpha=0.75)
        for radius in (1, 2):
            panel.add_patch(
                Ellipse((0, 0), 2 * radius, 2 * radius, facecolor="none",
                        edgecolor=style.INK, linewidth=1.2)
            )  # fmt: skip
        style.plane(panel, 2.9, labels=False)
        share = accuracy(codes, y)
        panel.set_title(f"{title}: {share:.0%} right", fontsize=15)
        panel.set_xlabel("$z_1$", labelpad=2)
    axes[0].set_ylabel("$z_2$", labelpad=2)
    codes = codes_of(x)
    for kind, colour in zip(KINDS, COLOURS, strict=True):
        place = codes[y == kind].mean(axis=0)
        axes[0].text(
            *(2.15 * place / np.linalg.norm(place)), str(kind), fontsize=22,
            color=colour, ha="center", va="center", weight="bold",
        )  # fmt: skip
    return figure
