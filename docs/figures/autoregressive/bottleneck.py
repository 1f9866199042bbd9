"""A recurrent network, step by step, and the only way from x_1 to step 5."""

import style
from matplotlib.patches import FancyBboxPatch

STEPS = 5
WIDTH, HEIGHT = 0.6, 0.46


def box(axes, x, y, text, colour, strong=True):
    axes.add_patch(
        FancyBboxPatch(
            (x - WIDTH / 2, y - HEIGHT / 2),
            WIDTH,
            HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.1",
            facecolor=colour,
            alpha=1 if strong else 0.55,
            linewidth=0,
            zorder=3,
        )
    )
    axes.text(x, y - 0.01, text, ha="center", va="center", color="white",
              fontsize=17, zorder=4)  # fmt: skip


def draw():
    figure, axes = style.figure(7, 3.5)
    half = HEIGHT / 2 + 0.03
    for i in range(1, STEPS + 1):
        box(axes, i, 0, "$0$" if i == 1 else f"$x_{i - 1}$", style.DATA)
        box(axes, i, 1.1, f"$h_{i}$", style.MODEL)
        box(axes, i, 2.2, f"$\\lambda_{i}$", style.NOISE)
        way = style.FOURTH if i == 2 else style.FAINT
        style.arrow(axes, (i, half), (i, 1.1 - half), way, 2.5)
        way = style.FOURTH if i == STEPS else style.FAINT
        style.arrow(axes, (i, 1.1 + half), (i, 2.2 - half), way, 2.5)
        if i < STEPS:
            way = style.FOURTH if i > 1 else style.FAINT
            ends = (i + WIDTH / 2 + 0.03, 1.1), (i + 1 - WIDTH / 2 - 0.03, 1.1)
            style.arrow(axes, *ends, way, 2.5)
    for y, name in ((0, "read"), (1.1, "state"), (2.2, "predict")):
        axes.text(0.5, y, name, ha="right", va="center", fontsize=14)
    for i in range(1, STEPS + 1):
        axes.text(i, -0.52, f"step {i}", ha="center", va="center",
                  fontsize=13)  # fmt: skip
    axes.set(xlim=(-0.25, STEPS + 0.4), ylim=(-0.75, 2.5))
    axes.set_axis_off()
    return figure
