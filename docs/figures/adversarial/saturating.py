"""The generator's two losses, and the force of each."""

import numpy as np
import style

F = np.linspace(-6, 6, 401)


def draw():
    figure, (left, right) = style.figure(7, 3.4, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    curves = (
        (-np.logaddexp(0, F), 1 / (1 + np.exp(-F)), style.NOISE),
        (np.logaddexp(0, -F), 1 / (1 + np.exp(F)), style.MODEL),
    )
    for panel in (left, right):
        panel.axvspan(-6, -3, color=style.FAINT, alpha=0.3, linewidth=0)
    for loss, force, colour in curves:
        left.plot(F, loss, color=colour)
        right.plot(F, force, color=colour)
    left.text(-1.6, 3.6, r"$-\log D$", color=style.MODEL, fontsize=16)
    left.text(-2.4, -4.2, r"$\log(1 - D)$", color=style.NOISE, fontsize=16)
    left.set(ylabel="generator's loss", yticks=[0])
    left.axhline(0, color=style.FAINT, linewidth=1)
    right.set(ylabel="push on $f$", ylim=(0, 1.12), yticks=(0, 0.5, 1))
    right.plot(0, 0.5, "o", color=style.INK)
    right.text(-5.7, 0.1, "minimax:\nno push", color=style.NOISE, va="bottom")
    right.text(-5.7, 1.03, "full push", color=style.MODEL)
    for panel in (left, right):
        panel.set(xlim=(-6, 6), xticks=(-4, 0, 4))
        panel.set_xlabel("logit $f$ of a sample", labelpad=2)
    return figure
