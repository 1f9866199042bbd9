"""A component shrinks onto one example, and the likelihood has no end."""

import numpy as np
import style
from scipy.stats import norm

FLOOR = 1e-3


def draw():
    figure, (left, right) = style.figure(7, 3.1, 1, 2)
    figure.get_layout_engine().set(w_pad=0.05, wspace=0.06)
    x = np.sort(np.random.default_rng(3).standard_normal(20))
    chosen = x[12]

    def log_prob(at, scale):
        wide = np.log(0.8) + norm.logpdf(at, x.mean(), x.std())
        narrow = np.log(0.2) + norm.logpdf(at, chosen, scale)
        return np.logaddexp(wide, narrow)

    line = np.sort(np.append(np.linspace(-3, 3, 400), chosen))
    near = chosen + np.linspace(-0.2, 0.2, 201)
    line = np.union1d(line, near)
    for scale, colour in (
        (0.5, style.FOURTH),
        (0.1, style.DATA),
        (0.02, style.NOISE),
    ):
        left.plot(line, np.exp(log_prob(line, scale)), color=colour)
    style.dots(left, np.stack([x, np.full(20, -0.15)], axis=1), 5, style.INK)
    left.set(ylim=(-0.35, 4.6), yticks=[], xticks=[], xlabel="$x$")
    left.set_ylabel("density")
    places = (-2.9, 1.2, 2.9)
    names = ("$\\sigma=0.5$", "$\\sigma=0.1$", "$\\sigma=0.02$")
    colours = (style.FOURTH, style.DATA, style.NOISE)
    for place, name, colour in zip(
        (0.75, 1.6, 3.9), names, colours, strict=True
    ):
        left.text(places[0], place, name, color=colour)
    scales = np.geomspace(1, 1e-8, 161)
    for floor, colour in ((0, style.NOISE), (FLOOR, style.MODEL)):
        values = [log_prob(x, np.sqrt(s**2 + floor)).mean() for s in scales]
        right.plot(scales, values, color=colour)
    right.set(xscale="log", xlabel=r"$\sigma$ of the narrow one")
    right.set_xticks([1, 1e-4, 1e-8])
    right.invert_xaxis()
    right.set_title("mean log-likelihood, nats")
    right.text(2e-5, -1.2, "no floor", color=style.NOISE, ha="right")
    right.text(3e-5, -1.44, "with a floor", color=style.MODEL)
    return figure
