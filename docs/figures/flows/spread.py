"""Neighbours that part, and what that does to the density they carry."""

import numpy as np
import style
from mixture import Mixture
from mixture import follow

MODEL = Mixture([[-1.5], [1.5]], 0.35)
PAIRS = ((0.15, style.NOISE), (1.0, style.MODEL))
GAP = 0.12


def draw():
    figure, (left, right) = style.figure(7, 3.2, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    times = np.linspace(1, 0, 61)
    others = np.linspace(-2.2, 2.2, 13)[:, None]
    paths = follow(MODEL.velocity, others, times, 4)[..., 0]
    left.plot(times, paths, color=style.FAINT, linewidth=0.8)
    for start, colour in PAIRS:
        ends = np.array([[start - GAP], [start], [start + GAP]])
        pair = follow(MODEL.velocity, ends, times, 4)[..., 0]
        left.fill_between(
            times, pair[:, 0], pair[:, 2], color=colour, alpha=0.35, linewidth=0
        )
        for i in (0, 2):
            left.plot(times, pair[:, i], color=colour, linewidth=1.6)
        log_density = [
            MODEL.log_prob(np.array([[x]]), t)[0]
            for x, t in zip(pair[:, 1], times, strict=True)
        ]
        right.plot(times, log_density, color=colour, linewidth=2.5)
    left.set(
        ylim=(-2.4, 2.4),
        ylabel="$x_t$",
        yticks=[],
        title="two pairs of neighbours",
    )
    right.set(title="log density along the way", ylabel="$\\log p_t(x_t)$")
    right.set(ylim=(-1.65, -0.45), yticks=[-1.5, -1, -0.5])
    for panel in (left, right):
        panel.set(xlim=(0, 1), xlabel="$t$")
        panel.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    left.spines["left"].set_visible(False)
    return figure
