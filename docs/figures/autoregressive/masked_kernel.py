"""A masked kernel on a half-known digit, and the two kinds of masks."""

import style
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits

EXAMPLE = 3
REACH = 2
PLACES = (3, 2), (5, 5)  # where the kernel stands, and where it goes


def box(panel, row, column, size=1, **look):
    panel.add_patch(Rectangle((column, row), size, size, **look))


def window(panel, place, colour, dashes="-"):
    row, column = place
    size = 2 * REACH + 1
    look = {"facecolor": "none", "edgecolor": colour, "linewidth": 2.5}
    look |= {"linestyle": dashes, "zorder": 4}
    box(panel, row - REACH, column - REACH, size, **look)


def mask(panel, own, name):
    size = 2 * REACH + 1
    for i in range(size * size):
        row, column = divmod(i, size)
        kept = i < REACH * size + REACH + own
        middle = (row, column) == (REACH, REACH)
        look = {"facecolor": style.DATA if kept else "none", "linewidth": 0}
        box(panel, row, column, alpha=0.75, **look)
        box(panel, row, column, facecolor="none", edgecolor=style.FAINT)
        colour = "white" if kept else style.INK
        panel.text(column + 0.5, row + 0.53, int(kept), color=colour,
                   ha="center", va="center")  # fmt: skip
        if middle:
            box(panel, row, column, facecolor="none", zorder=3, linewidth=3,
                edgecolor=style.NOISE)  # fmt: skip
    panel.set_title(name)
    panel.set(xlim=(-0.2, size + 0.2), ylim=(size + 0.2, -0.2))


def draw():
    x = load_digits().images[EXAMPLE] >= 8
    figure, axes = style.figure(7, 2.9, 1, 3, width_ratios=(8.4, 5.6, 5.6))
    figure.get_layout_engine().set(w_pad=0.04, wspace=0.06)
    panel = axes[0]
    target = PLACES[0][0] * 8 + PLACES[0][1]
    for i in range(64):
        row, column = divmod(i, 8)
        if i < target:
            colour = style.DATA if x[row, column] else "none"
            box(panel, row, column, facecolor=colour, linewidth=0)
        elif i > target:
            box(panel, row, column, facecolor=style.FAINT, alpha=0.45,
                linewidth=0)  # fmt: skip
    box(panel, *PLACES[0], facecolor=style.NOISE, linewidth=0)
    window(panel, PLACES[0], style.MODEL)
    window(panel, PLACES[1], style.MODEL, (0, (2, 1.5)))
    box(panel, 0, 0, 8, facecolor="none", edgecolor=style.INK)
    start, end = ((column + 0.5, row + 0.5) for row, column in PLACES)
    style.arrow(panel, start, end, style.MODEL)
    panel.set_title("same weights everywhere", color=style.MODEL)
    panel.set(xlim=(-0.2, 8.2), ylim=(8.2, -0.2))
    mask(axes[1], False, "mask A:\nfirst layer")
    mask(axes[2], True, "mask B:\nall others")
    for panel in axes:
        panel.set_aspect("equal")
        panel.set_axis_off()
    return figure
