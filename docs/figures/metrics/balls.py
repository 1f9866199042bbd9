"""Balls around data, for precision, and balls around draws, for recall."""

import numpy as np
import style
from matplotlib.patches import Circle
from scipy.spatial.distance import cdist

K = 3


def radii(x):
    return np.sort(cdist(x, x), axis=1)[:, K]


def balls(panel, x, r, colour):
    for centre, radius in zip(x, r, strict=True):
        panel.add_patch(Circle(centre, radius, facecolor=colour, alpha=0.09))
        panel.add_patch(
            Circle(centre, radius, fill=False, edgecolor=colour, alpha=0.35,
                   linewidth=0.8)
        )  # fmt: skip


def marked(panel, x, inside, colour):
    """Full where a ball holds it, hollow where none does."""
    panel.plot(*x[inside].T, "o", color=colour, markersize=6)
    panel.plot(*x[~inside].T, "o", color=colour, markersize=6,
               markerfacecolor="none", markeredgewidth=1.8)  # fmt: skip


def draw():
    rng = np.random.default_rng(5)
    spread = np.array([0.55, 0.45])
    data = np.concatenate(
        [
            np.array([-1.5, 0.6]) + spread * rng.normal(size=(15, 2)),
            np.array([1.4, -0.5]) + spread * rng.normal(size=(15, 2)),
        ]
    )
    draws = np.concatenate(
        [
            np.array([-1.3, 0.5]) + spread * rng.normal(size=(16, 2)),
            np.array([[0.1, 2.1], [0.5, 1.9], [-0.2, 1.8], [0.3, 1.4]]),
        ]
    )
    across = cdist(draws, data)
    good = (across <= radii(data)).any(axis=1)
    found = (across <= radii(draws)[:, None]).any(axis=0)
    figure, (left, right) = style.figure(7, 3.9, 1, 2)
    figure.get_layout_engine().set(wspace=0.03)
    balls(left, data, radii(data), style.DATA)
    marked(left, draws, good, style.NOISE)
    balls(right, draws, radii(draws), style.NOISE)
    marked(right, data, found, style.DATA)
    for panel, name, inside in (
        (left, "precision", good),
        (right, "recall", found),
    ):
        style.plane(panel, 3.1, labels=False)
        panel.set_title(
            f"{name} = {inside.sum()}/{len(inside)} = {inside.mean():.2f}",
            fontsize=15,
        )
    left.text(-3, -2.9, "balls around data", color=style.DATA, fontsize=14)
    right.text(-3, -2.9, "balls around draws", color=style.NOISE, fontsize=14)
    return figure
