"""A chord and an arc, and where draws of many dimensions are."""

import numpy as np
import style
from matplotlib.patches import Annulus
from scipy.stats import chi


def draw():
    figure, (left, right) = style.figure(7, 3.7, 1, 2, width_ratios=(1, 1.2))
    figure.get_layout_engine().set(wspace=0.05)
    for deviations in (1, 2):
        left.add_patch(
            Annulus((0, 0), np.sqrt(50) + deviations * np.sqrt(0.5),
                    deviations * np.sqrt(2), facecolor=style.DATA, alpha=0.2,
                    linewidth=0)
        )  # fmt: skip
    root = np.sqrt(50)
    angles = np.linspace(0, np.pi / 2, 9) + np.pi / 12
    ends = root * np.array([np.cos(angles), np.sin(angles)])
    left.plot(*ends, "o-", color=style.MODEL, markersize=6)
    share = np.linspace(0, 1, 9)
    chord = (1 - share) * ends[:, :1] + share * ends[:, -1:]
    left.plot(*chord, "o-", color=style.NOISE, markersize=6)
    left.plot(0, 0, "+", color=style.INK, markersize=10, markeredgewidth=2)
    left.text(-6.2, -1.2, "hardly any code", fontsize=13)
    left.set(xlim=(-9, 9), ylim=(-9, 9), aspect="equal", xticks=[], yticks=[])
    left.spines[:].set_visible(False)
    left.text(ends[0, 0] + 0.1, ends[1, 0] - 1.5, "$a$", fontsize=18)
    left.text(ends[0, -1] - 1.6, ends[1, -1] + 0.6, "$b$", fontsize=18)
    lengths = np.linspace(0, 10, 400)
    for d, colour, aside in (
        (2, style.MODEL, 0.2),
        (10, style.FOURTH, 0.1),
        (50, style.DATA, 0.1),
    ):
        density = chi.pdf(lengths, d)
        right.plot(lengths, density, color=colour)
        right.fill_between(lengths, density, color=colour, alpha=0.2,
                           linewidth=0)  # fmt: skip
        right.text(np.sqrt(d) - aside, density.max() + 0.02, f"$d$ = {d}",
                   ha="center", fontsize=14, color=colour)  # fmt: skip
    halfway = np.sqrt(2) * lengths, 50
    right.plot(lengths, np.sqrt(2) * chi.pdf(*halfway), color=style.NOISE,
               linestyle="--")  # fmt: skip
    right.text(4.75, 0.84, "halfway, $d$ = 50", color=style.NOISE,
               ha="center", fontsize=14)  # fmt: skip
    right.set(xlim=(0, 10), ylim=(0, 0.93), yticks=[])
    right.set_xlabel("length of a code", fontsize=14)
    right.spines["left"].set_visible(False)
    return figure
