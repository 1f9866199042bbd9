"""The nats of data as an area over log SNR, and what losses make of it."""

import numpy as np
import style
from scipy.stats import norm

from keras_genmodels import layers
from keras_genmodels.models.diffusion.predictions import noise_error_share

LOG_SNR = np.linspace(-9, 9, 241)


def noise_error(levels):
    """E[(eps - E[eps | x_t])^2] at each log SNR, all levels equally likely.

    With x_t = x + sigma eps, by quadrature over eps.
    """
    eps = np.linspace(-8, 8, 2001)
    weight = norm.pdf(eps) * (eps[1] - eps[0]) / len(levels)
    sigma = np.exp(-LOG_SNR / 2)[:, None]
    total = 0
    for x in levels:
        x_t = x + sigma * eps
        log_joint = [-((x_t - y) ** 2) / (2 * sigma**2) for y in levels]
        posterior = np.exp(log_joint - np.logaddexp.reduce(log_joint))
        mean = np.tensordot(levels, posterior, 1)
        total += np.sum(weight * ((x_t - mean) / sigma - eps) ** 2, axis=1)
    return total


def simple_weight(path, prediction):
    """Of the noise's squared error, at each log SNR; all times count alike."""
    t = np.linspace(1e-4, 1 - 1e-4, 20_001, dtype="float32")
    slope = np.array(path.log_snr_slope(t))
    weight = -1 / slope / np.array(noise_error_share(prediction, t, path))
    log_snr = np.array(path.log_snr(t))
    return np.interp(LOG_SNR, log_snr[::-1], weight[::-1])


def edm_weight(scale=0.5, mean=-1.2, spread=1.2):
    """Log sigma is normal; the weight makes the network's target unit."""
    log_sigma = -LOG_SNR / 2
    share = 1 + np.exp(2 * log_sigma) / scale**2
    return norm.pdf(log_sigma, mean, spread) * share


def draw():
    figure, (left, right) = style.figure(7, 3.1, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    for count, colour, place in (
        (4, style.NOISE, (4.6, 0.24)),
        (2, style.DATA, (-6, 0.1)),
    ):
        half = noise_error(np.linspace(-1, 1, count)) / 2
        left.fill_between(LOG_SNR, half, color=colour, alpha=0.25, linewidth=0)
        left.plot(LOG_SNR, half, color=colour)
        left.text(*place, f"log {count}", color=colour)
    left.set(ylim=(0, 0.4), yticks=[0, 0.2, 0.4])
    left.set_title("half the squared error")
    for weight, name, colour, place in (
        (np.ones_like(LOG_SNR), "bound", style.INK, (4.4, 1.5)),
        (
            simple_weight(layers.StraightPath(), "velocity"),
            "velocity",
            style.MODEL,
            (-8.7, 3.4),
        ),
        (
            simple_weight(layers.LinearBetaPath(), "noise"),
            "noise",
            style.NOISE,
            (3.5, 0.03),
        ),
        (edm_weight(), "EDM", style.FOURTH, (-7.2, 0.12)),
    ):
        at_0 = np.interp(0, LOG_SNR, weight)
        right.plot(LOG_SNR, weight / at_0, color=colour)
        right.text(*place, name, color=colour)
    right.set(yscale="log", ylim=(0.01, 100), yticks=[0.01, 1, 100])
    right.set_yticks([0.01, 1, 100], ["0.01", "1", "100"])
    right.minorticks_off()
    right.set_title("its weight")
    for axes in (left, right):
        axes.set(xlim=(-9, 9), xticks=[-8, 0, 8])
        axes.set_xlabel("log SNR", fontsize=13)
    return figure
