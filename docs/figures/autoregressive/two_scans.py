"""The scan from the left, its mirror image, and the mirror image shifted."""

import numpy as np
import pixels
import style
from matplotlib.patches import Rectangle

HEIGHT, WIDTH = 6, 8
ROW, COLUMN = 4, 3
NAMES = ("from the left", "mirrored: a leak", "shifted: correct")


def reaches(panel, row, column):
    """Whether the features at a place go into those of the marked one."""
    if panel == 0:
        return (row <= ROW) & (column <= COLUMN)
    return (row <= ROW - (panel == 2)) & (column >= COLUMN)


def draw():
    figure, axes = style.figure(7, 2.3, 1, 3)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.04)
    colours = style.DATA, style.FOURTH, style.MODEL
    for i, panel in enumerate(axes):
        used = reaches(i, *np.indices((HEIGHT, WIDTH)))
        later = used & (i == 1)
        later[:ROW] = False
        later[:, : COLUMN + 1] = False
        pixels.squares(
            panel, used & ~later, color=colours[2 * (i > 0)], alpha=0.5
        )
        pixels.squares(panel, later, color=style.FOURTH, alpha=0.85)
        pixels.frame(panel, (HEIGHT, WIDTH), HEIGHT)
        panel.add_patch(
            Rectangle((COLUMN, ROW), 1, 1, facecolor="none", zorder=4,
                      edgecolor=style.NOISE, linewidth=3)
        )  # fmt: skip
        row = ROW - (i == 2) + 0.5
        middle = COLUMN + 0.5
        side = -1 if i == 0 else 1
        style.arrow(panel, (middle + side * 2.8, row),
                    (middle + side * 0.5, row), style.INK)  # fmt: skip
        end = (middle, row - 0.5 + 0.1 * (i < 2))
        style.arrow(panel, (middle, row - 3), end, style.INK)
        if i == 2:
            style.arrow(panel, (middle, row - 0.2), (middle, ROW + 0.6),
                        style.NOISE, 2.5)  # fmt: skip
        panel.set_title(NAMES[i], color=colours[i])
    return figure
