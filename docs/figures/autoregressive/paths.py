"""A network with all connections, and what the masks leave of it."""

import style

INPUTS = [(x, 0.0) for x in (0, 1, 2, 3)]
HIDDEN = [(x, 1.0) for x in (-0.25, 0.45, 1.15, 1.85, 2.55, 3.25)]
OUTPUTS = [(x, 2.0) for x in (0, 1, 2, 3)]
DEGREES = (1, 1, 2, 2, 3, 3)
TARGET = 3  # the prediction whose paths are shown


def connections(masked):
    """Pairs of places, and the degree of the upper one."""
    for j in range(1, 5):
        for unit, degree in enumerate(DEGREES):
            if degree >= j or not masked:
                yield INPUTS[j - 1], HIDDEN[unit], degree
            if j > degree or not masked:
                yield HIDDEN[unit], OUTPUTS[j - 1], j


def line(panel, start, end, colour, width, order):
    panel.plot(
        *zip(start, end, strict=True),
        color=colour,
        linewidth=width,
        zorder=order,
    )


def draw():
    figure, (left, right) = style.figure(7, 3.5, 1, 2)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.04)
    for panel, masked in ((left, False), (right, True)):
        for start, end, above in connections(masked):
            used = False
            if masked:
                into = end in HIDDEN and above < TARGET
                used = into or end == OUTPUTS[TARGET - 1]
            colour = style.DATA if used else style.FAINT
            line(panel, start, end, colour, 1.8 if used else 1.0, 1 + used)
        names = [
            (INPUTS, [f"$x_{j}$" for j in range(1, 5)], style.DATA),
            (HIDDEN, DEGREES if masked else [""] * 6, style.MODEL),
            (OUTPUTS, [f"$\\lambda_{j}$" for j in range(1, 5)], style.NOISE),
        ]
        for spots, texts, colour in names:
            for spot, text in zip(spots, texts, strict=True):
                dim = masked and spot in (INPUTS[2], INPUTS[3])
                dim |= masked and spot in HIDDEN[4:]
                dim |= masked and spot in OUTPUTS and spot != OUTPUTS[2]
                panel.plot(*spot, "o", markersize=25, color="white", zorder=3)
                panel.plot(*spot, "o", markersize=25, color=colour, zorder=4,
                           alpha=0.4 if dim else 1)  # fmt: skip
                panel.text(*spot, text, color="white", ha="center",
                           va="center", zorder=5, fontsize=15)  # fmt: skip
        panel.set(xlim=(-0.65, 3.65), ylim=(-0.3, 2.3))
        panel.set_axis_off()
    for start, end in ((INPUTS[2], HIDDEN[3]), (HIDDEN[3], OUTPUTS[2])):
        line(left, start, end, style.FOURTH, 3, 2)
    left.set_title("all connections: a leak", color=style.FOURTH)
    right.set_title(r"masked: what $\lambda_3$ sees", color=style.DATA)
    return figure
