"""A point against a slope: small steps, steps at once, steps in turns."""

import numpy as np
import style

RATE = 1.0
START = (0.0, 1.0)  # the sample, and the slope of the logit


def forces(point, slope):
    share = 1 / (1 + np.exp(-point * slope))
    return share * slope, -share * point


def walk(kind, steps, rate):
    point, slope = START
    path = [(point, slope)]
    for _ in range(steps):
        if kind == "turns":
            slope = slope + rate * forces(point, slope)[1]
            point = point + rate * forces(point, slope)[0]
        else:
            up, down = forces(point, slope)
            point, slope = point + rate * up, slope + rate * down
        path.append((point, slope))
    return np.array(path)


def draw():
    figure, axes = style.figure(7, 2.95, 1, 3, sharex=True, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    ticks = np.linspace(-2.1, 2.1, 8)
    grid = np.meshgrid(ticks, ticks)
    field = forces(*grid)
    games = (
        ("small steps", walk("once", 1400, 0.01), style.MODEL),
        ("at once", walk("once", 9, RATE), style.NOISE),
        ("in turns", walk("turns", 26, RATE), style.DATA),
    )
    for panel, (title, path, colour) in zip(axes, games, strict=True):
        panel.quiver(
            *grid, *field, color=style.FAINT, angles="xy",
            scale=16, width=0.009, headwidth=4,
        )  # fmt: skip
        marks = {} if len(path) > 100 else {"marker": "o", "markersize": 4}
        panel.plot(*path.T, color=colour, linewidth=1.7, **marks)
        panel.plot(0, 0, "+", color=style.INK, markersize=12)
        panel.plot(*START, "o", color=colour, markersize=8)
        panel.set(xlim=(-2.4, 2.4), ylim=(-2.4, 2.4), aspect="equal")
        panel.set(xticks=[], yticks=[], title=title)
        panel.set_xlabel(r"sample $\theta$", labelpad=3)
    axes[0].set_ylabel(r"slope $\psi$", labelpad=3)
    return figure
