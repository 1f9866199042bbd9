"""What comes before one pixel in three orders, and in the mean of logits."""

import style
from matplotlib.patches import Rectangle

ORDERS = (
    (1, 2, 3, 4, 5, 6, 7, 8, 9),
    (7, 1, 6, 9, 3, 2, 8, 5, 4),
    (5, 8, 2, 9, 7, 1, 6, 3, 4),
)
NAMES = ("order 1", "order 2", "order 3")
PIXEL = 4


def cell(panel, i, colour, text, text_colour):
    row, column = divmod(i, 3)
    panel.add_patch(
        Rectangle((column + 0.05, row + 0.05), 0.9, 0.9, facecolor=colour)
    )
    panel.add_patch(
        Rectangle((column + 0.05, row + 0.05), 0.9, 0.9, facecolor="none",
                  edgecolor=style.FAINT)
    )  # fmt: skip
    panel.text(column + 0.5, row + 0.52, text, ha="center", va="center",
               color=text_colour, fontsize=15)  # fmt: skip


def draw():
    figure, axes = style.figure(7, 2.3, 1, 4)
    figure.get_layout_engine().set(w_pad=0.04, wspace=0.04)
    seen_by_mean = set()
    for panel, order, name in zip(axes, ORDERS, NAMES, strict=False):
        for i, number in enumerate(order):
            look = ("none", number, style.INK)
            if number < order[PIXEL]:
                look = (style.DATA, number, "white")
                seen_by_mean.add(i)
            if i == PIXEL:
                look = (style.NOISE, number, "white")
            cell(panel, i, *look)
        panel.set_title(name)
    for i in range(9):
        seen = i in seen_by_mean
        colour = style.DATA if seen else "none"
        cell(axes[3], i, style.NOISE if i == PIXEL else colour, "", "white")
    axes[3].set_title("mean of logits", color=style.FOURTH)
    for panel in axes:
        panel.set(xlim=(-0.05, 3.05), ylim=(3.05, -0.05), aspect="equal")
        panel.set_axis_off()
    return figure
