"""Guidance makes another density than the formula of its scores suggests."""

import numpy as np
import style
from mixture import Mixture
from mixture import follow
from scipy.stats import norm

# Three classes: one of two modes, whose left mode has a neighbour.
MEANS = np.array([[-2.0], [0.2], [0.8], [2.4]])
ALL = Mixture(MEANS, 0.4)
CLASS = Mixture(MEANS[2:], 0.4)
X = np.linspace(-3.6, 4.2, 313)


def guided(w):
    """Places and densities of what is drawn with guidance `w`.

    The flow keeps quantiles, so the density is that of the noise over how far
    neighbours have been spread.
    """
    noise = np.linspace(-3.5, 3.5, 281)

    def velocity(x, t):
        return (1 + w) * CLASS.velocity(x, t) - w * ALL.velocity(x, t)

    x = follow(velocity, noise[:, None], np.linspace(1, 0, 41))[-1, :, 0]
    return x, norm.pdf(noise) / np.gradient(x, noise)


def tilted(w):
    """p(x | y) p(y | x)^w, normalised: `len(X)` densities."""
    log_class, log_all = (m.log_prob(X[:, None]) for m in (CLASS, ALL))
    density = np.exp(log_class + w * (log_class - log_all))
    return density / np.trapezoid(density, X)


def draw():
    figure, axes = style.figure(7, 2.7, 1, 3, sharey=True)
    others = sum(norm.pdf(X, m, 0.4) / 4 for m in MEANS[:2, 0])
    own = np.exp(CLASS.log_prob(X[:, None])) / 2
    for panel, w in zip(axes, (0, 1, 3), strict=True):
        panel.fill_between(X, others, color=style.FAINT, alpha=0.6, linewidth=0)
        panel.fill_between(X, own, color=style.DATA, alpha=0.4, linewidth=0)
        panel.plot(X, tilted(w), color=style.INK, linestyle=(0, (2, 1.5)))
        panel.plot(*guided(w), color=style.MODEL)
        panel.set(
            xlim=(X[0], X[-1]), ylim=(0, 1.5), yticks=[], title=f"$w = {w}$"
        )
        panel.set_xticks([-2, 0, 2])
        panel.set_xlabel("$x$")
        panel.spines["left"].set_visible(False)
    axes[2].text(1.7, 1.2, "guided", color=style.MODEL, ha="right")
    axes[2].text(0.55, 0.65, "formula", color=style.INK, ha="right")
    axes[0].text(-0.9, 0.32, "others", color=style.INK, ha="center")
    axes[0].text(1.6, 0.62, "class $y$", color=style.DATA, ha="center")
    return figure
