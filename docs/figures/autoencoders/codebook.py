"""Cells of a codebook, and the gradient that passes straight through."""

import numpy as np
import style
from scipy.spatial import Voronoi
from sklearn.cluster import KMeans

ENTRIES = 9


def vectors(rng):
    """What an encoder might give: a bent cloud."""
    turn = rng.uniform(-0.2, 1.25, 260) * np.pi
    radius = 1.45 + 0.28 * rng.standard_normal(260)
    points = radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return points - points.mean(axis=0)


def cells(panel, entries):
    """Edges between the cells, those far outside left away."""
    far = 40 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    diagram = Voronoi(np.concatenate([entries, far]))
    for ends in diagram.ridge_vertices:
        if min(ends) >= 0:
            panel.plot(*diagram.vertices[ends].T, color=style.INK,
                       linewidth=1.1)  # fmt: skip


def draw():
    rng = np.random.default_rng(2)
    points = vectors(rng)
    entries = KMeans(ENTRIES, n_init=4, random_state=0).fit(points)
    entries = entries.cluster_centers_
    figure, (left, right) = style.figure(7, 3.95, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    cells(left, entries)
    style.dots(left, points, 2.6, style.FAINT)
    style.dots(left, entries, 11, style.DATA, zorder=4)
    for number, entry in enumerate(entries):
        left.text(entry[0] + 0.12, entry[1] + 0.12, str(number),
                  color=style.DATA, fontsize=15, zorder=5)  # fmt: skip
    style.plane(left, 2.15, labels=False)
    left.set_title("nine cells, nine integers", fontsize=15)

    # One vector, its entry, and two arrows of the same length and direction.
    v, e = np.array([-0.75, -0.5]), np.array([0.55, 0.15])
    step = np.array([0.55, 1.05])
    right.plot(*np.array([v, e]).T, color=style.MODEL, linestyle=":",
               linewidth=2.5)  # fmt: skip
    style.arrow(right, e, e + step, style.NOISE, 2.6)
    style.arrow(right, v, v + step, style.NOISE, 2.6)
    style.dots(right, v[None], 10, style.INK, zorder=4)
    style.dots(right, e[None], 14, style.DATA, zorder=4)
    right.text(*(v + (-0.12, -0.38)), "$v_i$", fontsize=20)
    right.text(*(e + (0.12, -0.36)), "$e_{c_i}$", color=style.DATA, fontsize=20)
    right.text(1.2, 1.28, "gradient", color=style.NOISE, fontsize=15,
               ha="center")  # fmt: skip
    right.text(-0.55, 0.75, "its copy", color=style.NOISE, fontsize=15,
               ha="center")  # fmt: skip
    right.text(0.1, -0.72, "commitment", color=style.MODEL, fontsize=15)
    right.set(xlim=(-1.6, 1.9), ylim=(-1.6, 1.9), aspect="equal")
    right.set(xticks=[], yticks=[])
    right.set_title("straight through", fontsize=15)
    return figure
