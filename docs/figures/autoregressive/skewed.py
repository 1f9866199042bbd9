"""An image whose rows are moved so that its diagonals become columns."""

import style
from matplotlib.patches import Rectangle

HEIGHT, WIDTH = 4, 5
ROW, COLUMN = 2, 3


def cell(panel, row, column, step):
    colour = style.blend(step / (HEIGHT + WIDTH - 2))
    panel.add_patch(
        Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="white")
    )
    panel.text(column + 0.5, row + 0.53, step, color="white", ha="center",
               va="center", fontsize=15)  # fmt: skip


def draw():
    long = HEIGHT + WIDTH - 1
    ratios = WIDTH, long
    figure, (left, right) = style.figure(7, 2.6, 1, 2, width_ratios=ratios)
    figure.get_layout_engine().set(w_pad=0.04, wspace=0.06)
    for row in range(HEIGHT):
        for column in range(long):
            if column < WIDTH:
                cell(left, row, column, row + column)
            if row <= column < row + WIDTH:
                cell(right, row, column, column)
            else:
                right.add_patch(
                    Rectangle((column, row), 1, 1, facecolor="none",
                              edgecolor=style.FAINT)
                )  # fmt: skip
                right.text(column + 0.5, row + 0.53, 0, color=style.INK,
                           ha="center", va="center", fontsize=13)  # fmt: skip
    for panel, move in ((left, 0), (right, ROW)):
        panel.add_patch(
            Rectangle((COLUMN + move, ROW), 1, 1, facecolor="none", zorder=4,
                      edgecolor=style.INK, linewidth=3)
        )  # fmt: skip
    end = COLUMN + 0.5, ROW + 0.5
    for panel, move, above in ((left, 0, 0), (right, ROW, -1)):
        here = end[0] + move
        for start in (
            (here - 0.72, end[1]),
            (here + 0.72 * above, end[1] - 0.72),
        ):
            stop = (
                here + 0.32 * (start[0] - here) / 0.72,
                end[1] + 0.32 * (start[1] - end[1]) / 0.72,
            )
            style.arrow(panel, start, stop, "white", 2)
    left.set_title("step of each pixel")
    right.set_title("row $r$ moved by $r$: a column per step")
    left.set(xlim=(-0.1, WIDTH + 0.1))
    right.set(xlim=(-0.1, long + 0.1))
    for panel in (left, right):
        panel.set(ylim=(HEIGHT + 0.1, -0.1), aspect="equal")
        panel.set_axis_off()
    return figure
