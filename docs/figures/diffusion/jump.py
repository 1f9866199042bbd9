"""The tangent leaves the curve, the chord leads to its end."""

import numpy as np
import style
from mixture import Mixture
from mixture import follow

MODEL = Mixture([[-1.5], [1.5]], 0.2)
S, T = 0.12, 0.88
START = 0.22


def draw():
    figure, axes = style.figure(7, 3.1)
    times = np.linspace(1, 0, 101)
    places = np.array([[START], [1.7], [-0.2], [-0.6], [-1.1], [-1.7]])
    curves = follow(MODEL.velocity, places, times)[..., 0]
    axes.plot(times, curves[:, 1:], color=style.FAINT, linewidth=0.9)
    axes.plot(times, curves[:, 0], color=style.INK, linewidth=2.5)
    start, end = np.interp([T, S], times[::-1], curves[::-1, 0])
    velocity = MODEL.velocity(np.array([[start]]), T)[0, 0]
    tangent = start - (T - S) * velocity
    style.arrow(axes, (T, start), (S, tangent), style.NOISE)
    style.arrow(axes, (T, start), (S, end), style.MODEL)
    axes.plot([S, S], [tangent, end], ":", color=style.INK, linewidth=1.5)
    axes.scatter(T, start, 50, style.INK, zorder=5)
    axes.text(T + 0.01, start + 0.12, "$x_t$", fontsize=15)
    axes.text(S, end + 0.14, "$x_s$", fontsize=15, ha="center")
    axes.text(0.3, -0.25, "tangent, slope $v$", color=style.NOISE)
    axes.text(0.47, 0.95, "chord, slope $u$", color=style.MODEL)
    axes.set(xlim=(0, 1), ylim=(-2.1, 2.1))
    axes.set_yticks([])
    axes.set_xticks([0, S, T, 1], ["0", "$s$", "$t$", "1"], fontsize=14)
    axes.spines["left"].set_visible(False)
    return figure
