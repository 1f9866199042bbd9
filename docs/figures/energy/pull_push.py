"""Exact gradient ascent: data pull the energy down, the model pushes it up."""

import numpy as np
import style

ORDER = [n ^ (n >> 1) for n in range(16)]  # neighbours differ in one bit
STATES = (np.array(ORDER)[:, None] >> np.arange(4)[::-1]) & 1
UNITS = 8
STEPS = (0, 20, 2000)
RATE = 0.3


def data():
    """Most examples are near two states."""
    share = np.full(16, 0.004)
    share[[2, 12]] += 0.25, 0.2
    share[[1, 3, 11, 13]] += 0.11
    return share / share.sum()


def trained():
    """Energies less log Z, of machines after so many steps."""
    rng = np.random.default_rng(0)
    kernel = 0.3 * rng.standard_normal((4, UNITS))
    b, c = np.zeros(4), np.zeros(UNITS)
    share, seen = data(), []
    for step in range(STEPS[-1] + 1):
        log_odds = c + STATES @ kernel
        log_p = STATES @ b + np.logaddexp(0, log_odds).sum(axis=1)
        log_p -= np.logaddexp.reduce(log_p)
        if step in STEPS:
            seen.append(log_p)
        hidden = 1 / (1 + np.exp(-log_odds))
        excess = share - np.exp(log_p)
        kernel += RATE * STATES.T @ (excess[:, None] * hidden)
        b += RATE * excess @ STATES
        c += RATE * excess @ hidden
    return seen


def draw():
    figure, axes = style.figure(7, 3, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    places, share = np.arange(16), data()
    for panel, steps, log_p in zip(axes, STEPS, trained(), strict=True):
        panel.plot(places, -log_p, color=style.FAINT, linewidth=2.5, zorder=0)
        for weight, sign, colour in (
            (share, -1, style.DATA),
            (np.exp(log_p), 1, style.NOISE),
        ):
            panel.vlines(
                places,
                -log_p,
                -log_p + sign * 12 * weight,
                color=colour,
                linewidth=5,
            )
        lost = share @ (np.log(share) - log_p)
        title = f"{steps:,} steps" if steps else "at first"
        panel.set_title(f"{title}\n{lost:.2f} nats to go")
        panel.set(xticks=[], yticks=[], xlabel="16 states")
    axes[0].set_ylabel("energy")
    axes[0].text(0.5, 6.7, "push: the model", color=style.NOISE)
    axes[0].text(0.5, -2.0, "pull: data", color=style.DATA)
    axes[0].set_ylim(-2.4, 7.6)
    return figure
