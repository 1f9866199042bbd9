"""A distribution of levels with a label, without it, and guided."""

import numpy as np
import style

LEVELS = np.arange(17)
MEANS = 6.0, 10.0  # of the two labels
SCALE = 2.2
WEIGHTS = 0, 1, 3


def softmax(logits):
    values = np.exp(logits - logits.max())
    return values / values.sum()


def draw():
    given = [softmax(-0.5 * ((LEVELS - m) / SCALE) ** 2) for m in MEANS]
    free = np.mean(given, axis=0)
    figure, axes = style.figure(7, 2.8)
    axes.fill_between(LEVELS, free, step="mid", color=style.FAINT, alpha=0.6,
                      linewidth=0)  # fmt: skip
    axes.text(4.2, 0.107, r"$p(l)$", ha="center", fontsize=15)
    colours = style.DATA, style.MODEL, style.NOISE
    for w, colour in zip(WEIGHTS, colours, strict=True):
        logits = (1 + w) * np.log(given[1]) - w * np.log(free)
        guided = softmax(logits)
        axes.step(LEVELS, guided, where="mid", color=colour, linewidth=2.5)
        name = f"$w = {w}$" + (r":  $p(l \mid y)$" if w == 0 else "")
        axes.text(0, 0.27 - 0.038 * WEIGHTS.index(w), name, color=colour,
                  va="center", fontsize=16)  # fmt: skip
    axes.set(xlabel="level", xlim=(-0.5, 16.5), ylim=(0, 0.31), yticks=[])
    axes.set_xticks([0, 4, 8, 12, 16])
    axes.spines["left"].set_visible(False)
    return figure
