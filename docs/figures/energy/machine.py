"""A machine of three bits and two hidden units, and all it says of them."""

import itertools

import numpy as np
import style

KERNEL = np.array([[3.0, -1.0], [2.0, 1.5], [-2.0, 2.0]])  # bits, hidden units
VISIBLE = np.array([-0.5, -1.0, -0.5])
HIDDEN = np.array([-1.5, -1.0])
STATES = np.array([*itertools.product((0, 1), repeat=3)])


def energies():
    """F of all states."""
    hidden = np.logaddexp(0, HIDDEN + STATES @ KERNEL).sum(axis=1)
    return -STATES @ VISIBLE - hidden


def draw():
    figure, (graph, left, right) = style.figure(
        7, 3.1, 1, 3, width_ratios=(0.9, 1, 1)
    )
    seen = [(0.0, y) for y in (2, 1, 0)]
    unseen = [(1.0, y) for y in (1.6, 0.4)]
    for i, start in enumerate(seen):
        for j, end in enumerate(unseen):
            weight = KERNEL[i, j]
            graph.plot(
                *zip(start, end, strict=True),
                color=style.DATA if weight > 0 else style.NOISE,
                linewidth=1.8 * abs(weight),
                zorder=1,
            )
    for places, name, colour in (
        (seen, "v", style.DATA),
        (unseen, "h", style.MODEL),
    ):
        for i, (x, y) in enumerate(places):
            graph.plot(x, y, "o", markersize=27, color=colour, zorder=2)
            graph.text(
                x,
                y,
                f"${name}_{i + 1}$",
                color="white",
                ha="center",
                va="center",
                fontsize=15,
            )
    graph.set(xlim=(-0.35, 1.35), ylim=(-0.5, 2.5), title="the machine")
    graph.set_axis_off()
    energy = energies()
    weight = np.exp(-energy)
    places = np.arange(8)
    names = ["".join(map(str, state)) for state in STATES]
    left.barh(places, energy, color=style.FAINT)
    left.axvline(0, color=style.INK, linewidth=1)
    left.set(title="free energy $F(v)$", xlim=(-3.2, 0.0))
    right.barh(places, weight / weight.sum(), color=style.DATA)
    right.set(title="$p(v) = e^{-F(v)} / Z$", xlim=(0, 0.42))
    right.set_xticks([0, 0.2, 0.4])
    left.set_xlim(1.05 * energy.min(), 0)
    right.text(
        0.98,
        0.03,
        f"$Z = {weight.sum():.1f}$",
        transform=right.transAxes,
        ha="right",
        fontsize=15,
    )
    for panel in (left, right):
        panel.set_yticks(places, names, family="monospace")
        panel.invert_yaxis()
    return figure
