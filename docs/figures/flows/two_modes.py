"""One affine step and one spline, for a density of two modes."""

import numpy as np
import style
from scipy.stats import norm

from keras_genmodels.bijections.spline_map import curve

MEAN, SCALE = 0.9, 0.3
KNOTS = np.array([-5, -1.9, -1.2, -0.55, 0, 0.55, 1.2, 1.9, 5])


def density(x):
    return 0.5 * (norm.pdf(x, -MEAN, SCALE) + norm.pdf(x, MEAN, SCALE))


def noise_of(x):
    lower = 0.5 * (norm.cdf(x, -MEAN, SCALE) + norm.cdf(x, MEAN, SCALE))
    return np.where(x < 0, norm.ppf(lower), 0) - np.where(
        x > 0,
        norm.ppf(0.5 * (norm.sf(x, -MEAN, SCALE) + norm.sf(x, MEAN, SCALE))),
        0,
    )


def spline(x):
    """Through points of the exact map, with its slopes: value, log slope."""
    inner = KNOTS[1:-1]
    ys = np.concatenate([[-5], noise_of(inner), [5]])
    slopes = density(inner) / norm.pdf(noise_of(inner))
    slopes = np.concatenate([[1], slopes, [1]])
    k = np.clip(np.searchsorted(KNOTS, x) - 1, 0, len(KNOTS) - 2)
    width, height = np.diff(KNOTS)[k], np.diff(ys)[k]
    value, log_slope = map(
        np.array,
        curve((x - KNOTS[k]) / width, height / width, slopes[k], slopes[k + 1]),
    )
    return ys[k] + height * value, log_slope


def cost(model_log_prob):
    """What another density costs more than the true one: nats."""
    x = np.linspace(-4, 4, 80001)
    gap = density(x) * (np.log(density(x)) - model_log_prob(x))
    return np.sum(gap) * (x[1] - x[0])


def spline_log_prob(x):
    z, log_slope = spline(x)
    return norm.logpdf(z) + log_slope


def affine_log_prob(x):
    return norm.logpdf(x, 0, np.hypot(MEAN, SCALE))


def draw():
    figure, (left, right) = style.figure(7, 3.3, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    x = np.linspace(-2.6, 2.6, 401)
    deviation = np.hypot(MEAN, SCALE)
    z, _ = spline(x)
    left.plot(x, noise_of(x), color=style.FAINT, linewidth=6)
    left.plot(x, x / deviation, color=style.NOISE)
    left.plot(x, z, color=style.MODEL)
    inner = KNOTS[1:-1]
    left.plot(inner, noise_of(inner), "o", color=style.MODEL, markersize=6)
    left.set(xlim=(-2.6, 2.6), ylim=(-4.2, 4.2), xlabel="$x$", ylabel="$z$")
    left.set_title("the map")
    right.plot(x, density(x), color=style.FAINT, linewidth=6)
    right.plot(x, np.exp(affine_log_prob(x)), color=style.NOISE)
    right.plot(x, np.exp(spline_log_prob(x)), color=style.MODEL)
    right.set(xlim=(-2.6, 2.6), ylim=(0, 0.85), xlabel="$x$")
    right.set_title("its density")
    right.text(
        0,
        0.46,
        f"line\n+{cost(affine_log_prob):.2f}",
        color=style.NOISE,
        ha="center",
    )
    right.text(
        1.45, 0.5, f"spline\n+{cost(spline_log_prob):.3f}", color=style.MODEL
    )
    for panel in (left, right):
        panel.set_xticks([-2, 0, 2])
    left.set_yticks([-4, 0, 4])
    right.set_yticks([])
    right.spines["left"].set_visible(False)
    return figure
