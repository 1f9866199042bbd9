"""The normal that maximises the bound of K draws, for two posterior peaks."""

import numpy as np
import style
from scipy.optimize import minimize

PLACE, WIDTH = 2.0, 0.6  # of the posterior's two peaks
Z = np.linspace(-6, 6, 601)
CASES = ((1, style.NOISE), (5, style.FOURTH), (50, style.MODEL))


def log_normal(z, mean, scale):
    return -0.5 * ((z - mean) / scale) ** 2 - np.log(scale * np.sqrt(2 * np.pi))


def log_posterior(z):
    return np.logaddexp(
        log_normal(z, -PLACE, WIDTH), log_normal(z, PLACE, WIDTH)
    ) - np.log(2)


def bound(parameters, noise):
    """L_K - log p(x), for fixed standard normal noise `(repeats, K)`."""
    mean, scale = parameters[0], np.exp(parameters[1])
    z = mean + scale * noise
    log_w = log_posterior(z) - log_normal(z, mean, scale)
    top = log_w.max(axis=1)
    average = np.mean(np.exp(log_w - top[:, None]), axis=1)
    return np.mean(top + np.log(average))


def best(draws):
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((30_000 // draws + 600, draws))
    noise = np.concatenate([noise, -noise])  # no side is preferred
    starts = ([PLACE, np.log(WIDTH)], [0.0, np.log(PLACE)])
    found = [
        minimize(
            lambda p: -bound(p, noise), start, method="Nelder-Mead",
            options={"maxfev": 60},
        )
        for start in starts
    ]  # fmt: skip
    x = min(found, key=lambda each: each.fun).x
    return x[0], np.exp(x[1])


def draw():
    figure, axes = style.figure(7, 3.3, 1, 3, sharey=True)
    figure.get_layout_engine().set(wspace=0.03)
    for panel, (draws, colour) in zip(axes, CASES, strict=True):
        mean, scale = best(draws)
        panel.fill_between(
            Z, np.exp(log_posterior(Z)), color=style.DATA, alpha=0.3,
            linewidth=0,
        )  # fmt: skip
        panel.plot(Z, np.exp(log_normal(Z, mean, scale)), color=colour)
        panel.set(xlim=(-5.4, 5.4), ylim=(0, 0.74), yticks=[], xticks=(-2, 2))
        panel.set_xlabel("$z$", labelpad=1)
        panel.spines["left"].set_visible(False)
        panel.set_title(f"$K = {draws}$\nwidth {scale:.1f}", fontsize=15)
    axes[2].text(-5.3, 0.5, "posterior", color=style.DATA, fontsize=15)
    return figure
