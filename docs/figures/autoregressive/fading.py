"""What is left of an old state after so many steps, for constant gates."""

import numpy as np
import style

GATES = ((0.5, "NOISE"), (0.9, "FOURTH"), (0.975, "DATA"), (0.99, "MODEL"))
ROWS = ((8, "a row of 8"), (28, "a row of 28"))


def draw():
    figure, axes = style.figure(7, 3.2)
    steps = np.arange(0, 41)
    for gate, colour in GATES:
        colour = getattr(style, colour)
        kept = gate**steps
        axes.plot(steps, kept, "-", color=colour)
        if gate == 0.5:
            axes.text(3.0, 0.17, "0.5", color=colour, fontsize=14)
        else:
            axes.text(40.6, kept[-1], f"{gate}", color=colour, va="center",
                      fontsize=14)  # fmt: skip
    for step, name in ROWS:
        axes.axvline(step, color=style.FAINT, linestyle="--", zorder=0)
        axes.text(step, 1.04, name, ha="center", fontsize=13)
    axes.text(40.6, 0.93, "$z$ =", fontsize=16, va="center")
    axes.set(xlim=(0, 40), ylim=(0, 1.02), xlabel="steps later")
    axes.set_ylabel("part that is left", fontsize=14)
    axes.set_yticks([0, 0.5, 1])
    axes.set_xticks([0, 10, 20, 30, 40])
    return figure
