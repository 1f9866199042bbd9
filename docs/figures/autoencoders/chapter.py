"""Points near a bent curve, and their places along it: codes and data."""

import numpy as np
import style

WIDTH = 0.2  # of the points around the curve
HEIGHT = 3.2  # of the middle of the curve, above the line of codes
STRETCH = 1.9  # of the line of codes


def curve(z):
    """Where the decoder puts a code, `(n, 2)`."""
    angle = 1.05 * z
    return np.stack(
        [3.0 * np.sin(angle), HEIGHT + 1.25 * np.cos(angle)], axis=1
    )


def draw():
    figure, axes = style.figure(7, 4.6)
    rng = np.random.default_rng(5)
    z = rng.standard_normal(110)
    z = z[abs(z) < 2.3]
    on_curve = curve(z)
    x = on_curve + WIDTH * rng.standard_normal(on_curve.shape)
    line = np.linspace(-2.4, 2.4, 200)
    axes.plot(*curve(line).T, color=style.FAINT, linewidth=2.5, zorder=1)
    bell = 1.1 * np.exp(-0.5 * np.linspace(-3, 3, 200) ** 2)
    places = STRETCH * np.linspace(-3, 3, 200)
    axes.fill_between(places, bell, color=style.FAINT, alpha=0.4, linewidth=0)
    axes.plot(places, 0 * places, color=style.INK, linewidth=1.5)
    for code, point, end in zip(z, x, on_curve, strict=True):
        colour = style.blend(np.array((code + 2.3) / 4.6))
        axes.plot(
            *np.stack([point, end], axis=1),
            color=style.FAINT,
            linewidth=1,
            zorder=1,
        )
        style.dots(axes, point[None], 6, colour, zorder=3)
        style.dots(axes, np.array([[STRETCH * code, 0]]), 6, colour, zorder=3)
    left, right = curve(np.array([-1.9, 1.9]))
    style.arrow(axes, left + [-0.35, -0.35], (-3.6, 0.25), style.MODEL)
    style.arrow(axes, (3.6, 0.25), right + [0.35, -0.35], style.MODEL)
    axes.text(-3.75, 1.3, "encoder", color=style.MODEL, ha="right", fontsize=15)
    axes.text(3.75, 1.3, "decoder", color=style.MODEL, ha="left", fontsize=15)
    axes.text(0, 3.05, "data: two numbers each", ha="center", fontsize=15)
    axes.text(0, -0.32, "codes: one number each", ha="center", va="top",
              fontsize=15)  # fmt: skip
    axes.set(xlim=(-5.6, 5.6), ylim=(-0.85, 4.95))
    axes.set_axis_off()
    return figure
