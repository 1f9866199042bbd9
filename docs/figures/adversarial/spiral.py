"""A penalty around slope zero turns the circle into a spiral."""

import numpy as np
import style

START = (0.0, 1.7)
WEIGHTS = ((0.3, style.MODEL), (3.0, style.NOISE))


def forces(point, slope, weight):
    share = 1 / (1 + np.exp(-point * slope))
    return share * slope, -share * point - weight * slope


def path(weight, time=45.0, step=5e-3):
    point, slope = START
    seen = [START]
    for _ in range(int(time / step)):
        up, down = forces(point, slope, weight)
        point, slope = point + step * up, slope + step * down
        seen.append((point, slope))
    return np.array(seen)


def draw():
    figure, axes = style.figure(7, 2.95, 1, 3, width_ratios=(1, 1, 1.15))
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    ticks = np.linspace(-1.8, 1.8, 8)
    grid = np.meshgrid(ticks, ticks)
    for panel, (weight, colour) in zip(axes, WEIGHTS, strict=False):
        panel.quiver(
            *grid, *forces(*grid, weight), color=style.FAINT, angles="xy",
            scale=14 if weight < 1 else 40, width=0.009, headwidth=4,
        )  # fmt: skip
        panel.plot(*path(weight)[::6].T, color=colour)
        panel.plot(*START, "o", color=colour, markersize=8)
        panel.plot(0, 0, "+", color=style.INK, markersize=12)
        panel.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), aspect="equal")
        panel.set(xticks=[], yticks=[], title=rf"$\gamma = {weight:g}$")
        panel.set_xlabel(r"sample $\theta$", labelpad=3)
    axes[0].set_ylabel(r"slope $\psi$", labelpad=3)
    gamma = np.linspace(0, 4, 401)
    roots = np.sqrt((gamma**2 - 1).astype(complex))
    slowest = -0.5 * (-gamma + roots).real
    axes[2].plot(gamma, slowest, color=style.INK)
    for weight, colour in WEIGHTS:
        axes[2].plot(weight, np.interp(weight, gamma, slowest), "o",
                     color=colour, markersize=8)  # fmt: skip
    axes[2].set(xlim=(0, 4), ylim=(0, 0.55), xticks=(0, 1, 2, 3, 4))
    axes[2].set(yticks=(0, 0.5), title="speed of approach")
    axes[2].set_xlabel(r"$\gamma$", labelpad=1)
    return figure
