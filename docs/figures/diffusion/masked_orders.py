"""Sixteen values drawn one by one in three orders, or four at once."""

import numpy as np
import style
from matplotlib.patches import Rectangle

PICTURE = np.array([0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0])
# Of these two places one should be dark.
TOGETHER = (9, 10)
BROKEN = np.array([0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0])
ROWS = (
    ("row by row", range(16), PICTURE),
    (
        "in a spiral",
        (0, 1, 2, 3, 7, 11, 15, 14, 13, 12, 8, 4, 5, 6, 10, 9),
        PICTURE,
    ),
    (
        "at random",
        (5, 11, 1, 14, 9, 2, 7, 12, 0, 15, 6, 8, 13, 3, 10, 4),
        PICTURE,
    ),
    (
        "four at once",
        (5, 2, 12, 11, 1, 8, 7, 14, *TOGETHER, 3, 4, 13, 6, 0, 15),
        BROKEN,
    ),
)


def draw():
    figure, axes = style.figure(7, 3.2, layout="none")
    axes.set_position([0, 0, 1, 1])
    for row, (name, order, picture) in enumerate(ROWS):
        at_once = row == 3
        top = 4.8 * row + 1.7 * at_once
        axes.text(-1.5, top + 2, name, ha="right", va="center")
        for stage in range(5):
            left = 6.6 * stage
            draw_grid(axes, left, top, order, 4 * stage, picture)
            if row in (0, 3):
                calls = stage if at_once else 4 * stage
                axes.text(left + 2, top - 0.5, calls, ha="center")
    for top in (0, 16.1):
        axes.text(-1.5, top - 0.5, "calls", ha="right")
    axes.set(xlim=(-13, 31), ylim=(20.3, -1.8), aspect="equal")
    axes.set_axis_off()
    return figure


def draw_grid(axes, left, top, order, seen, picture):
    """The values of which `seen` are drawn already, the last four in colour."""
    for rank, place in enumerate(order):
        y, x = divmod(place, 4)
        colour = style.MODEL if rank >= seen - 4 else style.INK
        look = {"facecolor": colour if picture[place] else "none"}
        look |= {"edgecolor": colour, "linewidth": 1}
        if picture is BROKEN and place in TOGETHER:
            look |= {"edgecolor": style.FOURTH, "linewidth": 2}
        if rank >= seen:
            look = {"facecolor": style.FAINT, "alpha": 0.5, "linewidth": 0}
        corner = (left + x + 0.08, top + y + 0.08)
        axes.add_patch(Rectangle(corner, 0.84, 0.84, **look))
