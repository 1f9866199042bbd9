"""Samples of the right kinds under the wrong labels."""

import numpy as np
import style
from scipy.stats import norm

X = np.linspace(-4, 4, 241)
WRONG = 0.8  # share of the samples of a label that belong to the other


def draw():
    figure, axes = style.figure(7, 3.9, 2, 3, sharex=True, sharey="row")
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    kinds = norm.pdf(X, -1.5, 0.6), norm.pdf(X, 1.5, 0.75)
    pairs = [
        (kinds[y], WRONG * kinds[1 - y] + (1 - WRONG) * kinds[y])
        for y in (0, 1)
    ]
    both = sum(kinds) / 2
    pairs.insert(0, (both, both))
    titles = ("labels hidden", "label 0", "label 1")
    for column, ((p, q), title) in enumerate(zip(pairs, titles, strict=True)):
        top, bottom = axes[:, column]
        top.fill_between(X, p, color=style.DATA, alpha=0.3, linewidth=0)
        top.plot(X, p, color=style.DATA)
        top.plot(X, q, color=style.MODEL, dashes=(3, 1.6))
        bottom.axhline(0.5, color=style.FAINT, linewidth=1.2)
        bottom.plot(X, p / (p + q), color=style.NOISE)
        top.set(title=title, xticks=[], yticks=[], ylim=(0, 0.72))
        top.spines["left"].set_visible(False)
        bottom.set(xticks=[], ylim=(0, 1), yticks=(0, 0.5, 1), xlabel="$x$")
    axes[0, 0].text(-3.9, 0.62, "data", color=style.DATA)
    axes[0, 0].text(-3.9, 0.5, "samples", color=style.MODEL)
    axes[1, 0].set_ylabel("$D^*$")
    return figure
