"""A generator moves noise towards data; the best discriminator gives way."""

import numpy as np
import style
from scipy.stats import norm

X = np.linspace(-4.2, 4.2, 301)
STAGES = ((0.0, "at first"), (0.6, "later"), (1.0, "at the end"))
LINES = norm.ppf((np.arange(13) + 0.5) / 13)


def density(x):
    """Of the data: two heaps."""
    return 0.6 * norm.pdf(x, 1.3, 0.55) + 0.4 * norm.pdf(x, -1.2, 0.5)


def quantile(share):
    cumulative = 0.6 * norm.cdf(X, 1.3, 0.55) + 0.4 * norm.cdf(X, -1.2, 0.5)
    return np.interp(share, cumulative, X)


def generated(z, stage):
    """The generator: on the way from a normal at the left to the data."""
    return (1 - stage) * (0.75 * z - 1.4) + stage * quantile(norm.cdf(z))


def draw():
    figure, axes = style.figure(7, 3.7, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.02)
    z = np.linspace(-4, 4, 4001)
    for panel, (stage, title) in zip(axes, STAGES, strict=True):
        made = generated(z, stage)
        slope = np.gradient(made, z)
        p_model = np.interp(X, made, norm.pdf(z) / slope, left=0, right=0)
        p_data = density(X)
        best = p_data / (p_data + p_model + 1e-9)
        shown = p_data + p_model > 1e-2
        panel.fill_between(X, p_data, color=style.DATA, alpha=0.25, linewidth=0)
        panel.plot(X, p_data, color=style.DATA)
        panel.plot(X, p_model, color=style.MODEL)
        panel.plot(X[shown], best[shown], color=style.NOISE)
        panel.plot([-4, 4], [-0.6, -0.6], color=style.FAINT, linewidth=1)
        panel.plot([-4, 4], [0, 0], color=style.FAINT, linewidth=1)
        for start in LINES:
            end = generated(start, stage)
            panel.plot(
                [1.6 * start, end], [-0.6, 0], color=style.MODEL,
                linewidth=0.9, alpha=0.8,
            )  # fmt: skip
        panel.set(xlim=(-4.2, 4.2), ylim=(-0.78, 1.2), xticks=[], yticks=[])
        panel.set_title(title)
        for side in ("left", "bottom"):
            panel.spines[side].set_visible(False)
    axes[0].text(-4.1, -0.76, "$z$", fontsize=16)
    axes[0].text(-4.1, 0.04, "$x$", fontsize=16)
    axes[0].text(0.3, 1.06, "$D(x)$", color=style.NOISE, fontsize=16)
    axes[0].text(1.5, 0.5, "data", color=style.DATA)
    axes[0].text(-3.9, 0.57, "samples", color=style.MODEL)
    axes[2].text(1.2, 0.56, r"$D = \frac{1}{2}$", color=style.NOISE,
                 fontsize=16, ha="left")  # fmt: skip
    return figure
