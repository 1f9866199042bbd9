"""Masks as matrices, and the paths that their product counts."""

import numpy as np
import style
from matplotlib.patches import Rectangle

VALUES = np.arange(1, 6)
UNITS = np.arange(8) * 4 // 8 + 1


def table(panel, numbers, x_name, y_name, columns, rows, ones=True):
    height, width = numbers.shape
    for i in range(height):
        for j in range(width):
            n = numbers[i, j]
            shade = style.DATA if n else "none"
            panel.add_patch(
                Rectangle(
                    (j, i),
                    1,
                    1,
                    facecolor=shade,
                    alpha=0.75 if n else 1,
                )
            )
            panel.add_patch(
                Rectangle((j, i), 1, 1, facecolor="none", linewidth=0.8,
                          edgecolor=style.FAINT)
            )  # fmt: skip
            if n and not ones:
                panel.text(j + 0.5, i + 0.5, n, color="white", ha="center",
                           va="center", fontsize=14)  # fmt: skip
    panel.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    panel.set_xticks(np.arange(width) + 0.5, columns)
    panel.set_yticks(np.arange(height) + 0.5, rows)
    panel.tick_params(length=0, labelsize=12)
    panel.spines[:].set_visible(False)
    panel.set_xlabel(x_name, fontsize=13)
    panel.set_ylabel(y_name, fontsize=13)


def draw():
    hidden = (UNITS >= VALUES[:, None]).astype(int)
    output = (VALUES > UNITS[:, None]).astype(int)
    direct = (VALUES > VALUES[:, None]).astype(int)
    figure, axes = style.figure(7, 5.6, 2, 2, height_ratios=(4, 5))
    figure.get_layout_engine().set(wspace=0.06, hspace=0.06)
    names = "hidden units, by degree", "output"
    table(axes[0, 0], hidden, names[0], "input", UNITS, VALUES)
    axes[0, 0].set_title("hidden layer: $m_k \\geq j$")
    table(axes[0, 1], output.T, *names, UNITS, VALUES)
    axes[0, 1].set_title("output layer: $i > m_k$")
    paths = hidden @ output
    table(axes[1, 0], paths.T, "input", names[1], VALUES, VALUES, False)
    axes[1, 0].set_title("paths through hidden units")
    paths = paths + direct
    table(axes[1, 1], paths.T, "input", names[1], VALUES, VALUES, False)
    axes[1, 1].set_title("with direct connections")
    return figure
