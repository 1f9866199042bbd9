"""A bound that touches, its maximum, and the next bound."""

import numpy as np
import style
from scipy.stats import norm

SHARES = np.array([0.5, 0.5])
FIXED = -1.0  # the mean of the other component
START = 0.0


def data():
    rng = np.random.default_rng(0)
    return np.concatenate(
        [-1.0 + rng.standard_normal(30), 2.0 + rng.standard_normal(30)]
    )


def joint(x, mean):
    means = np.array([FIXED, mean])
    return np.log(SHARES) + norm.logpdf(x[:, None], means)


def draw():
    figure, axes = style.figure(7, 3.4)
    x = data()
    line = np.linspace(-2.2, 4.8, 300)
    likelihood = np.array(
        [np.logaddexp.reduce(joint(x, m), axis=1).mean() for m in line]
    )
    axes.plot(line, likelihood, color=style.INK, linewidth=2.5, zorder=3)
    mean = START
    for colour in (style.NOISE, style.FOURTH, style.DATA):
        now = joint(x, mean)
        height = np.logaddexp.reduce(now, axis=1)
        share = np.exp(now - height[:, None])
        entropy = -np.sum(share * np.log(share), axis=1)

        def bound(at, share=share, entropy=entropy):
            return np.mean(np.sum(share * joint(x, at), axis=1) + entropy)

        axes.plot(line, [bound(m) for m in line], color=colour, zorder=2)
        axes.plot(mean, height.mean(), "o", color=colour, zorder=4)
        best = share[:, 1] @ x / share[:, 1].sum()
        top = bound(best)
        above = np.logaddexp.reduce(joint(x, best), axis=1).mean()
        axes.plot(
            [best, best], [top, above], ":", color=style.INK, linewidth=1.5
        )
        axes.plot(best, top, "s", color=colour, markersize=5, zorder=4)
        mean = best
    axes.set(xlim=(-1.2, 4.2), ylim=(-3.1, -1.85), yticks=[], xticks=[])
    axes.set_xlabel(r"the mean $\mu_2$")
    axes.set_ylabel("log-likelihood")
    return figure
