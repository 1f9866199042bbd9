"""Which values depend on which: three Jacobians."""

import numpy as np
import style
from matplotlib.patches import Rectangle

SIZE = 8
KEPT = 4


def draw():
    figure, axes = style.figure(7, 2.9, 1, 3)
    figure.get_layout_engine().set(w_pad=0.05, wspace=0.03)
    row, column = np.indices((SIZE, SIZE))
    moved = row >= KEPT
    full = np.ones((SIZE, SIZE), bool)
    cases = (
        ("any map", full, ~full),
        ("coupling", moved & (column < KEPT), ~moved & (row == column)),
        ("autoregression", column < row, ~full),
    )
    for panel, (name, dependent, ones) in zip(axes, cases, strict=True):
        diagonal = (row == column) & (name != "any map")
        for y, x in np.ndindex(SIZE, SIZE):
            look = {"facecolor": "none", "edgecolor": style.FAINT}
            if ones[y, x]:
                look["facecolor"] = style.INK
            elif diagonal[y, x]:
                look["facecolor"] = style.MODEL
            elif dependent[y, x]:
                look |= {"facecolor": style.DATA, "alpha": 0.45}
            panel.add_patch(Rectangle((x, y), 1, 1, linewidth=0.8, **look))
        panel.set(xlim=(-0.1, SIZE + 0.1), ylim=(SIZE + 0.1, -0.1))
        panel.set(aspect="equal", xticks=[], yticks=[])
        panel.set_title(name)
        panel.set_xlabel("$x_j$", labelpad=3)
        panel.spines[["left", "bottom"]].set_visible(False)
    axes[0].set_ylabel("$z_i$")
    return figure
