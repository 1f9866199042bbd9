"""Data on a line: the likelihood grows with the scale across it for ever."""

import numpy as np
import style

NOISES = (
    (0.0, style.NOISE, "none", (4.1, 5.2)),
    (0.02, style.DATA, "0.02", (5.15, 1.0)),
    (0.1, style.MODEL, "0.1", (3.3, 1.0)),
)


def draw():
    figure, (left, right) = style.figure(7, 3.1, 1, 2)
    figure.get_layout_engine().set(wspace=0.06)
    rng = np.random.default_rng(0)
    x, noise = rng.standard_normal((2, 90))
    for i, (scale, colour, _, _) in enumerate(NOISES):
        height = 1.1 - 1.1 * i
        points = np.stack([x, height + scale * noise], axis=1)
        style.dots(left, points, 3, colour)
    left.set(xlim=(-2.9, 2.9), ylim=(-1.7, 1.7), yticks=[], xticks=[])
    left.set(title="data on a line, with noise", xlabel="$x_1$")
    left.set_ylabel("$x_2$")
    s = np.linspace(0, 6, 121)
    for scale, colour, name, place in NOISES:
        gain = s - 0.5 * scale**2 * np.expm1(2 * s)
        right.plot(s, gain, color=colour, linewidth=2.5)
        right.text(*place, name, color=colour)
    right.set(xlim=(0, 6), ylim=(0, 6), xlabel="$s$", yticks=[0, 2, 4, 6])
    right.set(title="nats gained by the scale $e^s$")
    return figure
