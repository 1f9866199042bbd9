"""Long steps of two methods beside the curves that they should follow."""

import numpy as np
import style
from mixture import Mixture
from mixture import follow

MODEL = Mixture([[-2.2, -1.4], [2.2, -1.4], [0, 2.2]], 0.3)
STARTS = np.array([[-1.91, 0.76], [1.6, 1.5], [0.6, -2.1]])


def steps(num_steps, heun):
    """Places after each step, `(num_steps + 1, n, 2)`."""
    x = STARTS
    path = [x]
    times = np.linspace(1, 0, num_steps + 1)
    for t, s in zip(times[:-1], times[1:], strict=True):
        v = MODEL.velocity(x, t)
        if heun:
            v = (v + MODEL.velocity(x + (s - t) * v, s)) / 2
        x = x + (s - t) * v
        path.append(x)
    return np.array(path)


def draw():
    figure, axes = style.figure(7, 2.75, 1, 3)
    ticks = np.linspace(-3.1, 3.1, 101)
    grid = np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2)
    density = np.exp(MODEL.log_prob(grid)).reshape(101, 101)
    exact = follow(MODEL.velocity, STARTS, np.linspace(1, 0, 41))
    for panel, num_steps, heun, title in (
        (axes[0], 4, False, "Euler, 4 calls"),
        (axes[1], 8, False, "Euler, 8 calls"),
        (axes[2], 4, True, "Heun, 8 calls"),
    ):
        panel.contour(
            ticks, ticks, density, 4, colors=style.DATA, linewidths=0.8
        )
        panel.plot(*exact.transpose(2, 0, 1), color=style.FAINT, linewidth=5)
        path = steps(num_steps, heun)
        panel.plot(
            *path.transpose(2, 0, 1),
            color=style.MODEL,
            linewidth=1.4,
            marker="o",
            markersize=3.5,
        )
        style.dots(panel, STARTS, 7, style.NOISE, zorder=4)
        style.plane(panel, 3.1, labels=panel is axes[0])
        panel.set_title(title)
    return figure
