"""The same three draws of noise, moved by two means and scales."""

import numpy as np
import style

NOISE = np.array([-1.1, 0.35, 1.6])
CASES = (
    (r"$\mu = -0.5,\ \sigma = 1$", (-0.5, 1.0)),
    (r"$\mu = 1.5,\ \sigma = 0.5$", (1.5, 0.5)),
)
X = np.linspace(-4, 4, 400)


def bell(mean, scale):
    return 0.65 / scale * np.exp(-0.5 * ((X - mean) / scale) ** 2)


def draw():
    figure, axes = style.figure(7, 4.0, 1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.04)
    for panel, (title, (mean, scale)) in zip(axes, CASES, strict=True):
        top, bottom = 2.6, 0.0
        panel.fill_between(
            X, top, top + bell(0, 1), color=style.NOISE, alpha=0.3, linewidth=0
        )
        panel.fill_between(
            X, bottom, bottom - bell(mean, scale), color=style.MODEL,
            alpha=0.3, linewidth=0,
        )  # fmt: skip
        for level, colour in ((top, style.NOISE), (bottom, style.MODEL)):
            panel.axhline(level, color=colour, linewidth=1.5)
        for start in NOISE:
            end = mean + scale * start
            style.arrow(panel, (start, top), (end, bottom + 0.06), style.INK)
            style.dots(panel, np.array([[start, top]]), 9, style.NOISE)
            style.dots(panel, np.array([[end, bottom]]), 9, style.MODEL)
        panel.set(xlim=(-3.6, 3.6), ylim=(-1.4, 4.0))
        panel.set_title(title, fontsize=15)
        panel.set_axis_off()
    axes[0].text(-3.5, 2.72, r"$\varepsilon$", color=style.NOISE, fontsize=19)
    axes[0].text(-3.5, -0.12, "$z$", color=style.MODEL, va="top", fontsize=19)
    return figure
