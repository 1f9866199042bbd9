"""Strips of equal probability: where the map is steep they are narrow."""

import numpy as np
import style
from scipy.stats import norm

MEANS, SCALES, WEIGHTS = (-1.3, 1.1), (0.35, 0.7), (0.45, 0.55)
EXTENT = 2.9
STRIPS = 8


def density(x):
    parts = zip(WEIGHTS, MEANS, SCALES, strict=True)
    return sum(w * norm.pdf(x, m, s) for w, m, s in parts)


def noise_of(x):
    """The rising map that turns this density into the normal one."""
    parts = zip(WEIGHTS, MEANS, SCALES, strict=True)
    return norm.ppf(sum(w * norm.cdf(x, m, s) for w, m, s in parts))


def draw():
    figure, axes = style.figure(
        7, 4.3, 2, 2, width_ratios=[1, 3.4], height_ratios=[2.1, 1]
    )
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    (left, main), (corner, below) = axes
    corner.set_axis_off()
    x = np.linspace(-EXTENT, EXTENT, 401)
    z = noise_of(x)
    limits = (-2.6, 2.6)
    ends = norm.ppf(np.arange(STRIPS + 1) / STRIPS).clip(*limits)
    borders = np.interp(ends, z, x)
    heights = np.linspace(*limits, 201)
    for i in range(STRIPS):
        shade = {"color": style.NOISE, "alpha": 0.75 if i % 2 else 0.35}
        inside = np.linspace(ends[i], ends[i + 1], 31)
        left.fill_betweenx(inside, 0, -norm.pdf(inside), linewidth=0, **shade)
        shade["color"] = style.DATA
        inside = np.linspace(borders[i], borders[i + 1], 41)
        below.fill_between(inside, 0, density(inside), linewidth=0, **shade)
    for end, border in zip(ends[1:-1], borders[1:-1], strict=True):
        main.plot(
            [-EXTENT, border, border],
            [end, end, limits[0]],
            color=style.FAINT,
            linewidth=0.9,
        )
    main.plot(x, z, color=style.INK, linewidth=2.5)
    main.text(1.75, 1.75, "$z = f(x)$", ha="right", fontsize=15)
    left.plot(-norm.pdf(heights), heights, color=style.NOISE)
    below.plot(x, density(x), color=style.DATA)
    left.set(ylim=limits, xlim=(-0.43, 0), xticks=[], yticks=[])
    main.set(xlim=(-EXTENT, EXTENT), ylim=limits, xticks=[], yticks=[])
    below.set(xlim=(-EXTENT, EXTENT), ylim=(0, 0.6), yticks=[], xticks=[])
    below.set_xlabel("$x$")
    left.set_ylabel("$z$")
    left.set_title("$p(z)$", color=style.NOISE)
    below.text(-2.1, 0.4, "$p(x)$", color=style.DATA, fontsize=14, ha="right")
    left.spines[["left", "bottom"]].set_visible(False)
    return figure
