"""A vector that a matrix turns towards its first singular vector."""

import numpy as np
import style

VALUES = (1.0, 0.7)  # singular values of the matrix on the left
ANGLE = np.deg2rad(35)
RATIOS = ((0.3, style.DATA), (0.75, style.MODEL), (0.95, style.NOISE))


def draw():
    figure, (left, right) = style.figure(7, 3.4, 1, 2, width_ratios=(1, 1.15))
    figure.get_layout_engine().set(wspace=0.05)
    turn = np.array(
        [[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]]
    )
    square = turn @ np.diag(np.square(VALUES)) @ turn.T
    t = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(t), np.sin(t)])
    left.plot(*circle, color=style.FAINT, linewidth=1.2)
    left.plot(*(square @ circle), color=style.DATA, linewidth=1.6)
    axis = 1.28 * turn[:, 0]
    left.plot([-axis[0], axis[0]], [-axis[1], axis[1]], color=style.INK,
              linewidth=1.2, linestyle="--")  # fmt: skip
    vector = turn @ np.array([np.cos(1.3), np.sin(1.3)])
    for step in range(6):
        style.arrow(left, (0, 0), vector, style.NOISE, 1.2 + 0.25 * step)
        if step < 3:
            left.text(*(1.15 * vector), f"{step}", color=style.NOISE,
                      ha="center", va="center", fontsize=13)  # fmt: skip
        vector = square @ vector
        vector /= np.linalg.norm(vector)
    left.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), aspect="equal")
    left.set_axis_off()
    steps = np.arange(13)
    for ratio, colour in RATIOS:
        # Components of v, of which the first is small.
        v = np.array([0.15, np.sqrt(1 - 0.15**2)])
        estimates = []
        for _ in steps:
            u = v * [1, ratio]
            u /= np.linalg.norm(u)
            v = u * [1, ratio]
            v /= np.linalg.norm(v)
            estimates.append(u @ (v * [1, ratio]))
        right.plot(steps + 1, estimates, "o-", color=colour, markersize=4)
    right.axhline(1, color=style.INK, linewidth=1, linestyle="--")
    right.text(13, 0.4, r"$\sigma_2 / \sigma_1 = 0.3$", color=style.DATA,
               ha="right", fontsize=14)  # fmt: skip
    right.text(13, 0.5, "0.75", color=style.MODEL, ha="right", fontsize=14)
    right.text(13, 0.6, "0.95", color=style.NOISE, ha="right", fontsize=14)
    right.set(xlabel="iterations", xlim=(0.5, 13.4), xticks=(1, 5, 10))
    right.set(ylabel=r"estimate of $\sigma_1$", ylim=(0.25, 1.08))
    right.set_yticks((0.5, 1), ("0.5", "1"))
    return figure
