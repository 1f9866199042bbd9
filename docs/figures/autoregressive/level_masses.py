"""A mixture of two logistic densities, cut into the masses of levels."""

import numpy as np
import style
from scipy.special import expit

LEVELS = 12
WEIGHTS, MEANS, SCALES = (0.6, 0.4), (-0.25, 0.9), (0.13, 0.12)


def density(v):
    parts = [
        w * expit((v - m) / s) * expit(-(v - m) / s) / s
        for w, m, s in zip(WEIGHTS, MEANS, SCALES, strict=True)
    ]
    return np.sum(parts, axis=0)


def distribution(v):
    parts = [
        w * expit((v - m) / s)
        for w, m, s in zip(WEIGHTS, MEANS, SCALES, strict=True)
    ]
    return np.sum(parts, axis=0)


def draw():
    half = 1 / (LEVELS - 1)
    places = np.linspace(-1, 1, LEVELS)
    cuts = np.r_[-9, places[:-1] + half, 9]
    masses = np.diff(distribution(cuts))
    assert abs(masses.sum() - 1) < 1e-12
    figure, (above, below) = style.figure(7, 3.8, 2, 1, sharex=True,
                                          height_ratios=(3, 2))  # fmt: skip
    for i in range(LEVELS):
        low, high = max(cuts[i], -1.5), min(cuts[i + 1], 1.6)
        v = np.linspace(low, high, 60)
        end = i in (0, LEVELS - 1)
        colour = style.NOISE if end else style.DATA
        shade = 0.65 if end or i % 2 else 0.35
        above.fill_between(v, density(v), color=colour, alpha=shade,
                           linewidth=0)  # fmt: skip
        below.bar(places[i], masses[i], 1.5 * half, color=colour,
                  alpha=0.75)  # fmt: skip
    v = np.linspace(-1.5, 1.6, 400)
    above.plot(v, density(v), color=style.INK)
    above.text(1.22, 0.72, "and all\nbeyond", color=style.NOISE, ha="left",
               va="center")  # fmt: skip
    above.set(ylim=(0, None), yticks=[])
    above.set_title("density, cut midway between levels", loc="left")
    below.set_title("probability of each level", loc="left")
    below.set(xlim=(-1.5, 1.6), yticks=[], xticks=places, xlabel="level $l$")
    below.set_xticklabels(np.arange(LEVELS))
    for panel in (above, below):
        panel.spines["left"].set_visible(False)
    above.tick_params(bottom=False)
    return figure
