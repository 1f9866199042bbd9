"""A prior of two levels: a normal, given a normal, and what that makes.

z_2 is standard normal, and z_1 given z_2 normal with a mean and a standard
deviation that are curves. The density of z_1 is a sum over a grid of z_2.
"""

import numpy as np
import style

ABOVE = np.linspace(-4, 4, 1601)  # z_2
BELOW = np.linspace(-3.3, 3.9, 301)  # z_1
SHOWN = (-1.2, 0.0, 1.3)  # values of z_2 whose conditionals are drawn


def step(z, place):
    return 1 / (1 + np.exp(-9 * (z - place)))


def conditional(above):
    """Mean and standard deviation of z_1 given z_2."""
    mean = -2.1 + 2.2 * step(above, -0.55) + 2.1 * step(above, 0.7)
    return mean, 0.28 + 0.25 * step(above, 0.7)


def normal(z, mean, scale):
    return np.exp(-0.5 * ((z - mean) / scale) ** 2) / (
        scale * np.sqrt(2 * np.pi)
    )


def joint(below, above):
    return normal(below, *conditional(above)) * normal(above, 0, 1)


def marginal(below):
    """p(z_1), by a sum over z_2."""
    terms = joint(below[:, None], ABOVE)
    return terms.sum(axis=1) * (ABOVE[1] - ABOVE[0])


def best_normal():
    """Mean and standard deviation of p(z_1)."""
    weights = normal(ABOVE, 0, 1)
    weights = weights / weights.sum()
    mean, scale = conditional(ABOVE)
    first = (weights * mean).sum()
    return first, np.sqrt((weights * (mean**2 + scale**2)).sum() - first**2)


def draw():
    figure, axes = style.figure(
        7,
        4.6,
        2,
        2,
        sharex="col",
        width_ratios=[1.45, 1],
        height_ratios=[0.32, 1],
    )
    (top, empty), (plane, side) = axes
    empty.set_axis_off()
    top.fill_between(
        ABOVE, normal(ABOVE, 0, 1), color=style.NOISE, alpha=0.25, linewidth=0
    )
    top.plot(ABOVE, normal(ABOVE, 0, 1), color=style.NOISE)
    top.set(yticks=[], ylim=(0, 0.43))
    top.set_title("$p(z_2)$: a normal", color=style.NOISE)
    top.spines["left"].set_visible(False)

    z_2 = np.linspace(-2.6, 2.6, 131)
    density = joint(BELOW[::3, None], z_2)
    plane.contourf(
        z_2,
        BELOW[::3],
        density,
        levels=np.linspace(0.015, density.max(), 9),
        cmap=style.DENSITY,
    )
    for above in SHOWN:  # as wide as a normal density is high
        curve = normal(BELOW, *conditional(above))
        shown = curve > 0.01
        plane.plot(above + 0.42 * curve[shown], BELOW[shown], color=style.MODEL)
        plane.plot(
            [above, above], BELOW[shown][[0, -1]], color=style.MODEL, lw=1
        )
    plane.text(
        -2.5, 2.5, "green: $p(z_1|z_2)$,\nthree normals", color=style.MODEL
    )
    plane.set(xlim=(-2.6, 2.6), ylim=(-3.3, 3.9), xticks=[-2, 0, 2])
    plane.set(yticks=[-2, 0, 2], xlabel="$z_2$")
    plane.set_ylabel("$z_1$", labelpad=0)

    exact = marginal(BELOW)
    side.fill_betweenx(BELOW, exact, color=style.DATA, alpha=0.25, linewidth=0)
    side.plot(exact, BELOW, color=style.DATA)
    side.plot(
        normal(BELOW, *best_normal()),
        BELOW,
        color=style.INK,
        linestyle=(0, (4, 3)),
        linewidth=1.5,
    )
    side.set(ylim=(-3.3, 3.9), xlim=(0, 1.1 * exact.max()))
    side.set(xticks=[], yticks=[], xlabel="density")
    side.set_title("$p(z_1)$: not a normal", color=style.DATA)
    return figure
