"""Noise is stretched, turned and moved: a circle becomes an ellipse."""

import numpy as np
import style
from matplotlib.patches import Polygon

FACTOR = np.array([[1.5, 0.0], [0.8, 0.7]])
MEAN = np.array([0.4, 0.3])
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def draw():
    figure, axes = style.figure(7, 3.5, 1, 2)
    figure.get_layout_engine().set(w_pad=0.05, wspace=0.08)
    noise = np.random.default_rng(2).standard_normal((250, 2))
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    maps = (np.eye(2), np.zeros(2)), (FACTOR, MEAN)
    for panel, (matrix, mean) in zip(axes, maps, strict=True):
        style.dots(panel, noise @ matrix.T + mean, 3, style.FAINT, zorder=0)
        for radius in (1, 2):
            panel.plot(*(radius * circle @ matrix.T + mean).T, color=style.DATA)
        panel.add_patch(
            Polygon(
                SQUARE @ matrix.T + mean,
                facecolor=style.MODEL,
                alpha=0.35,
                linewidth=0,
            )
        )
        for column in matrix.T:
            style.arrow(panel, mean, mean + column, style.NOISE)
    left, right = axes
    style.plane(left, 3.6, labels=False)
    style.plane(right, 3.6, labels=False)
    left.set_xlabel(r"$\varepsilon_1$", labelpad=2)
    left.set_ylabel(r"$\varepsilon_2$", labelpad=2)
    right.set_xlabel("$x_1$", labelpad=2)
    right.set_ylabel("$x_2$", labelpad=2)
    left.set_title("noise")
    right.set_title(r"$x = \mu + L \varepsilon$")
    area = np.linalg.det(FACTOR)
    left.text(-3.1, 2.9, "area 1", color=style.MODEL)
    right.text(-3.1, 2.9, f"area {area:.2f}", color=style.MODEL)
    right.text(0.3, 0.2, r"$\mu$", ha="right", va="top", fontsize=15)
    return figure
