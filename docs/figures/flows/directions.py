"""What the parameters of the last value are made of, in three flows."""

import style
from matplotlib.patches import Circle

SIZE = 4
CASES = (
    # name; which values the network sees for the last one, of which side
    ("coupling", "x", (0, 1)),
    ("MAF", "x", (0, 1, 2)),
    ("IAF", "z", (0, 1, 2)),
)


def draw():
    figure, axes = style.figure(7, 2.5, 1, 3)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.06)
    for panel, (name, side, seen) in zip(axes, CASES, strict=True):
        for i in range(SIZE):
            moved = name != "coupling" or i > 1
            for ends in (
                ((0.3, 0.75), (1.25, 1.7)) if not moved else ((0.3, 1.7),)
            ):
                panel.plot([i, i], ends, color=style.FAINT, linewidth=1.5)
            for y, letter, colour in (
                (0, "x", style.DATA),
                (2, "z", style.NOISE),
            ):
                panel.add_patch(
                    Circle(
                        (i, y),
                        0.3,
                        facecolor="none",
                        edgecolor=colour,
                        linewidth=1.8,
                    )
                )
                panel.text(
                    i,
                    y,
                    f"${letter}_{i + 1}$",
                    ha="center",
                    va="center",
                    color=colour,
                )
            if not moved:
                panel.text(i, 1.0, "=", ha="center", va="center", fontsize=15)
        last = SIZE - 1
        panel.scatter(last, 1, 60, style.MODEL, "s", zorder=4)
        base = 0 if side == "x" else 2
        for i in seen:
            style.arrow(
                panel,
                (i + 0.22, base + (0.25 if base == 0 else -0.25)),
                (last - 0.14, 1 - (0.06 if base == 0 else -0.06)),
                style.MODEL,
                1.4,
            )
        panel.set(xlim=(-0.5, SIZE - 0.5), ylim=(-0.4, 2.4), aspect="equal")
        panel.set_title(name)
        panel.set_axis_off()
    return figure
