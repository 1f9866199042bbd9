"""The score of noisy data points to the mean of what may be behind them."""

import numpy as np
import style

ANGLES = np.linspace(-0.15, 1.15, 9) * np.pi
DATA = 1.3 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1) - [0, 0.35]
SIGMA = 0.5
EXTENT = 2.2
PLACE = np.array([[-0.35, 1.85]])


def behind(x):
    """How likely each example is behind the points: `(n, examples)`."""
    squares = np.square(x[:, None] - DATA).sum(axis=2)
    weight = np.exp(-squares / (2 * SIGMA**2))
    return weight / weight.sum(axis=1, keepdims=True)


def density(x):
    squares = np.square(x[:, None] - DATA).sum(axis=2)
    return np.exp(-squares / (2 * SIGMA**2)).mean(axis=1)


def draw():
    figure, (left, right) = style.figure(7, 3.6, 1, 2)
    side = np.linspace(-EXTENT, EXTENT, 101)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    for panel in (left, right):
        panel.contour(
            side,
            side,
            density(grid).reshape(101, 101),
            levels=6,
            colors=style.FAINT,
            linewidths=1,
        )
        style.plane(panel, EXTENT)
        style.dots(panel, DATA, 8, style.DATA, zorder=3)
    share = behind(PLACE)[0]
    for example, weight in zip(DATA, share, strict=True):
        left.plot(
            *np.stack([PLACE[0], example], axis=1),
            color=style.DATA,
            alpha=float(np.clip(2 * weight, 0.12, 1)),
            linewidth=0.8 + 5 * weight,
            zorder=1,
        )
    style.arrow(left, PLACE[0], share @ DATA, style.MODEL, 3)
    style.dots(left, PLACE, 11, style.NOISE, zorder=5)
    left.text(-0.2, 1.8, r"$\tilde x$", color=style.NOISE, fontsize=17)
    left.text(
        -0.55,
        0.1,
        r"$\mathrm{E}[x \mid \tilde x]$",
        color=style.MODEL,
        fontsize=15,
    )
    left.set_title("one noisy point")
    coarse = np.linspace(-1.9, 1.9, 8)
    places = np.stack(np.meshgrid(coarse, coarse), axis=-1).reshape(-1, 2)
    right.quiver(
        *places.T,
        *(behind(places) @ DATA - places).T,
        color=style.MODEL,
        angles="xy",
        scale_units="xy",
        scale=2,
        width=0.009,
        headwidth=4.2,
        headlength=4.2,
        headaxislength=3.8,
        zorder=4,
    )
    right.set_title("all of them, at half length")
    return figure
