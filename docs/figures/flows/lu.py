"""A matrix as a product whose determinant is read off."""

import numpy as np
import style
from matplotlib.patches import Rectangle

SIZE = 6
ORDER = (2, 0, 5, 1, 4, 3)


def draw():
    figure, axes = style.figure(7, 2.3, layout="none")
    axes.set_position([0, 0, 1, 0.98])
    row, column = np.indices((SIZE, SIZE))
    permuted = np.array(ORDER)[row] == column
    none = np.zeros((SIZE, SIZE), bool)
    cases = (
        ("$W$", none, none, ~none),
        ("$P$", permuted, none, none),
        ("$L$", row == column, none, column < row),
        ("$U + S$", none, row == column, column > row),
    )
    for i, (name, ones, scales, learned) in enumerate(cases):
        left = 8.4 * i
        for y, x in np.ndindex(SIZE, SIZE):
            look = {"facecolor": "none", "edgecolor": style.FAINT}
            if ones[y, x]:
                look["facecolor"] = style.INK
            elif scales[y, x]:
                look["facecolor"] = style.MODEL
            elif learned[y, x]:
                look |= {"facecolor": style.DATA, "alpha": 0.45}
            axes.add_patch(
                Rectangle((left + x, y), 1, 1, linewidth=0.8, **look)
            )
        axes.text(left + SIZE / 2, -0.6, name, ha="center", fontsize=16)
        if i:
            sign = "=" if i == 1 else "$\\cdot$"
            axes.text(
                left - 1.2, 3, sign, ha="center", va="center", fontsize=22
            )
    axes.set(xlim=(-0.3, 8.4 * 3 + 6.3), ylim=(6.3, -2), aspect="equal")
    axes.set_axis_off()
    return figure
