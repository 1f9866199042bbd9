"""Weights of annealed importance sampling, of a machine with a known Z."""

import numpy as np
import style

V, H = 20, 12
RUNS, GROUP = 20_000, 20
STEPS = (3, 10, 30, 100, 300)
SHOWN = (3, 30, 300)


def weights():
    rng = np.random.default_rng(1)
    return 1.6 * rng.standard_normal((V, H)), *(
        0.5 * rng.standard_normal(size) for size in (V, H)
    )


def log_partition(kernel, b, c):
    """By all states of the hidden units."""
    h = (np.arange(2**H)[:, None] >> np.arange(H)) & 1
    summed = np.logaddexp(0, b + h @ kernel.T).sum(axis=1)
    return np.logaddexp.reduce(h @ c + summed)


def log_weights(kernel, b, c, steps, rng):
    """log w + log Z_0 of runs: each is an estimate of log Z by itself."""
    v = rng.random((RUNS, V)) < 1 / (1 + np.exp(-b))
    total = np.logaddexp(0, b).sum() + H * np.log(2)
    betas = np.linspace(0, 1, steps + 1)
    for now, later in zip(betas[:-1], betas[1:], strict=True):
        log_odds = c + v @ kernel
        total = total + np.sum(
            np.logaddexp(0, later * log_odds) - np.logaddexp(0, now * log_odds),
            axis=1,
        )
        h = rng.random((RUNS, H)) < 1 / (1 + np.exp(-later * log_odds))
        v = rng.random((RUNS, V)) < 1 / (
            1 + np.exp(-b - later * (h @ kernel.T))
        )
    return total


def draw():
    figure, (left, right) = style.figure(7, 3.4, 1, 2)
    machine = weights()
    truth = log_partition(*machine)
    rng = np.random.default_rng(0)
    colours = dict(
        zip(SHOWN, (style.NOISE, style.FOURTH, style.DATA), strict=True)
    )
    errors = []
    for steps in STEPS:
        values = log_weights(*machine, steps, rng) - truth
        if steps in SHOWN:
            left.hist(
                values,
                bins=np.linspace(-24, 6, 61),
                density=True,
                histtype="step",
                linewidth=2,
                color=colours[steps],
            )
        groups = values.reshape(-1, GROUP)
        errors.append(np.logaddexp.reduce(groups, axis=1) - np.log(GROUP))
    for steps, height in zip(SHOWN, (0.35, 0.48, 0.61), strict=True):
        left.text(
            -23,
            height,
            f"{steps} steps",
            color=colours[steps],
        )
    left.axvline(0, color=style.INK, linewidth=1.2, linestyle="--")
    left.set(yticks=[], xlabel=r"$\log w + \log Z_0 - \log Z$")
    left.set_title("single runs")
    low, middle, high = np.quantile(errors, (0.05, 0.5, 0.95), axis=1)
    right.fill_between(STEPS, low, high, color=style.DATA, alpha=0.2, lw=0)
    right.plot(STEPS, np.mean(errors, axis=1), "o-", color=style.DATA)
    right.axhline(0, color=style.INK, linewidth=1.2, linestyle="--")
    right.set(xscale="log", xlabel="steps")
    right.set_xticks(STEPS, [str(s) for s in STEPS])
    right.minorticks_off()
    right.set_title(f"$\\log \\hat Z - \\log Z$, by {GROUP} runs")
    return figure
