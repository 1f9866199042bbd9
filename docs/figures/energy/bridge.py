"""Runs of annealed importance sampling cross a bridge of densities."""

import numpy as np
import style

ORDER = [n ^ (n >> 1) for n in range(16)]  # neighbours differ in one bit
STATES = (np.array(ORDER)[:, None] >> np.arange(4)[::-1]) & 1
SIGN = 2 * STATES[[2, 8]].T - 1  # two modes: 0011 and 1100
KERNEL, C = 4.0 * SIGN, np.array([-4.4, -3.6])
B = np.array([-0.3, 0.2, 0.1, -0.2])
STEPS, RUNS = 16, 3


def unnormalised(beta):
    """log p* of all states."""
    hidden = np.logaddexp(0, beta * (C + STATES @ KERNEL)).sum(axis=1)
    return STATES @ B + hidden


def density(beta):
    log_p = unnormalised(beta)
    return np.exp(log_p - np.logaddexp.reduce(log_p))


def run(rng):
    """Indices of the states of a run, and its log weight."""
    v = rng.choice(16, p=density(0))
    path, log_weight = [v], 0.0
    betas = np.linspace(0, 1, STEPS + 1)
    for now, later in zip(betas[:-1], betas[1:], strict=True):
        log_weight += unnormalised(later)[v] - unnormalised(now)[v]
        log_odds = later * (C + STATES[v] @ KERNEL)
        h = rng.random(2) < 1 / (1 + np.exp(-log_odds))
        log_odds = B + later * KERNEL @ h
        bits = rng.random(4) < 1 / (1 + np.exp(-log_odds))
        v = int(np.flatnonzero((STATES == bits).all(axis=1))[0])
        path.append(v)
    return path, log_weight


def draw():
    figure, axes = style.figure(7, 3.4)
    betas = np.linspace(0, 1, STEPS + 1)
    p = np.array([density(beta) for beta in betas]).T
    axes.imshow(
        p,
        cmap=style.DENSITY,
        vmin=0,
        vmax=0.4,
        extent=(-0.5 / STEPS, 1 + 0.5 / STEPS, 15.5, -0.5),
        aspect="auto",
        interpolation="nearest",
    )
    rng = np.random.default_rng(3)
    truth = np.logaddexp.reduce(unnormalised(1))
    truth -= np.logaddexp.reduce(unnormalised(0))
    colours = style.NOISE, style.MODEL, style.FOURTH
    for i, colour in enumerate(colours[:RUNS]):
        path, log_weight = run(rng)
        axes.plot(
            betas,
            np.array(path) + 0.22 * (i - 1),
            color=colour,
            linewidth=1.6,
            drawstyle="steps-mid",
            marker="o",
            markersize=3.5,
        )
        axes.text(
            1.05,
            2 + 4 * i,
            f"$\\log w = {log_weight:.2f}$",
            color=colour,
            va="center",
        )
    axes.text(1.05, 14, f"exact: {truth:.2f}", va="center")
    axes.set(
        xlabel=r"inverse temperature $\beta$", ylabel="16 states", yticks=[]
    )
    axes.set_xticks([0, 0.5, 1])
    return figure
