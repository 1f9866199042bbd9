"""Reverse water-filling: what a price leaves of six components."""

import numpy as np
import style

VARIANCES = np.array([4.0, 2.0, 1.0, 0.5, 0.25, 0.12])
NOISE = 0.25
PRICES = (0.25, 1, 4)
FLOOR = 0.03


def draw():
    figure, axes = style.figure(7, 3.3, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    places = np.arange(1, 7)
    for panel, price in zip(axes, PRICES, strict=True):
        level = price * NOISE
        below = np.minimum(VARIANCES, level)
        panel.bar(places, VARIANCES - below, 0.66, below, color=style.DATA)
        panel.bar(places, below - FLOOR, 0.66, FLOOR, color=style.FAINT)
        panel.axhline(level, color=style.NOISE)
        rate = 0.5 * np.maximum(np.log(VARIANCES / level), 0).sum()
        panel.set_title(rf"$\beta = {price:g}$" + f"\nrate {rate:.1f} nats",
                        fontsize=14)  # fmt: skip
        panel.set(yscale="log", ylim=(FLOOR, 6), xticks=places)
        panel.set(xlabel="component", yticks=(0.1, 1))
        panel.minorticks_off()
    axes[0].set_yticklabels(["0.1", "1"])
    axes[0].set_ylabel("variance", labelpad=1)
    axes[2].text(
        6.45, 1.1, r"level $\beta s^2$",
        color=style.NOISE, ha="right", va="bottom", fontsize=14,
    )  # fmt: skip
    return figure
