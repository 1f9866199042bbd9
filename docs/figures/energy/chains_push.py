"""Data pull an energy down, chains of Langevin dynamics push it up."""

import numpy as np
import style

EXTENT = 3.2
CENTRES = np.linspace(-4, 4, 33)
WIDTH = 0.3
RATE, STEP, MOVES = 0.3, 0.02, 20
STEPS = (3, 30, 2000)
BINS = np.linspace(-EXTENT, EXTENT, 33)


def features(x):
    return np.exp(-((x[..., None] - CENTRES) ** 2) / (2 * WIDTH**2))


def slopes(x):
    return features(x) * (CENTRES - x[..., None]) / WIDTH**2


def data(rng, n):
    first = rng.random(n) < 0.65
    normal = rng.standard_normal(n)
    return np.where(first, -1 + 0.35 * normal, 1.1 + 0.3 * normal)


def trained():
    """Weights of bumps, and where the chains are, after so many steps."""
    rng = np.random.default_rng(0)
    weights, chains = np.zeros(len(CENTRES)), rng.standard_normal(600)
    pull = features(data(rng, 20_000)).mean(axis=0)
    seen = []
    for step in range(1, STEPS[-1] + 1):
        for _ in range(MOVES):
            slope = slopes(chains) @ weights + chains / 4
            noise = rng.standard_normal(chains.shape)
            chains = chains - STEP / 2 * slope + np.sqrt(STEP) * noise
        push = features(chains).mean(axis=0)
        rate = RATE if step < STEPS[-1] / 2 else RATE / 10
        weights = weights - rate * (pull - push)
        if step in STEPS:
            seen.append((weights, chains))
    return seen


def draw():
    figure, axes = style.figure(7, 3.3, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    rng = np.random.default_rng(1)
    x = np.linspace(-EXTENT, EXTENT, 300)
    middles = (BINS[1:] + BINS[:-1]) / 2
    examples = data(rng, 100_000)
    for panel, steps, (weights, chains) in zip(
        axes, STEPS, trained(), strict=True
    ):

        def energy(x, weights=weights):
            return features(x) @ weights + x**2 / 8

        lowest = energy(x).min()
        panel.plot(x, energy(x) - lowest, color=style.INK, zorder=3)
        for points, sign, colour in (
            (examples, -1, style.DATA),
            (chains, 1, style.NOISE),
        ):
            share = np.histogram(points, BINS)[0] / len(points)
            panel.vlines(
                middles,
                energy(middles) - lowest,
                energy(middles) - lowest + sign * 14 * share,
                color=colour,
                linewidth=3.2,
            )
        panel.set(title=f"{steps:,} steps", xticks=[], yticks=[], xlabel="$x$")
    axes[0].set_ylabel("energy")
    axes[0].set_ylim(-2.6, 7.2)
    axes[0].text(-3.0, 5.9, "chains push", color=style.NOISE)
    axes[0].text(-3.0, -2.3, "data pull", color=style.DATA)
    return figure
