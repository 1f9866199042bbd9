"""Bells are bricks: one of them, a sum of three, and a sum with classes."""

import numpy as np
import style
from scipy.stats import norm

SHARES = np.array([0.3, 0.4, 0.3])
MEANS = np.array([-2.4, -0.2, 2.3])
SCALES = np.array([0.4, 0.7, 0.5])
EXTENT = 4.2


def draw():
    figure, axes = style.figure(7, 2.7, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.02)
    rng = np.random.default_rng(0)
    component = rng.choice(3, 400, p=SHARES)
    x = MEANS[component] + SCALES[component] * rng.standard_normal(400)
    grid = np.linspace(-EXTENT, EXTENT, 300)
    bells = SHARES[:, None] * norm.pdf(grid, MEANS[:, None], SCALES[:, None])
    one = norm.pdf(grid, x.mean(), x.std())
    titles = ("one Gaussian", "a mixture", "one with classes")
    for number, (panel, title) in enumerate(zip(axes, titles, strict=True)):
        panel.hist(x, np.arange(-4, 4.1, 0.25), density=True, color=style.FAINT)
        if number == 0:
            panel.plot(grid, one, color=style.DATA)
        else:
            blue = style.DATA
            colours = [blue] * 3 if number == 1 else [style.NOISE, blue, blue]
            for bell, colour in zip(bells, colours, strict=True):
                panel.fill_between(
                    grid, bell, color=colour, alpha=0.45, linewidth=0
                )
            panel.plot(grid, bells.sum(axis=0), color=style.INK)
        panel.set_title(title)
        panel.set(xticks=[], yticks=[], xlim=(-EXTENT, EXTENT), xlabel="$x$")
    axes[0].set_ylabel("density")
    axes[2].text(-2.4, 0.325, "3", color=style.NOISE, ha="center")
    axes[2].text(-0.2, 0.25, "8", color=style.DATA, ha="center")
    axes[2].text(2.3, 0.305, "8", color=style.DATA, ha="center")
    axes[0].set_ylim(0, 0.38)
    return figure
