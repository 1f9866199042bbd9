"""Weights of attention as a lower triangle, and one row of it at work."""

import numpy as np
import style
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

LENGTH = 6
CHOSEN = 5
SHARP = 1.0
ENTRIES = 3  # of a value


def shade(colour, share):
    """From white to the colour."""
    return 1 + share * (np.array(to_rgb(colour)) - 1)


def box(axes, column, row, colour, **look):
    axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, **look))


def draw():
    rng = np.random.default_rng(3)
    queries, keys = rng.normal(size=(2, LENGTH, 4))
    scores = SHARP * queries @ keys.T / 2
    before = np.tril(np.ones((LENGTH, LENGTH), bool))
    weights = np.where(before, np.exp(scores), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    values = rng.uniform(0.05, 1, (LENGTH, ENTRIES))
    results = weights @ values
    figure, axes = style.figure(7, 4.6)
    line = {"edgecolor": style.FAINT, "linewidth": 0.8}
    for i in range(LENGTH):
        for j in range(LENGTH):
            if j <= i:
                box(axes, j, i, shade(style.DATA, weights[i, j]), **line)
                dark = weights[i, j] > 0.5
                axes.text(j + 0.5, i + 0.53, f"{100 * weights[i, j]:.0f}",
                          color="white" if dark else style.INK, ha="center",
                          va="center", fontsize=13)  # fmt: skip
        strong = {"fontsize": 17, "ha": "center", "va": "center"}
        chosen = style.NOISE if i + 1 == CHOSEN else style.INK
        axes.text(-0.6, i + 0.5, f"$q_{i + 1}$", color=chosen, **strong)
        axes.text(i + 0.5, -0.5, f"$k_{i + 1}$", **strong)
        axes.text(i + 0.5, LENGTH + ENTRIES * 0.6 + 1.15, f"$v_{i + 1}$",
                  **strong)  # fmt: skip
        for e in range(ENTRIES):
            axes.add_patch(
                Rectangle((i + 0.2, LENGTH + 0.6 + 0.6 * e), 0.6, 0.6,
                          facecolor=shade(style.MODEL, values[i, e]), **line)
            )  # fmt: skip
            axes.add_patch(
                Rectangle((LENGTH + 1.6 + 0.7 * e, i + 0.15), 0.7, 0.7,
                          facecolor=shade(style.MODEL, results[i, e]), **line)
            )  # fmt: skip
        axes.text(LENGTH + 4.4, i + 0.5, f"$o_{i + 1}$", color=chosen, **strong)
    axes.add_patch(
        Rectangle((0, CHOSEN - 1), CHOSEN, 1, facecolor="none", zorder=4,
                  edgecolor=style.NOISE, linewidth=3)
    )  # fmt: skip
    style.arrow(axes, (CHOSEN + 0.2, CHOSEN - 0.5),
                (LENGTH + 1.35, CHOSEN - 0.5), style.NOISE, 2.5)  # fmt: skip
    axes.text(4.5, 1.4, "later:\nweight 0", ha="center", va="center")
    axes.text(-1.3, LENGTH + 1.5, "values", ha="center", va="center")
    axes.text(-1.3, -0.5, "keys", ha="right", va="center")
    axes.text(-1.3, 2.5, "queries", ha="right", va="center")
    axes.text(LENGTH + 2.65, -0.5, "means", ha="center", va="center")
    axes.set(xlim=(-3.2, LENGTH + 5), ylim=(LENGTH + 3.4, -1), aspect="equal")
    axes.set_axis_off()
    return figure
