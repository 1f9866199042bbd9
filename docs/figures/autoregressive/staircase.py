"""The chain rule as a staircase of conditionals."""

import style
from matplotlib.patches import Rectangle

FACTORS = (
    "$p(x_1)$",
    r"$p(x_2 \mid x_1)$",
    r"$p(x_3 \mid x_1, x_2)$",
    r"$p(x_4 \mid x_1, x_2, x_3)$",
    r"$p(x_5 \mid x_1, x_2, x_3, x_4)$",
)


def draw():
    figure, axes = style.figure(7, 3.6)
    for i, name in enumerate(FACTORS):
        for j in range(5):
            look = {"facecolor": "none", "edgecolor": style.FAINT}
            if j < i:
                look = {"facecolor": style.DATA, "alpha": 0.75}
            elif j == i:
                look = {"facecolor": style.NOISE}
            axes.add_patch(Rectangle((j + 0.06, i + 0.06), 0.88, 0.88, **look))
        axes.text(5.5, i + 0.5, name, va="center", fontsize=17)
        axes.text(10.7, i + 0.5, 2**i, va="center", ha="right", fontsize=14)
        axes.text(i + 0.5, -0.3, f"$x_{i + 1}$", ha="center", fontsize=17)
    axes.text(10.7, -0.3, "entries", ha="right", fontsize=14)
    axes.text(5.5, -0.3, "factor", fontsize=14)
    axes.plot([9.9, 10.75], [5.08, 5.08], color=style.INK, linewidth=1)
    axes.text(10.7, 5.5, "31", va="center", ha="right", fontsize=14)
    axes.text(5.5, 5.5, "their product: $p(x)$", va="center", fontsize=16)
    axes.text(0, 5.5, "known", color=style.DATA, va="center", fontsize=14)
    axes.text(1.75, 5.5, "predicted", color=style.NOISE, va="center",
              fontsize=14)  # fmt: skip
    axes.set(xlim=(-0.1, 10.9), ylim=(5.9, -0.95))
    axes.set_axis_off()
    return figure
