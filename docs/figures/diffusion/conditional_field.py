"""Straight lines that cross, and the curves that carry the same densities."""

import numpy as np
import style
from mixture import Mixture
from mixture import follow
from scipy.stats import norm

MODEL = Mixture([[-1.6], [1.6]], 0.2)
EXTENT = 2.9


def draw():
    figure, axes = style.figure(7, 3.1, 1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.06)
    rng = np.random.default_rng(3)
    times = np.linspace(1, 0, 41)
    noise = norm.ppf((np.arange(36) + 0.5) / 36)[:, None]
    curves = follow(MODEL.velocity, noise, times)[..., 0]
    data = rng.permutation(curves[-1])
    lines = (1 - times[:, None]) * data + times[:, None] * noise[:, 0]
    grid = np.linspace(-EXTENT, EXTENT, 121)[:, None]
    density = np.exp([MODEL.log_prob(grid, t) for t in times[::-1]])
    for panel, paths, title in (
        (axes[0], lines, "every pair by itself"),
        (axes[1], curves, "the mean velocity"),
    ):
        panel.imshow(
            np.sqrt(density.T),
            extent=(0, 1, -EXTENT, EXTENT),
            origin="lower",
            aspect="auto",
            cmap=style.DENSITY,
            alpha=0.6,
            interpolation="bilinear",
        )
        upper = paths[-1] > 0
        for chosen, colour in ((upper, style.MODEL), (~upper, style.NOISE)):
            panel.plot(times, paths[:, chosen], color=colour, linewidth=1)
        panel.set(
            xlim=(0, 1), ylim=(-EXTENT, EXTENT), xlabel="$t$", title=title
        )
        panel.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        panel.set_yticks([])
        panel.spines["left"].set_visible(False)
    axes[0].set_ylabel("$x_t$")
    return figure
