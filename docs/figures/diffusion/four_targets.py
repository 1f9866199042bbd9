"""Noise, data, velocity and score at one noisy point."""

import numpy as np
import style
from mixture import Mixture

MODEL = Mixture([[-2.7, 0.5], [-2.3, 2.3], [-0.9, 2.5]], 0)
T = 0.6
X_T = np.array([[0.2, 1.3]])


def draw():
    figure, axes = style.figure(6, 3.2)
    x = X_T[0]
    velocity = MODEL.velocity(X_T, T)[0]
    data = x - T * velocity
    noise = x + (1 - T) * velocity
    ticks = np.linspace(-3.6, 3.6, 121)
    grid = np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2)
    density = np.exp(MODEL.log_prob(grid, T)).reshape(121, 121)
    axes.contour(ticks, ticks, density, 6, colors=style.FAINT, linewidths=0.8)
    for mean, share in zip(
        MODEL.means, MODEL.posterior(X_T, T)[0], strict=True
    ):
        axes.plot(
            *np.array([x, mean]).T, color=style.DATA, linewidth=0.8, alpha=0.6
        )
        axes.scatter(*mean, 20 + 250 * share, style.DATA, linewidths=0)
    origin = np.zeros(2)
    axes.plot(*np.array([data, noise]).T, ":", color=style.INK, linewidth=1.5)
    style.arrow(axes, origin, noise, style.NOISE)
    style.arrow(axes, x, x + 0.28 * velocity, style.MODEL, 2.6)
    style.arrow(axes, x, x - 0.4 * noise / T, style.FOURTH, 2.6)
    axes.scatter(*data, 70, "none", "o", edgecolors=style.DATA, linewidths=2)
    axes.scatter(*x, 45, style.INK, zorder=5)
    for place, text, colour in (
        (x + [-0.05, 0.17], "$x_t$", style.INK),
        (data + [-0.6, -0.3], "data", style.DATA),
        (noise + [0.1, -0.05], "noise", style.NOISE),
        (x + [0.55, 0.0], "velocity", style.MODEL),
        (x + [-1.0, -0.9], "score", style.FOURTH),
        (origin + [-0.25, -0.1], "0", style.INK),
    ):
        axes.text(*place, text, color=colour)
    axes.set(xlim=(-3.1, 2.3), ylim=(-0.3, 2.65), aspect="equal")
    axes.set_axis_off()
    return figure
