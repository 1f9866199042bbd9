"""The codes of data beside three priors, and what each of them wastes."""

import numpy as np
import style
from sklearn.mixture import GaussianMixture

WIDTH = 0.28  # of the posterior of one code
IMAGES = 120
COMPONENTS = 8
PSEUDO = 24
TICKS = np.linspace(-3.2, 3.2, 161)
GRID = np.stack(np.meshgrid(TICKS, TICKS), axis=-1).reshape(-1, 2)


def code_means(rng):
    """Two bent filaments of codes, with mean zero."""
    turn = np.pi * rng.uniform(0, 1, IMAGES)
    means = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    second = np.arange(IMAGES) % 2 == 1
    means[second] = np.array([1.0, 0.45]) - means[second]
    means = means - means.mean(axis=0)
    return 1.5 * means


def log_mixture(z, means, variances, weights):
    gap = np.square(z[:, None] - means) / variances
    log_joint = np.log(weights) - 0.5 * np.sum(
        gap + np.log(2 * np.pi * variances), axis=-1
    )
    return np.logaddexp.reduce(log_joint, axis=1)


def pseudo_means(codes, rng):
    """Places of pseudo-inputs' posteriors by EM: equal weights, one width."""
    means = codes[rng.choice(len(codes), PSEUDO, replace=False)]
    for _ in range(100):
        gap = np.sum(np.square(codes[:, None] - means), axis=-1)
        share = np.exp(-0.5 * (gap - gap.min(axis=1, keepdims=True)) / WIDTH**2)
        share /= share.sum(axis=1, keepdims=True)
        means = share.T @ codes / share.sum(axis=0)[:, None]
    return means


def draw():
    rng = np.random.default_rng(3)
    centres = code_means(rng)
    width = np.full((IMAGES, 2), WIDTH**2)
    log_q = log_mixture(GRID, centres, width, np.full(IMAGES, 1 / IMAGES))
    codes = np.repeat(centres, 12, axis=0)
    codes = codes + WIDTH * rng.standard_normal(codes.shape)
    em = GaussianMixture(
        COMPONENTS, covariance_type="diag", n_init=3, random_state=0
    ).fit(codes)
    pseudo = pseudo_means(codes, rng)
    cases = (
        ("round normal", log_mixture(GRID, np.zeros((1, 2)), 1.0, np.ones(1))),
        (
            f"mixture of {COMPONENTS}",
            log_mixture(GRID, em.means_, em.covariances_, em.weights_),
        ),
        (
            f"VampPrior of {PSEUDO}",
            log_mixture(GRID, pseudo, WIDTH**2, np.full(PSEUDO, 1 / PSEUDO)),
        ),
    )
    figure, axes = style.figure(7, 3.2, 1, 3)
    figure.get_layout_engine().set(wspace=0.03)
    area = (TICKS[1] - TICKS[0]) ** 2
    size = len(TICKS)
    for panel, (title, log_p) in zip(axes, cases, strict=True):
        lost = np.sum(np.exp(log_q) * (log_q - log_p)) * area
        density = np.exp(log_p)
        panel.contourf(
            TICKS[::2], TICKS[::2], density.reshape(size, size)[::2, ::2],
            levels=np.linspace(0.08, 1, 7) * density.max(), cmap=style.DENSITY,
        )  # fmt: skip
        style.dots(panel, codes[::6], 2.2, style.NOISE, alpha=0.8)
        style.plane(panel, 3.1, labels=False)
        panel.set_title(f"{title}\nwastes {lost:.2f} nats", fontsize=14)
    return figure
