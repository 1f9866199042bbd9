"""The estimate of a small divergence, for one draw and for many."""

import numpy as np
import style
from scipy.stats import norm

SHIFT = 0.2  # q = N(0.2, 1), p = N(0, 1): a divergence of 0.02 nats
COUNTS = (1, 100, 1000)


def draw():
    mean = SHIFT**2 / 2
    figure, axes = style.figure(7, 3.3, 1, 3)
    figure.get_layout_engine().set(wspace=0.04)
    for panel, count in zip(axes, COUNTS, strict=True):
        # log q(z) - log p(z) = SHIFT * noise + SHIFT^2 / 2, exactly.
        spread = SHIFT / np.sqrt(count)
        x = np.linspace(mean - 3.4 * spread, mean + 3.4 * spread, 300)
        density = norm.pdf(x, mean, spread) * spread
        panel.fill_between(
            x, density, where=x <= 0, color=style.NOISE, alpha=0.45,
            linewidth=0,
        )  # fmt: skip
        panel.plot(x, density, color=style.DATA)
        panel.axvline(mean, color=style.INK, linewidth=1.2, linestyle=":")
        panel.axvline(0, color=style.INK, linewidth=1.2)
        below = norm.cdf(0, mean, spread)
        title = "one draw" if count == 1 else f"mean of {count:,}"
        share = f"{below:.0%}" if below > 0.01 else f"{below:.2%}"
        panel.set_title(f"{title}\n{share} negative", fontsize=15)
        panel.set(ylim=(0, 0.46), yticks=[])
        panel.set_xlim(x[0], x[-1])
        panel.spines["left"].set_visible(False)
        panel.set_xlabel("nats")
    axes[0].set_xticks((-0.5, 0, 0.5), ["−0.5", "0", "0.5"])
    axes[1].set_xticks((0, 0.05), ["0", "0.05"])
    axes[2].set_xticks((0, 0.02, 0.04), ["0", "0.02", "0.04"])
    return figure
