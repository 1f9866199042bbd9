"""Checkerboard, squeeze, and the places where half of the values leave."""

import numpy as np
import style
from matplotlib.patches import Rectangle

FOUR = (style.DATA, style.NOISE, style.MODEL, style.FOURTH)


def draw():
    figure, axes = style.figure(7, 4.55, layout="none")
    axes.set_position([0, 0, 1, 1])
    axes.text(3.1, -0.5, "checkerboards", ha="center")
    for parity in (0, 1):
        for y, x in np.ndindex(4, 4):
            kept = (y + x + parity) % 2 == 1
            colour = style.INK if kept else style.MODEL
            square(axes, 3.2 * parity, 0, x, y, 0.75, colour, kept)
    axes.text(10.85, -0.5, "squeeze", ha="center")
    for y, x in np.ndindex(4, 4):
        square(axes, 7.3, 0, x, y, 0.75, FOUR[2 * (y % 2) + x % 2], True)
    style.arrow(axes, (10.5, 1.5), (11.3, 1.5), style.INK)
    for channel in range(4):
        left, top = 11.6 + 1.75 * (channel % 2), 1.75 * (channel // 2) - 0.1
        for y, x in np.ndindex(2, 2):
            square(axes, left, top, x, y, 0.75, FOUR[channel], True)
    # The scales: the height of a box is its share of the values.
    height, left, top = 4.0, 0.5, 4.6
    widths, shapes = 2.5, ("28 x 28 x 1", "14 x 14 x 2", "7 x 7 x 4")
    for scale, shape in enumerate(shapes):
        halves = 1 if scale == 2 else 2
        for half in range(halves):
            size = height / halves
            box(axes, left, top + half * size, widths, size, style.DATA)
        axes.text(left + widths / 2, top - 0.25, shape, ha="center")
        if scale == 2:
            style.arrow(
                axes, (left + 2.5, top + height / 2), (14.1, 5.1), style.NOISE
            )
            break
        end = left + widths
        bottom = top + height / 2
        style.arrow(
            axes,
            (end, top + height / 4),
            (end + 1.6, top + height / 4),
            style.DATA,
        )
        style.arrow(
            axes,
            (end, bottom + height / 4),
            (14.1, bottom + height / 4),
            style.NOISE,
        )
        left, height = end + 1.6, height / 2
    box(axes, 14.2, 4.6, 0.8, 4.0, style.NOISE)
    axes.text(14.6, 4.35, "$z$", ha="center", fontsize=16)
    axes.set(xlim=(-0.2, 15.4), ylim=(9, -1.1), aspect="equal")
    axes.set_axis_off()
    return figure


def square(axes, left, top, x, y, size, colour, full):
    look = {"facecolor": colour if full else "none", "edgecolor": colour}
    corner = (left + size * x + 0.05, top + size * y + 0.05)
    axes.add_patch(
        Rectangle(corner, size - 0.1, size - 0.1, linewidth=1.2, **look)
    )


def box(axes, left, top, width, height, colour):
    axes.add_patch(
        Rectangle(
            (left, top + 0.04),
            width,
            height - 0.08,
            facecolor=colour,
            alpha=0.6,
            linewidth=0,
        )
    )
