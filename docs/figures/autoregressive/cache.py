"""What three models keep when they draw the thirteenth value."""

import style
from matplotlib.patches import Rectangle

NOW = 13
LENGTH = 16
DILATIONS = (8, 4, 2, 1)


def line(axes, top, kept, read):
    """A row of cells: kept, read now, or dropped."""
    for i in range(1, LENGTH + 1):
        look = {"facecolor": "none", "edgecolor": style.FAINT}
        if i in kept:
            look = {"facecolor": style.DATA}
            look |= {"alpha": 1 if i in read else 0.4, "linewidth": 0}
        elif i == NOW:
            look = {"facecolor": style.NOISE, "linewidth": 0}
        elif i > NOW:
            look |= {"linestyle": ":"}
        axes.add_patch(Rectangle((i + 0.07, top + 0.07), 0.86, 0.86, **look))


def draw():
    figure, axes = style.figure(7, 3.9)
    before = range(1, NOW)
    line(axes, 0, [NOW - 1], [NOW - 1])
    axes.text(0.6, 0.5, "RNNMADE", ha="right", va="center")
    axes.text(17.4, 0.5, "1", va="center")
    top, total = 1.7, 0
    for dilation in DILATIONS:
        kept = range(max(NOW - dilation, 1), NOW)
        line(axes, top, kept, [NOW - dilation])
        axes.text(17.4, top + 0.5, len(kept), va="center")
        top, total = top + 1, total + len(kept)
    axes.text(0.6, 3.7, "WaveNet,\nfour blocks", ha="right", va="center")
    line(axes, 6.4, before, before)
    axes.text(0.6, 6.9, "Transformer,\na block", ha="right", va="center")
    axes.text(17.4, 6.9, r"$2 \times 12$", va="center", fontsize=14)
    axes.text(17.4, -0.55, "kept", va="center")
    axes.text(NOW + 0.5, -0.55, "now", color=style.NOISE, ha="center",
              va="center")  # fmt: skip
    axes.text(1.5, 8.2, "first value", ha="center", va="center", fontsize=12)
    axes.text(16.5, 8.2, "last", ha="center", va="center", fontsize=12)
    axes.set(xlim=(-4.2, 19.4), ylim=(8.7, -1.1), aspect="equal")
    axes.set_axis_off()
    return figure
