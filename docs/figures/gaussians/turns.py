"""EM takes turns: colours from ellipses, ellipses from colours."""

import numpy as np
import style
from scipy.stats import multivariate_normal

ANGLE = np.linspace(0, 2 * np.pi, 100)
CIRCLE = np.stack([np.cos(ANGLE), np.sin(ANGLE)], axis=1)


def responsibilities(x, weights, means, covariances):
    joint = np.stack(
        [
            w * multivariate_normal.pdf(x, m, c)
            for w, m, c in zip(weights, means, covariances, strict=True)
        ],
        axis=1,
    )
    return joint / joint.sum(axis=1, keepdims=True)


def maximise(x, shares):
    sizes = shares.sum(axis=0)
    means = shares.T @ x / sizes[:, None]
    covariances = [
        (share[:, None] * (x - mean)).T @ (x - mean) / size
        for share, mean, size in zip(shares.T, means, sizes, strict=True)
    ]
    return sizes / len(x), means, covariances


def draw():
    figure, axes = style.figure(7, 2.25, 1, 4)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.0)
    rng = np.random.default_rng(1)
    x = np.concatenate(
        [
            rng.standard_normal((60, 2)) @ [[1.1, 0.6], [0, 0.5]] + [-1, 1.0],
            rng.standard_normal((60, 2)) @ [[1.0, -0.3], [0, 0.4]] + [0.8, -1],
        ]
    )
    x = x[np.abs(x).max(axis=1) < 3.2]
    now = (
        np.array([0.5, 0.5]),
        np.array([[-1.9, -1.4], [1.9, 0.6]]),
        [0.6 * np.eye(2)] * 2,
    )
    shares = responsibilities(x, *now)
    once = maximise(x, shares)
    last = once
    for _ in range(20):
        last = maximise(x, responsibilities(x, *last))
    steps = (
        ("start", None, now),
        ("E-step", shares, now),
        ("M-step", shares, once),
        ("20 rounds later", responsibilities(x, *last), last),
    )
    for panel, (title, share, (_, means, covariances)) in zip(
        axes, steps, strict=True
    ):
        colours = style.INK if share is None else style.blend(share[:, 1])
        panel.scatter(*x.T, s=9, c=colours, linewidths=0, alpha=0.8)
        for mean, covariance, colour in zip(
            means, covariances, (style.DATA, style.NOISE), strict=True
        ):
            factor = np.linalg.cholesky(covariance)
            panel.plot(*(1.7 * CIRCLE @ factor.T + mean).T, color=colour)
        style.plane(panel, 3.4, labels=False)
        panel.set_title(title, fontsize=12)
    return figure
