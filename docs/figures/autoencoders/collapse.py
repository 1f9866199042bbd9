"""The loss of a linear VAE over its two weights: a saddle, or a minimum."""

import numpy as np
import style

VARIANCE, NOISE = 1.0, 0.3
PRICES = (1.0, 4.0)
EXTENT = 1.35


def loss(w, m, beta):
    """D + beta R but for a constant, the posterior's variance being best."""
    fit = VARIANCE * (1 - w * m) ** 2 / (2 * NOISE)
    cost = m**2 * VARIANCE + np.log1p(w**2 / (beta * NOISE))
    return fit + 0.5 * beta * cost


def slope(w, m, beta):
    missing = VARIANCE * (1 - w * m) / NOISE
    return np.array(
        [
            -missing * m + beta * w / (w**2 + beta * NOISE),
            -missing * w + beta * m * VARIANCE,
        ]
    )


def path(start, beta, rate=0.002, steps=6000):
    place, seen = np.array(start), []
    for _ in range(steps):
        seen.append(place)
        place = place - rate * slope(*place, beta)
    return np.array(seen)


def draw():
    figure, axes = style.figure(7, 4.0, 1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.04)
    ticks = np.linspace(-EXTENT, EXTENT, 140)
    w, m = np.meshgrid(ticks, ticks)
    titles = ("worth its price", "not worth its price")
    for panel, beta, title in zip(axes, PRICES, titles, strict=True):
        height = loss(w, m, beta)
        low = height.min()
        panel.contour(
            ticks, ticks, height - low, levels=0.12 * 1.55 ** np.arange(10),
            colors=[style.FAINT], linewidths=1.2,
        )  # fmt: skip
        for start in ((0.06, 1.1), (-0.06, -1.1), (0.1, -1.1), (-0.1, 1.1)):
            seen = path(start, beta)
            panel.plot(*seen.T, color=style.MODEL)
            style.dots(panel, seen[:1], 7, style.NOISE, zorder=4)
            style.dots(panel, seen[-1:], 11, style.MODEL, zorder=5)
        best = max(VARIANCE - beta * NOISE, 0)
        level = min(beta * NOISE, VARIANCE)
        assert np.allclose(abs(seen[-1][0]), best**0.5, atol=0.02), seen[-1]
        panel.set(xlim=(-EXTENT, EXTENT), ylim=(-EXTENT, EXTENT))
        panel.set(aspect="equal", xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        panel.set_xlabel("decoder $w$", labelpad=2)
        panel.set_title(rf"$\beta = {beta:g}$: {title}", fontsize=14)
        del level
    axes[0].set_ylabel("encoder $m$", labelpad=2)
    return figure
