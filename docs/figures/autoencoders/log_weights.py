"""Where the exact posterior is a normal whose values are correlated.

With z = m + sqrt(v) eps from the best normal without correlations,
log w - log p(x) = rho eps_1 eps_2 + log(1 - rho^2) / 2.
"""

import numpy as np
import style
from scipy.special import k0

# tests/models/autoencoders/test_flow_vae.py
WEIGHTS = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, -0.5]])
SCALE = 0.5
TO_NOISE = np.array([[3.0, 2.0], [2.0, 3.0]])
STRONG = 0.9


def correlation():
    """Of the exact posterior in the tests."""
    precision = TO_NOISE.T @ TO_NOISE + WEIGHTS.T @ WEIGHTS / SCALE**2
    covariance = np.linalg.inv(precision)
    return covariance[0, 1] / np.sqrt(np.prod(np.diagonal(covariance)))


def lost(rho):
    """Nats of the bound."""
    return -0.5 * np.log1p(-(rho**2))


def density(log_weight, rho):
    """Of log w - log p(x): a product of two normals, moved by a constant."""
    rho = abs(rho)
    return k0(np.abs(log_weight + lost(rho)) / rho) / (np.pi * rho)


def draw():
    figure, (left, right) = style.figure(7, 3.2, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    rho = np.linspace(0, 0.985, 200)
    left.plot(rho, lost(rho), color=style.INK)
    ours = abs(correlation())
    cases = ((ours, style.NOISE), (STRONG, style.FOURTH))
    for value, colour in cases:
        left.plot(value, lost(value), "o", color=colour, markersize=9)
        left.annotate(
            f"{lost(value):.2f}",
            (value, lost(value)),
            (-8, 6),
            textcoords="offset points",
            ha="right",
            color=colour,
        )
    left.set(xlim=(0, 1), ylim=(0, 1.6), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    left.set_xlabel(r"correlation $\vert\rho\vert$")
    left.set_title("nats lost by the best diagonal")
    x = np.linspace(-3.3, 1.6, 4000)  # no point where it is infinite
    for value, colour in cases:
        right.plot(x, np.minimum(density(x, value), 3), color=colour)
    right.axvline(0, color=style.MODEL, linewidth=3)
    right.text(
        0.12, 1.66, "exact\nposterior", color=style.MODEL, va="top", fontsize=12
    )
    right.set(
        xlim=(-3.3, 1.6), ylim=(0, 1.7), yticks=[], xticks=[-3, -2, -1, 0, 1]
    )
    right.set_xlabel(r"$\log w - \log p(x)$")
    right.set_title("log weights of draws")
    right.spines["left"].set_visible(False)
    return figure
