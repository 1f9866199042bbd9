"""An energy as a landscape, its slope, and a chain that is shaken in it."""

import numpy as np
import style

EXTENT = 3.4
STEP = 0.02


def log_weight(x):
    """-E, of three wells."""
    wells = [(0.5, -1.9, 0.35), (1.0, 0.2, 0.5), (0.7, 2.0, 0.3)]
    terms = [
        np.log(share) - (x - mean) ** 2 / (2 * width**2)
        for share, mean, width in wells
    ]
    wide = np.log(0.02) - x**2 / (2 * 2.5**2)
    return np.logaddexp.reduce([*terms, wide], axis=0)


def slope(x):
    return (log_weight(x + 1e-4) - log_weight(x - 1e-4)) / 2e-4


def chain(num_steps=6000):
    rng = np.random.default_rng(3)
    x, path = np.array(-1.9), []
    for _ in range(num_steps):
        noise = rng.standard_normal()
        x = x + STEP / 2 * slope(x) + np.sqrt(STEP) * noise
        path.append(x)
    return np.array(path)


def draw():
    figure, axes = style.figure(
        7, 4.6, 3, 1, sharex=True, height_ratios=(2.0, 1.1, 1.5)
    )
    figure.get_layout_engine().set(h_pad=0.03, hspace=0.05)
    landscape, density, walk = axes
    x = np.linspace(-EXTENT, EXTENT, 500)
    energy = -log_weight(x)
    landscape.plot(x, energy, color=style.INK)
    path = chain()
    spots = path[::200]
    style.dots(
        landscape,
        np.stack([spots, 0.2 - log_weight(spots)], axis=1),
        7,
        style.NOISE,
    )
    for start in (-3.1, -1.15, 1.2, 2.8):
        down = start + 0.33 * np.sign(slope(np.array(start)))
        ends = np.array([start, down])
        heights = 0.45 - log_weight(ends)
        style.arrow(
            landscape,
            (ends[0], heights[0]),
            (ends[1], heights[1]),
            style.MODEL,
        )
    landscape.set(ylabel="energy", ylim=(-0.5, 6.0))
    landscape.text(-2.75, 5.0, "slope", color=style.MODEL)
    landscape.text(0.62, 4.6, "chain", color=style.NOISE)
    weight = np.exp(-energy)
    weight /= weight.sum() * (x[1] - x[0])
    density.fill_between(x, weight, color=style.DATA, alpha=0.3, linewidth=0)
    density.plot(x, weight, color=style.DATA)
    density.set(ylabel="density", ylim=(0, None))
    few = path[::8]
    walk.plot(few, np.arange(len(few)), color=style.NOISE, linewidth=0.7)
    walk.invert_yaxis()
    walk.set(ylabel="steps", xlabel="$x$", xlim=(-EXTENT, EXTENT))
    for panel in axes:
        panel.set(xticks=[], yticks=[])
    return figure
