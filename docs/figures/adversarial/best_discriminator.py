"""Two densities, and the best discriminator between them."""

import numpy as np
import style
from scipy.stats import norm

X = np.linspace(-3.6, 4.4, 321)
AT = 1.85


def data(x):
    return 0.45 * norm.pdf(x, -1.1, 0.6) + 0.55 * norm.pdf(x, 1.4, 0.6)


def model(x):
    return norm.pdf(x, 0.5, 1.1)


def draw():
    figure, (top, bottom) = style.figure(7, 4.4, 2, 1, sharex=True)
    p, q = data(X), model(X)
    best = p / (p + q)
    top.fill_between(X, p, color=style.DATA, alpha=0.25, linewidth=0)
    top.plot(X, p, color=style.DATA)
    top.plot(X, q, color=style.MODEL)
    a, b = data(AT), model(AT)
    top.plot([AT - 0.03] * 2, [0, a], color=style.DATA, linewidth=4)
    top.plot([AT + 0.07] * 2, [0, b], color=style.MODEL, linewidth=4)
    top.text(AT - 0.13, 0.06, "$a$", color=style.DATA, ha="right", fontsize=16)
    top.text(AT + 0.17, 0.06, "$b$", color=style.MODEL, fontsize=16)
    top.text(-2.9, 0.27, "data $p$", color=style.DATA, fontsize=15)
    top.text(2.55, 0.2, r"samples $p_\theta$", color=style.MODEL, fontsize=15)
    top.set(ylim=(0, 0.44), yticks=[])
    top.spines["left"].set_visible(False)
    bottom.axhline(0.5, color=style.FAINT, linewidth=1.2, linestyle="--")
    bottom.plot(X, best, color=style.NOISE)
    value = a / (a + b)
    bottom.plot([AT, AT], [0, value], color=style.INK, linewidth=1.2)
    bottom.plot(AT, value, "o", color=style.NOISE, markersize=8)
    bottom.text(AT - 0.12, 0.05, rf"$\frac{{a}}{{a + b}} = {value:.2f}$",
                fontsize=17, ha="right")  # fmt: skip
    bottom.text(-3.3, 0.62, "$D^*$", color=style.NOISE, fontsize=17)
    bottom.set(ylim=(0, 0.85), yticks=(0, 0.5), xticks=[], xlim=(X[0], X[-1]))
    bottom.set_xlabel("$x$", labelpad=2)
    return figure
