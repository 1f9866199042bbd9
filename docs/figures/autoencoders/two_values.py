"""A pixel that is 0 or 1, with noise: its density and the best denoiser."""

import numpy as np
import style

SCALES = (0.2, 0.4, 1.0)
X = np.linspace(-1.2, 2.2, 400)


def draw():
    figure, axes = style.figure(
        7, 4.2, 2, 3, sharex=True, sharey="row", height_ratios=(1, 1.4)
    )
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03, hspace=0.03)
    for column, scale in zip(axes.T, SCALES, strict=True):
        density, curve = column
        parts = [
            np.exp(-((X - value) ** 2) / (2 * scale**2)) / scale
            for value in (0, 1)
        ]
        weight = sum(parts) / np.sqrt(8 * np.pi)
        density.fill_between(
            X, weight, color=style.DATA, alpha=0.3, linewidth=0
        )
        density.plot(X, weight, color=style.DATA)
        density.set_title(rf"$\sigma = {scale}$", fontsize=15)
        density.set(yticks=[], ylim=(0, None))
        repaired = 1 / (1 + np.exp(-(X - 0.5) / scale**2))
        curve.plot(X, X, color=style.FAINT, linestyle="--")
        for level in (0, 1):
            curve.axhline(level, color=style.FAINT, linewidth=1)
        curve.plot(X, repaired, color=style.MODEL, linewidth=2.5)
        start = np.array([-0.75, 0.25, 0.75, 1.75])
        end = 1 / (1 + np.exp(-(start - 0.5) / scale**2))
        for a, b in zip(start, end, strict=True):
            style.arrow(curve, (a, a), (a, b), style.NOISE, width=1.5)
        curve.set(ylim=(-0.95, 1.95), yticks=(0, 1), xticks=(0, 1))
        curve.set_xlabel(r"noisy pixel $\tilde x$", fontsize=14)
    axes[0, 0].set_ylabel("density", fontsize=14)
    axes[1, 0].set_ylabel("repaired", fontsize=14)
    return figure
