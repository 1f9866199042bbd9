"""How wrong the gradient is that CD-k follows on average, exactly."""

import numpy as np
import style

STATES = (np.arange(16)[:, None] >> np.arange(4)) & 1
HIDDEN_STATES = (np.arange(4)[:, None] >> np.arange(2)) & 1
SIGN = 2 * STATES[[3, 12]].T - 1  # two states that differ in all bits
WIDTHS = (1.0, 2.0, 3.0)
MOST = 40


def bits(log_odds, states):
    """Of all states: how probable each is, by rows of log odds."""
    signed = (2 * states - 1) * log_odds[:, None]
    return np.exp(-np.logaddexp(0, -signed).sum(axis=2))


def errors(width):
    """Of k = 0, 1, ...: the gradient's error beside its length."""
    kernel, c = width * SIGN, np.full(2, -1.1 * width)
    log_odds = c + STATES @ kernel
    log_p = np.logaddexp(0, log_odds).sum(axis=1)
    p = np.exp(log_p - np.logaddexp.reduce(log_p))
    up = bits(log_odds, HIDDEN_STATES)
    step = up @ bits(HIDDEN_STATES @ kernel.T, STATES)
    hidden = 1 / (1 + np.exp(-log_odds))
    both = (STATES[:, :, None] * hidden[:, None]).reshape(16, -1)
    slopes = np.concatenate([both, STATES, hidden], axis=1)  # of -F
    chains = np.zeros(16)
    chains[[3, 1, 7]] = 0.8, 0.1, 0.1  # the data
    length = np.linalg.norm((chains - p) @ slopes)
    found = []
    for _ in range(MOST + 1):
        found.append(np.linalg.norm((chains - p) @ slopes) / length)
        chains = chains @ step
    return np.array(found)


def draw():
    figure, axes = style.figure(7, 3)
    colours = style.DATA, style.MODEL, style.NOISE
    for width, colour in zip(WIDTHS, colours, strict=True):
        axes.plot(errors(width), color=colour)
        height = 0.4 + 0.17 * width
        axes.text(18, height, f"weights $\\pm{width:.0f}$", color=colour)
    axes.set(
        xlabel="$k$, steps from the data",
        ylabel="error of the gradient",
        ylim=(0, 1.02),
        xlim=(0, MOST),
        yticks=[0, 0.5, 1],
        yticklabels=["0", "50%", "100%"],
    )
    return figure
