"""A curved posterior, and the best of three families for it.

z is standard normal in the plane, x = z_2 + A z_1 + C z_1^2 + S noise. So z_2
given z_1 and x is normal, with a mean that is a parabola.
"""

import numpy as np
import style
from scipy.optimize import minimize

A, C, S, X = 1.0, 0.6, 0.35, 0.5
VARIANCE = 1 + S**2  # of x given z_1
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(20)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
CASES = ("along the axes", "tilted", "autoregressive")


def log_normal(x, mean, variance):
    return -0.5 * ((x - mean) ** 2 / variance + np.log(2 * np.pi * variance))


def log_joint(z_1, z_2):
    """log p(x, z)."""
    log_prior = log_normal(z_1, 0, 1) + log_normal(z_2, 0, 1)
    return log_prior + log_normal(X, z_2 + A * z_1 + C * z_1**2, S**2)


def log_joint_1(z_1):
    """log p(x, z_1): z_2 is integrated out."""
    return log_normal(z_1, 0, 1) + log_normal(X, A * z_1 + C * z_1**2, VARIANCE)


def evidence():
    """log p(x), by a sum over a line."""
    z_1 = np.linspace(-8, 8, 4001)
    return np.log(np.exp(log_joint_1(z_1)).sum() * (z_1[1] - z_1[0]))


def bend(case, parameters, noise_1, noise_2):
    """g: noise to code, and log |det|."""
    shift, log_scale = parameters[:2]
    z_1 = shift + np.exp(log_scale) * noise_1
    if case == "autoregressive":  # the exact z_2 given z_1
        mean = (X - A * z_1 - C * z_1**2) / VARIANCE
        log_scale_2 = 0.5 * np.log(S**2 / VARIANCE)
    else:
        tilt = parameters[4] if case == "tilted" else 0.0
        mean, log_scale_2 = parameters[2] + tilt * noise_1, parameters[3]
    z_2 = mean + np.exp(log_scale_2) * noise_2
    return z_1, z_2, log_scale + log_scale_2


def lost(case, parameters):
    """KL(q || p(z | x)) in nats: the logarithms are polynomials of the noise,
    of which sums over the nodes are exact means."""
    noise = np.meshgrid(NODES, NODES, indexing="ij")
    z_1, z_2, log_det = bend(case, parameters, *noise)
    log_q = log_normal(noise[0], 0, 1) + log_normal(noise[1], 0, 1) - log_det
    gap = np.outer(WEIGHTS, WEIGHTS) * (log_q - log_joint(z_1, z_2))
    return gap.sum() + evidence()


def best(case):
    """The parameters of least loss, from several starts."""
    rest = {"along the axes": [0, -1], "tilted": [0, -1, 0]}.get(case, [])
    fits = [
        minimize(lambda p: lost(case, p), [start, -0.5, *rest])
        for start in (-1.5, -0.5, 0.5)
    ]
    return min(fits, key=lambda fit: fit.fun).x


def draw():
    figure, axes = style.figure(7, 3.2, 1, 3)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    z_1 = np.linspace(-2.7, 2.1, 91)
    z_2 = np.linspace(-2.6, 2.2, 91)
    exact = np.exp(log_joint(*np.meshgrid(z_1, z_2)) - evidence())
    exact /= exact.max()
    angle = np.linspace(0, 2 * np.pi, 121)
    for panel, case in zip(axes, CASES, strict=True):
        panel.contourf(
            z_1,
            z_2,
            exact,
            levels=np.linspace(0.04, 1, 8),
            cmap=style.DENSITY,
        )
        parameters = best(case)
        for radius in (1, 2):  # where these circles of the noise go
            circle = radius * np.cos(angle), radius * np.sin(angle)
            panel.plot(*bend(case, parameters, *circle)[:2], color=style.NOISE)
        panel.set(xlim=(-2.7, 2.1), ylim=(-2.6, 2.2), aspect="equal")
        panel.set(xticks=[], yticks=[], xlabel="$z_1$")
        panel.set_title(f"{case}\nloses {lost(case, parameters):.2f}")
    axes[0].set_ylabel("$z_2$", labelpad=2)
    return figure
