"""The rate-distortion curve of a normal vector, and the price beta."""

import numpy as np
import style

VARIANCES = np.array([4.0, 2.0, 1.0, 0.5, 0.25, 0.12])
NOISE = 0.25  # the variance s^2 of the likelihood
PRICES = (0.25, 1, 4)


def terms(beta):
    """Rate and distortion in nats, of the best linear VAE; the distortion
    without its constant."""
    level = np.asarray(beta)[..., None] * NOISE
    rate = 0.5 * np.maximum(np.log(VARIANCES / level), 0).sum(axis=-1)
    distortion = np.minimum(level, VARIANCES).sum(axis=-1) / (2 * NOISE)
    return rate, distortion


def draw():
    beta = np.geomspace(0.02, 30, 500)
    rate, distortion = terms(beta)
    figure, (left, right) = style.figure(7, 3.7, 1, 2, width_ratios=(1.25, 1))
    figure.get_layout_engine().set(wspace=0.04)
    left.plot(rate, distortion, color=style.DATA, linewidth=2.5)
    for price, colour in zip(
        PRICES, (style.FOURTH, style.MODEL, style.NOISE), strict=True
    ):
        r, d = terms(price)
        reach = np.array([-1.7, 1.7]) / np.sqrt(1 + (0.6 * price) ** 2)
        left.plot(r + reach, d - price * reach, color=colour, linewidth=1.8)
        style.dots(left, np.array([[r, d]]), 10, colour, zorder=4)
        left.annotate(
            rf"$\beta = {price}$", (r, d), (10, 9), textcoords="offset points",
            color=colour, fontsize=15,
        )  # fmt: skip
        style.dots(right, np.array([[np.log2(price), r + d]]), 10, colour,
                   zorder=4)  # fmt: skip
    left.set(xlim=(0, 9.5), ylim=(0, 14), xlabel="rate (nats)")
    left.set_ylabel("distortion (nats)")
    right.plot(np.log2(beta), rate + distortion, color=style.DATA)
    right.set(xlim=(-3.2, 3.2), ylim=(5.8, 11))
    right.set_xticks((-2, 0, 2), ["¼", "1", "4"])
    right.set(xlabel=r"$\beta$")
    right.set_title("minus the ELBO (nats)", fontsize=14)
    return figure
