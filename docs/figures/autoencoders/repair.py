"""Damage, and the best repair of it, which is a conditional mean."""

import numpy as np
import style

SIGMA = 0.35
SHOWN = 44


def clean(num, rng=None):
    """Points on an open ring, regular or drawn."""
    share = np.linspace(0, 1, num) if rng is None else rng.uniform(0, 1, num)
    angle = np.pi * (-0.25 + 1.5 * share)
    return 1.7 * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def repaired(noisy):
    """E[x | noisy], of many points with equal probabilities."""
    data = clean(800)
    squares = np.sum((noisy[:, None] - data) ** 2, axis=2)
    weights = np.exp(-(squares - squares.min(1, keepdims=True)) / 2 / SIGMA**2)
    return weights @ data / weights.sum(axis=1, keepdims=True)


def draw():
    rng = np.random.default_rng(1)
    x = clean(SHOWN, rng)
    noisy = x + SIGMA * rng.standard_normal(x.shape)
    figure, axes = style.figure(7, 3.9, 1, 2)
    figure.get_layout_engine().set(wspace=0.04)
    for panel, title, starts, ends, colour in (
        (axes[0], "damage", x, noisy, style.NOISE),
        (axes[1], "best repair", noisy, repaired(noisy), style.MODEL),
    ):
        panel.plot(*clean(200).T, color=style.DATA, linewidth=5, alpha=0.35)
        for start, end in zip(starts, ends, strict=True):
            panel.annotate(
                "",
                end,
                start,
                arrowprops={
                    "arrowstyle": "-|>,head_width=0.2,head_length=0.35",
                    "color": colour,
                    "linewidth": 1.5,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
        style.dots(panel, starts, 5, style.DATA if colour == style.NOISE
                   else style.NOISE, zorder=3)  # fmt: skip
        style.plane(panel, 2.6, labels=False)
        panel.set_title(title, fontsize=15)
    return figure
