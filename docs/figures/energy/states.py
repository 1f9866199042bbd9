"""How long the sum of a partition function takes."""

import numpy as np
import style

PER_SECOND = 9.0  # log10 of terms
MARKS = ((20, "20 units"), (64, "8 x 8 bits"), (100, "100 units"))
TIMES = (
    (0.0, "a second"),
    (np.log10(86400), "a day"),
    (np.log10(3.16e7 * 13.8e9), "age of the universe"),
)


def draw():
    figure, axes = style.figure(7, 3)
    units = np.arange(0, 121)
    axes.plot(units, units * np.log10(2) - PER_SECOND, color=style.DATA)
    for height, name in TIMES:
        axes.axhline(height, color=style.FAINT, linewidth=1.2, zorder=0)
        axes.text(0.5, height + 0.5, name, fontsize=13)
    for number, name in MARKS:
        height = number * np.log10(2) - PER_SECOND
        axes.plot(number, height, "o", markersize=8, color=style.NOISE)
        axes.text(number + 1.5, height - 0.6, name, va="top", color=style.NOISE)
    axes.set(
        xlim=(0, 120),
        ylim=(-10, 28),
        xlabel="units of the smaller side",
        ylabel="seconds",
        yticks=[-9, 0, 9, 18, 27],
        yticklabels=[f"$10^{{{n}}}$" for n in (-9, 0, 9, 18, 27)],
    )
    return figure
