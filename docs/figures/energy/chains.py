"""Where chains are that begin at the data, of a machine with two modes."""

import numpy as np
import style

ORDER = [n ^ (n >> 1) for n in range(16)]  # neighbours differ in one bit
STATES = (np.array(ORDER)[:, None] >> np.arange(4)[::-1]) & 1
HIDDEN_STATES = (np.arange(4)[:, None] >> np.arange(2)) & 1
MODES = (2, 8)  # 0011, where the data are, and 1100
WIDTH = 3.5  # how sharp the modes are
KINDS = (1, 10, 100)


def machine(width=WIDTH):
    """A hidden unit for each mode, which is on near that state alone."""
    sign = 2 * STATES[list(MODES)].T - 1
    kernel = width * sign
    return kernel, np.zeros(4), -width * (STATES[list(MODES)].sum(1) - 0.9)


def density(kernel, b, c):
    log_p = STATES @ b + np.logaddexp(0, c + STATES @ kernel).sum(axis=1)
    return np.exp(log_p - np.logaddexp.reduce(log_p))


def bits(log_odds, states):
    """Of all states: how probable each is, by rows of log odds."""
    signed = (2 * states - 1) * log_odds[:, None]
    return np.exp(-np.logaddexp(0, -signed).sum(axis=2))


def moves(kernel, b, c):
    """From which state to which, by one draw of h and of v: `(16, 16)`."""
    up = bits(c + STATES @ kernel, HIDDEN_STATES)
    down = bits(b + HIDDEN_STATES @ kernel.T, STATES)
    return up @ down


def data():
    share = np.zeros(16)
    share[[2, 1, 3]] = 0.8, 0.1, 0.1
    return share


def draw():
    figure, axes = style.figure(7, 3.1, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    weights = machine()
    p, step = density(*weights), moves(*weights)
    assert np.allclose(p @ step, p)
    places = np.arange(16)
    for panel, k in zip(axes, KINDS, strict=True):
        chains = data() @ np.linalg.matrix_power(step, k)
        panel.bar(places, p, width=0.9, color=style.MODEL, alpha=0.4)
        panel.vlines(places, 0, chains, color=style.NOISE, linewidth=4)
        title = f"{k} steps" if k > 1 else "1 step"
        panel.set(title=title, xticks=[], yticks=[], xlabel="16 states")
    axes[0].set_ylabel("probability")
    axes[0].text(5.2, 0.62 * axes[0].get_ylim()[1], "model", color=style.MODEL)
    axes[0].text(5.2, 0.8 * axes[0].get_ylim()[1], "chains", color=style.NOISE)
    return figure
