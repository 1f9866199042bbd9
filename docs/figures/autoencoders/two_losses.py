"""Where a VAE loses nats: a round prior, and a posterior along the axes."""

import numpy as np
import style
from matplotlib.patches import Ellipse
from mixture import Mixture
from mixture import ring

WIDTH = 0.3  # of the posterior of one code
KINDS = 5
CORRELATION = -0.8
GRID = np.linspace(-6, 6, 601)


def codes():
    """Codes of five kinds: as a whole, with the moments of the prior."""
    radius = np.sqrt(2 * (1 - WIDTH**2))
    return Mixture(ring(KINDS, radius), WIDTH)


def lost_by_prior(density):
    """KL(density || N(0, I)) in nats, by a sum over a grid."""
    z = np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2)
    log_q = density.log_prob(z)
    log_p = -0.5 * np.sum(z**2, axis=1) - np.log(2 * np.pi)
    return np.sum(np.exp(log_q) * (log_q - log_p)) * (GRID[1] - GRID[0]) ** 2


def lost_by_posterior(correlation):
    """Of the best normal without correlation to one that has it."""
    return -0.5 * np.log(1 - correlation**2)


def draw():
    figure, (left, right) = style.figure(7, 4.35, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    density = codes()
    rng = np.random.default_rng(4)
    style.dots(left, density.draw(450), 3.2, style.DATA, alpha=0.55)
    style.dots(left, rng.standard_normal((60, 2)), 5.5, style.NOISE)
    for radius in (1, 2):
        left.add_patch(
            Ellipse(
                (0, 0),
                2 * radius,
                2 * radius,
                fill=False,
                edgecolor=style.NOISE,
                linewidth=1.2,
            )
        )
    lost = lost_by_prior(density)
    left.set_title(f"the round prior\nloses {lost:.2f} nats")

    covariance = np.array([[1, CORRELATION], [CORRELATION, 1]])
    precision = np.linalg.inv(covariance)
    ticks = np.linspace(-2.8, 2.8, 71)
    z = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    exact = np.exp(-0.5 * np.einsum("...i,ij,...j", z, precision, z))
    right.contourf(
        ticks, ticks, exact, levels=np.linspace(0.04, 1, 9), cmap=style.DENSITY
    )
    width = np.sqrt(1 / precision[0, 0])
    for radius in (1, 2):
        right.add_patch(
            Ellipse(
                (0, 0),
                2 * radius * width,
                2 * radius * width,
                fill=False,
                edgecolor=style.NOISE,
                linewidth=2,
            )
        )
    lost = lost_by_posterior(CORRELATION)
    right.set_title(f"the diagonal posterior\nloses {lost:.2f} nats")
    for panel in (left, right):
        panel.set(xlim=(-2.8, 2.8), ylim=(-2.8, 2.8), aspect="equal")
        panel.set(xticks=[], yticks=[], xlabel="$z_1$")
    left.set_ylabel("$z_2$", labelpad=2)
    return figure
