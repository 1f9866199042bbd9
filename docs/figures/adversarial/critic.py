"""The best critic has slope one where a classifier is flat."""

import numpy as np
import style
from scipy.stats import norm

X = np.linspace(-4.5, 6.0, 2101)


def draw():
    p = 0.5 * norm.pdf(X, -2.4, 0.45) + 0.5 * norm.pdf(X, 3.8, 0.45)
    q = norm.pdf(X, 0.2, 0.45)
    step = X[1] - X[0]
    behind = np.cumsum(q - p) * step  # cumulative: samples less data
    critic = np.cumsum(np.where(behind > 0, 1.0, -1.0)) * step
    critic -= critic.min()
    distance = np.sum(np.abs(behind)) * step
    best = p / (p + q)
    figure, (top, bottom) = style.figure(
        7, 4.4, 2, 1, sharex=True, height_ratios=(1, 1.7)
    )
    x, few = X[::7], slice(None, None, 7)
    top.fill_between(x, p[few], color=style.DATA, alpha=0.3, linewidth=0)
    top.plot(x, p[few], color=style.DATA)
    top.plot(x, q[few], color=style.MODEL)
    top.text(-4.3, 0.5, "data", color=style.DATA, fontsize=14)
    top.text(1.0, 0.7, "samples", color=style.MODEL, fontsize=14)
    top.text(5.8, 0.7, f"$W_1 = {distance:.1f}$", fontsize=16, ha="right")
    top.set(yticks=[], ylim=(0, 1))
    top.spines["left"].set_visible(False)
    bottom.plot(x, critic[few], color=style.INK)
    bottom.plot(x, 2 * best[few], color=style.NOISE)
    bottom.text(0.4, 4.2, "critic, slope one", fontsize=14, ha="center")
    bottom.text(-4.3, 1.4, "classifier $D^*$", color=style.NOISE, fontsize=14)
    bottom.text(5.8, 1.4, "flat", color=style.NOISE, fontsize=14, ha="right")
    bottom.text(1.25, 0.14, "flat", color=style.NOISE, fontsize=14, ha="center")
    bottom.set(xlim=(X[0], X[-1]), yticks=[], xticks=[])
    bottom.set_xlabel("$x$", labelpad=2)
    return figure
