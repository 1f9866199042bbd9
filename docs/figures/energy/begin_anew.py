"""What an energy learns if its chains begin at noise in every step: exactly.

Chains are a density on a grid, and a step of Langevin dynamics is a matrix.
"""

import numpy as np
import style

GRID = np.linspace(-4, 4, 161)
EDGE = GRID[1] - GRID[0]
CENTRES = np.linspace(-3.5, 3.5, 29)
FEATURES = np.exp(-((GRID[:, None] - CENTRES) ** 2) / (2 * 0.3**2))
SLOPES = FEATURES * (CENTRES - GRID[:, None]) / 0.3**2
ETA, MOVES = 0.02, 20


def normal(mean, deviation):
    z = (GRID - mean) / deviation
    p = np.exp(-(z**2) / 2)
    return p / p.sum()


DATA = 0.65 * normal(-1, 0.35) + 0.35 * normal(1.1, 0.3)


def energy(weights):
    return FEATURES @ weights + GRID**2 / 8


def after_moves(weights, start):
    """Where chains are that begin at `start`, after some steps."""
    middle = GRID - ETA / 2 * (SLOPES @ weights + GRID / 4)
    step = np.exp(-((GRID - middle[:, None]) ** 2) / (2 * ETA))
    step /= step.sum(axis=1, keepdims=True)
    return start @ np.linalg.matrix_power(step, MOVES)


def density(weights):
    p = np.exp(-energy(weights) + energy(weights).min())
    return p / p.sum()


def trained(anew, num_steps=6000):
    """Weights, and where the chains of the last step were."""
    noise = normal(0, 1)
    weights, chains = np.zeros(len(CENTRES)), noise
    for _ in range(num_steps):
        chains = after_moves(weights, noise if anew else chains)
        weights = weights - 0.3 * FEATURES.T @ (DATA - chains)
    return weights, chains


def right_of(p):
    """The share to the right of the gap between the clusters."""
    return p[GRID > 0.2].sum() / p.sum()


def draw():
    figure, axes = style.figure(7, 3.0, 1, 2, sharey=True)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.04)
    for panel, anew in zip(axes, (False, True), strict=True):
        weights, chains = trained(anew)
        panel.fill_between(
            GRID, DATA / EDGE, color=style.DATA, alpha=0.3, linewidth=0
        )
        panel.plot(GRID, density(weights) / EDGE, color=style.MODEL)
        panel.plot(GRID, chains / EDGE, color=style.NOISE, ls=(0, (2, 2)))
        panel.set(xlim=(-3, 3), ylim=(0, 1.6), xticks=[], yticks=[])
        panel.set_xlabel("$x$")
        panel.set_title("always from noise" if anew else "chains go on")
    axes[0].set_ylabel("density")
    axes[0].text(0.6, 1.38, "chains", color=style.NOISE)
    axes[0].text(0.6, 1.2, "$e^{-E} / Z$", color=style.MODEL)
    axes[0].text(0.6, 1.02, "data", color=style.DATA)
    return figure
