"""Annealed Langevin dynamics: chains go down a ladder of noise levels."""

import numpy as np
import style

MEANS, SHARES, SCALE = np.array([-1.5, 1.5]), np.array([0.7, 0.3]), 0.15
LEVELS = np.geomspace(4, 0.1, 8)
EACH, STEP, CHAINS = 12, 0.5, 8
EXTENT = 7.0


def log_joint(x, sigma):
    variance = SCALE**2 + sigma**2
    gap = MEANS - x[:, None]
    return gap, variance, np.log(SHARES) - gap**2 / (2 * variance)


def score(x, sigma):
    gap, variance, log_p = log_joint(x, sigma)
    share = np.exp(log_p - np.logaddexp.reduce(log_p, axis=1)[:, None])
    return np.sum(share * gap, axis=1) / variance


def chains(num, rng):
    x = LEVELS[0] * rng.standard_normal(num)
    path = [x]
    for sigma in np.repeat(LEVELS, EACH):
        eta = STEP * sigma**2
        noise = rng.standard_normal(num)
        x = x + eta / 2 * score(x, sigma) + np.sqrt(eta) * noise
        path.append(x)
    return np.array(path)


def draw():
    figure, (upper, lower) = style.figure(
        7, 4.6, 2, 1, sharex=True, height_ratios=(1, 2.3)
    )
    places = np.arange(len(LEVELS) + 1) * EACH
    upper.stairs(
        LEVELS, places, color=style.NOISE, linewidth=2.5, baseline=None
    )
    upper.set(yscale="log", ylabel=r"noise $\sigma$")
    upper.set_yticks([0.1, 1, 4], ["0.1", "1", "4"])
    upper.minorticks_off()
    grid = np.linspace(-EXTENT, EXTENT, 281)
    columns = []
    for sigma in LEVELS:
        log_p = np.logaddexp.reduce(log_joint(grid, sigma)[2], axis=1)
        columns.append(np.exp(log_p - log_p.max()))
    lower.imshow(
        np.array(columns).T,
        extent=(0, places[-1], -EXTENT, EXTENT),
        origin="lower",
        aspect="auto",
        cmap=style.DENSITY,
        alpha=0.8,
        interpolation="nearest",
    )
    paths = chains(CHAINS, np.random.default_rng(11))
    right = paths[-1] > 0
    for chosen, colour in ((~right, style.MODEL), (right, style.FOURTH)):
        lower.plot(paths[:, chosen], color=colour, linewidth=1)
    for panel in (upper, lower):
        for place in places[1:-1]:
            panel.axvline(place, color=style.FAINT, linewidth=0.8, zorder=0)
    lower.set(
        xlim=(0, places[-1]),
        ylim=(-EXTENT, EXTENT),
        xlabel="steps",
        ylabel="$x$",
        yticks=[-6, 0, 6],
    )
    lower.set_xticks([0, 48, 96])
    return figure
