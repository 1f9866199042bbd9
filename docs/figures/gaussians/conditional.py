"""Slices of one Gaussian: the mean moves along a line, the width stays."""

import numpy as np
import style
from scipy.stats import norm

RHO = 0.75
SPLIT = (-1.3, 1.0)  # values of x_a that were observed


def draw():
    figure, (left, right) = style.figure(
        7, 3.6, 1, 2, sharey=True, width_ratios=(1.35, 1)
    )
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.03)
    line = np.linspace(-3, 3, 181)
    a, b = np.meshgrid(line, line)
    width = np.sqrt(1 - RHO**2)
    density = norm.pdf(a) * norm.pdf(b, RHO * a, width)
    left.imshow(
        density,
        cmap=style.DENSITY,
        extent=(-3, 3, -3, 3),
        origin="lower",
        interpolation="bilinear",
    )
    angle = np.linspace(0, 2 * np.pi, 200)
    factor = np.array([[1, 0], [RHO, width]])
    circle = np.stack([np.cos(angle), np.sin(angle)])
    for radius in (1, 2):
        left.plot(*(radius * factor @ circle), color=style.DATA, linewidth=1)
    left.plot(line, RHO * line, color=style.MODEL)
    left.plot(line, line, color=style.INK, linewidth=1, linestyle=":")
    left.text(1.15, -0.75, "conditional\nmean", color=style.MODEL)
    left.text(-0.15, 2.5, "main axis", ha="center")
    left.set(xlim=(-3, 3), ylim=(-3, 3), xticks=[], yticks=[])
    left.set_xlabel("$x_a$, known", labelpad=3)
    left.set_ylabel("$x_b$, unknown", labelpad=3)
    right.plot(norm.pdf(line), line, color=style.DATA)
    right.text(0.06, 2.35, "before", color=style.DATA)
    for known, colour in zip(SPLIT, (style.NOISE, style.FOURTH), strict=True):
        left.axvline(known, color=colour)
        left.plot(known, RHO * known, "o", color=colour)
        curve = norm.pdf(line, RHO * known, width)
        right.fill_betweenx(line, curve, color=colour, alpha=0.3, linewidth=0)
        right.plot(curve, line, color=colour)
        right.text(0.36, RHO * known - 0.1, f"$x_a={known}$", color=colour)
    right.set(xlim=(0, 0.68), xticks=[])
    right.set_xlabel("density of $x_b$", labelpad=3)
    return figure
