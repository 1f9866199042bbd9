"""Langevin dynamics, ancestral steps and the flow, of the same exact scores."""

import numpy as np
import style

MEANS, SHARES, SCALE = np.array([-1.5, 1.5]), np.array([0.6, 0.4]), 0.2
MOST, LEAST, NUM_LEVELS = 4.0, 0.05, 9
EACH, STEP = 10, 0.5
EXTENT = 6.5
STARTS = np.array([-1.4, -0.6, -0.1, 0.35, 0.8, 1.3])


def denoised(x, sigma):
    """E[x | noisy x]."""
    variance = SCALE**2 + sigma**2
    gap = MEANS - x[:, None]
    log_p = np.log(SHARES) - gap**2 / (2 * variance)
    share = np.exp(log_p - np.logaddexp.reduce(log_p, axis=1)[:, None])
    return x + sigma**2 * np.sum(share * gap, axis=1) / variance


def langevin(rng):
    x, where, path = MOST * STARTS, [], []
    levels = np.geomspace(MOST, LEAST, NUM_LEVELS)
    for k, sigma in enumerate(levels):
        for j in range(EACH):
            where.append(k + j / EACH)
            path.append(x)
            slope = (denoised(x, sigma) - x) / sigma**2
            eta = STEP * sigma**2
            noise = rng.standard_normal(x.shape)
            x = x + eta / 2 * slope + np.sqrt(eta) * noise
    return [*where, NUM_LEVELS], np.array([*path, denoised(x, sigma)])


def ancestral(rng):
    x, path = MOST * STARTS, [MOST * STARTS]
    grid = np.geomspace(MOST, LEAST, 3 * NUM_LEVELS)
    for now, later in zip(grid[:-1], grid[1:], strict=True):
        kept = (later / now) ** 2
        mean = kept * x + (1 - kept) * denoised(x, now)
        noise = rng.standard_normal(x.shape)
        x = mean + later * np.sqrt(1 - kept) * noise
        path.append(x)
    where = np.linspace(0, NUM_LEVELS, len(grid))
    path[-1] = denoised(x, LEAST)
    return where, np.array(path)


def flow():
    x, path = MOST * STARTS, [MOST * STARTS]
    grid = np.geomspace(MOST, LEAST, 400)
    for now, later in zip(grid[:-1], grid[1:], strict=True):
        x = x + (later - now) * (x - denoised(x, now)) / now
        path.append(x)
    path[-1] = denoised(x, LEAST)
    return np.linspace(0, NUM_LEVELS, len(grid)), np.array(path)


def draw():
    figure, axes = style.figure(7, 3.4, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.04)
    grid = np.linspace(-EXTENT, EXTENT, 261)
    columns = []
    for sigma in np.geomspace(MOST, LEAST, 60):
        variance = SCALE**2 + sigma**2
        p = np.exp(-((grid[:, None] - MEANS) ** 2) / (2 * variance)) @ SHARES
        columns.append(np.sqrt(p / p.max()))
    rng = np.random.default_rng(5)
    for panel, title, (where, path) in zip(
        axes,
        ("Langevin", "ancestral", "flow"),
        (langevin(rng), ancestral(rng), flow()),
        strict=True,
    ):
        panel.imshow(
            np.array(columns).T,
            extent=(0, NUM_LEVELS, -EXTENT, EXTENT),
            origin="lower",
            aspect="auto",
            cmap=style.DENSITY,
            alpha=0.6,
            interpolation="bilinear",
        )
        right = path[-1] > 0
        for chosen, colour in ((right, style.NOISE), (~right, style.MODEL)):
            panel.plot(where, path[:, chosen], color=colour, linewidth=1.1)
        panel.set(xlim=(0, NUM_LEVELS), ylim=(-EXTENT, EXTENT), title=title)
        panel.set_xticks([0, NUM_LEVELS], ["4", "0.05"])
        panel.set(xlabel=r"noise $\sigma$", yticks=[])
    axes[0].set_ylabel("$x$")
    return figure
