"""Three stray draws: recall rises, and coverage does not."""

import numpy as np
import style
from matplotlib.patches import Circle
from scipy.spatial.distance import cdist

K = 3


def radii(x):
    return np.sort(cdist(x, x), axis=1)[:, K]


def draw():
    rng = np.random.default_rng(4)
    data = np.concatenate(
        [
            np.array(centre) + 0.45 * rng.normal(size=(20, 2))
            for centre in ((-1.6, 1.1), (1.6, 1.1), (0.0, -1.6))
        ]
    )
    draws = np.array([-1.6, 1.1]) + 0.45 * rng.normal(size=(30, 2))
    stray = np.array([[1.2, -2.6], [2.9, -0.4], [0.1, 3.0]])
    figure, axes = style.figure(7, 4.5, 1, 2)
    figure.get_layout_engine().set(wspace=0.03)
    for panel, x, name in (
        (axes[0], draws, "one group drawn"),
        (axes[1], np.concatenate([draws, stray]), "and three strays"),
    ):
        across = cdist(x, data)
        r = radii(x)
        recalled = (across <= r[:, None]).any(axis=0)
        covered = (across <= radii(data)).any(axis=0).mean()
        for centre, radius in zip(x, r, strict=True):
            panel.add_patch(
                Circle(centre, radius, facecolor=style.NOISE, alpha=0.07)
            )
            panel.add_patch(
                Circle(centre, radius, fill=False, edgecolor=style.NOISE,
                       alpha=0.4, linewidth=0.8)
            )  # fmt: skip
        panel.plot(*data[recalled].T, "o", color=style.DATA, markersize=5)
        panel.plot(*data[~recalled].T, "o", color=style.DATA, markersize=5,
                   markerfacecolor="none", markeredgewidth=1.5)  # fmt: skip
        panel.plot(*x.T, "x", color=style.NOISE, markersize=6,
                   markeredgewidth=1.8)  # fmt: skip
        style.plane(panel, 3.6, labels=False)
        panel.set_title(name, fontsize=15)
        panel.set_xlabel(
            f"recall {recalled.mean():.2f}\ncoverage {covered:.2f}"
        )
    return figure
