"""An exact posterior, three normals, and what each makes of the bound."""

import numpy as np
import style
from scipy.optimize import minimize

X, SCALE = 1.1, 0.55  # the example, and the noise of the likelihood
Z = np.linspace(-8, 8, 8001)


def log_joint(z):
    mean = np.logaddexp(0, 2.2 * z) - 0.3  # a decoder that bends
    log_likelihood = -0.5 * ((X - mean) / SCALE) ** 2
    log_likelihood -= np.log(SCALE * np.sqrt(2 * np.pi))
    return log_likelihood - 0.5 * z**2 - 0.5 * np.log(2 * np.pi)


def log_normal(z, mean, scale):
    return -0.5 * ((z - mean) / scale) ** 2 - np.log(scale * np.sqrt(2 * np.pi))


def integral(values):
    return np.sum(values) * (Z[1] - Z[0])


def elbo(mean, scale):
    log_q = log_normal(Z, mean, scale)
    return integral(np.exp(log_q) * (log_joint(Z) - log_q))


def draw():
    log_p = np.log(integral(np.exp(log_joint(Z))))
    posterior = np.exp(log_joint(Z) - log_p)
    best = minimize(lambda p: -elbo(p[0], np.exp(p[1])), [0.5, -1.0]).x
    best = best[0], np.exp(best[1])
    cases = (
        ((0.0, 1.0), style.NOISE),
        ((best[0] + 0.25, 0.14), style.FOURTH),
        (best, style.MODEL),
    )
    figure, (left, right) = style.figure(7, 3.6, 1, 2, width_ratios=(1.25, 1))
    figure.get_layout_engine().set(wspace=0.04)
    shown = abs(Z) < 2.4
    z = Z[shown][::6]
    left.fill_between(
        z, posterior[shown][::6], color=style.DATA, alpha=0.35, linewidth=0
    )
    left.plot(z, posterior[shown][::6], color=style.DATA)
    lowest = -4.6
    for place, (parameters, colour) in enumerate(cases):
        left.plot(z, np.exp(log_normal(z, *parameters)), color=colour)
        value = elbo(*parameters)
        right.bar(place, value - lowest, 0.6, lowest, color=colour, alpha=0.75)
        right.bar(
            place, log_p - value, 0.6, value,
            facecolor="none", edgecolor=colour, linestyle=":", linewidth=1.5,
        )  # fmt: skip
        right.text(
            place, max(value - 0.12, lowest + 0.1), f"{value:.2f}",
            ha="center", va="top", color="white", fontsize=13,
        )  # fmt: skip
    right.axhline(log_p, color=style.INK)
    right.text(2.45, log_p + 0.08, rf"$\log p(x) = {log_p:.2f}$", ha="right",
               va="bottom", fontsize=14)  # fmt: skip
    right.set(xlim=(-0.5, 2.5), ylim=(lowest, log_p + 0.6), yticks=[])
    right.set_xticks(range(3), ["prior", "narrow", "best"], fontsize=13)
    right.set_ylabel("ELBO (nats)", fontsize=14)
    left.set(xlim=(-1.9, 2.3), ylim=(0, 2.95), yticks=[], xticks=(-1, 0, 1, 2))
    left.set_xlabel("$z$", labelpad=1)
    left.spines["left"].set_visible(False)
    left.text(-1.85, 2.6, "exact posterior", color=style.DATA, fontsize=14)
    return figure
