"""A penalty around slope one: the critic cannot turn its slope round."""

import numpy as np
import style

START = (-1.0, 0.4)
WEIGHTS = (0.1, 1.5)


def path(weight, time=14.0, step=2e-3):
    point, slope = START
    seen = []
    for _ in range(int(time / step)):
        push = -point - 2 * weight * (abs(slope) - 1) * np.sign(slope)
        point, slope = point + step * slope, slope + step * push
        seen.append((point, slope))
    return np.array(seen)


def draw():
    figure, axes = style.figure(7, 3.3, 1, 2, sharex=True, sharey=True)
    figure.get_layout_engine().set(wspace=0.04)
    for panel, weight in zip(axes, WEIGHTS, strict=True):
        panel.axhline(0, color=style.INK, linewidth=1)
        for level in (-1, 1):
            panel.axhline(
                level, color=style.FAINT, linewidth=1.2, linestyle="--"
            )
        panel.axvline(0, color=style.FAINT, linewidth=1)
        panel.plot(
            [-2 * weight, 2 * weight], [0, 0], color=style.FOURTH, linewidth=6,
            solid_capstyle="butt",
        )  # fmt: skip
        seen = path(weight)[::10]
        panel.plot(*seen.T, color=style.MODEL)
        panel.plot(*START, "o", color=style.MODEL, markersize=8)
        panel.plot(0, 0, "+", color=style.INK, markersize=14)
        panel.set(title=rf"$\lambda = {weight:g}$", xlim=(-4, 4))
        panel.set(ylim=(-2.1, 2.1), yticks=(-1, 0, 1), xticks=(-3, 0, 3))
        panel.set_xlabel(r"sample $\theta$", labelpad=2)
    axes[0].set_ylabel(r"slope $\psi$", labelpad=0)
    axes[1].text(0, -0.42, "barrier", color=style.FOURTH, ha="center")
    return figure
