"""One data set and three classifiers: a line, a quadric, a bent line."""

import numpy as np
import style
from scipy.special import logsumexp
from sklearn.mixture import GaussianMixture

EXTENT = 4.0
ANGLE = np.linspace(0, 2 * np.pi, 100)
CIRCLE = np.stack([np.cos(ANGLE), np.sin(ANGLE)], axis=1)


def data(num_samples, seed):
    """A bent arm around a spot."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, num_samples)
    t = rng.uniform(-0.15 * np.pi, 1.15 * np.pi, num_samples)
    arm = 2.6 * np.stack([np.cos(t), np.sin(t)], axis=1) - [0, 0.9]
    spot = rng.standard_normal((num_samples, 2)) * [0.7, 0.5] + [0, -1.2]
    noise = 0.35 * rng.standard_normal((num_samples, 2))
    return np.where(y[:, None] == 1, arm + noise, spot), y


def gaussian(x):
    return [(1.0, x.mean(axis=0), np.cov(x.T, bias=True))]


def mixture(x):
    fitted = GaussianMixture(4, random_state=0, n_init=3).fit(x)
    return list(
        zip(fitted.weights_, fitted.means_, fitted.covariances_, strict=True)
    )


def log_prob(x, parts):
    terms = []
    for weight, mean, covariance in parts:
        u = np.linalg.solve(np.linalg.cholesky(covariance), (x - mean).T)
        log_det = np.linalg.slogdet(2 * np.pi * covariance)[1]
        terms.append(
            np.log(weight) - 0.5 * log_det - 0.5 * np.sum(u**2, axis=0)
        )
    return logsumexp(terms, axis=0)


def draw():
    figure, axes = style.figure(7, 2.9, 1, 3)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.02)
    (x, y), (x_test, y_test) = data(1000, 0), data(20_000, 1)
    shares = np.array([np.mean(y == c) for c in (0, 1)])
    both = [gaussian(x[y == c]) for c in (0, 1)]
    tied = sum(
        share * parts[0][2] for share, parts in zip(shares, both, strict=True)
    )
    cases = (
        ("tied", [[(1.0, parts[0][1], tied)] for parts in both]),
        ("one per class", both),
        ("four per class", [mixture(x[y == c]) for c in (0, 1)]),
    )
    line = np.linspace(-EXTENT, EXTENT, 161)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    colours = (style.DATA, style.NOISE)
    for panel, (name, classes) in zip(axes, cases, strict=True):

        def odds(points, classes=classes):
            log_joint = [
                np.log(share) + log_prob(points, parts)
                for share, parts in zip(shares, classes, strict=True)
            ]
            return log_joint[1] - log_joint[0]

        wrong = np.mean((odds(x_test) > 0) != y_test)
        for c, colour in enumerate(colours):
            style.dots(panel, x[y == c][:130], 2.5, colour, alpha=0.6)
            for _, mean, covariance in classes[c]:
                factor = np.linalg.cholesky(covariance)
                panel.plot(
                    *(1.5 * CIRCLE @ factor.T + mean).T,
                    color=colour,
                    linewidth=1.2,
                )
        panel.contour(
            line,
            line,
            odds(grid).reshape(161, 161),
            [0],
            colors=style.INK,
            linewidths=2.5,
        )
        style.plane(panel, EXTENT, labels=False)
        panel.set_title(f"{name}\n{wrong:.1%} wrong")
    return figure
