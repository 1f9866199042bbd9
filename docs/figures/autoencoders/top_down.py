"""Two levels: how data are drawn, and how levels are inferred."""

import style
from matplotlib.patches import FancyBboxPatch


def box(panel, x, y, text, colour, width=0.9):
    panel.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - 0.32),
            width,
            0.64,
            boxstyle="round,pad=0.02,rounding_size=0.12",
            facecolor="none",
            edgecolor=colour,
            linewidth=1.8,
        )
    )
    panel.text(x, y, text, ha="center", va="center", color=colour, fontsize=15)


def draw():
    figure, (left, right) = style.figure(7, 4.9, 1, 2, width_ratios=[1, 2.1])
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.02)
    rows = {"z_2": 4.0, "z_1": 2.0, "x": 0.0}
    for name, y in rows.items():
        colour = style.DATA if name == "x" else style.NOISE
        box(left, 0, y, f"${name}$", colour)
    style.arrow(left, (0, 3.64), (0, 2.38), style.NOISE)
    left.text(0.14, 3.0, "prior\nnetwork", color=style.NOISE, va="center")
    style.arrow(left, (0, 1.64), (0, 0.38), style.NOISE)
    left.text(0.14, 1.0, "decoder", color=style.NOISE, va="center")
    left.plot(
        [-0.47, -0.95, -0.95, -0.85],
        [4.0, 4.0, 0.0, 0.0],
        color=style.NOISE,
        linewidth=2,
        solid_joinstyle="round",
    )
    style.arrow(left, (-0.95, 0), (-0.49, 0), style.NOISE)
    left.set(xlim=(-1.1, 1.35), ylim=(-0.5, 4.5), aspect="equal")
    left.set_title("a sample", pad=4)

    box(right, 0, 0, "$x$", style.DATA)
    for name, y in (("2", 4.0), ("1", 2.0)):
        box(right, 0, y, f"$m_{name}, s_{name}^2$", style.DATA, 1.3)
    right.plot(
        [-0.47, -1.0, -1.0], [0, 0, 4.0], color=style.DATA, linewidth=2,
        solid_joinstyle="round",
    )  # fmt: skip
    for y in (2.0, 4.0):
        style.arrow(right, (-1.0, y), (-0.68, y), style.DATA)
    right.text(0, 1.0, "encoder", color=style.DATA, ha="center", va="center")
    right.text(0, 2.72, "messages", color=style.DATA, ha="center", va="center")
    for name, y in (("2", 4.0), ("1", 2.0)):
        box(right, 3.3, y, f"$z_{name}$", style.MODEL)
    style.arrow(right, (0.7, 4.0), (2.8, 4.0), style.DATA)
    right.text(1.75, 4.12, "draw", ha="center", va="bottom")
    style.arrow(right, (0.7, 2.0), (1.5, 2.0), style.DATA)
    right.text(1.75, 2.0, r"$\times$", ha="center", va="center", fontsize=22)
    style.arrow(right, (2.0, 2.0), (2.8, 2.0), style.MODEL)
    right.text(2.4, 1.86, "draw", ha="center", va="top")
    right.plot(
        [3.3, 3.3, 1.75],
        [3.64, 3.1, 3.1],
        color=style.NOISE,
        linewidth=2,
        solid_joinstyle="round",
    )
    style.arrow(right, (1.75, 3.1), (1.75, 2.25), style.NOISE)
    right.text(1.95, 2.7, "prior network", color=style.NOISE, va="center")
    right.set(xlim=(-1.15, 4.0), ylim=(-0.5, 4.5), aspect="equal")
    right.set_title("inference", pad=4)
    for panel in (left, right):
        panel.set_axis_off()
    return figure
