"""How far the nearest training row is from test data and from draws."""

import numpy as np
import style
from scipy.spatial.distance import cdist
from scipy.stats import mannwhitneyu

N = 400


def score(x, y):
    u = mannwhitneyu(x, y, method="asymptotic").statistic
    n, m = len(x), len(y)
    return (u - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)


def draw():
    rng = np.random.default_rng(1)
    train, test, right = rng.normal(size=(3, N, 2))
    some = rng.normal(size=(N, 2))
    some[: N // 5] = train[: N // 5] + 0.004 * rng.normal(size=(N // 5, 2))
    all_copied = train + 0.02 * rng.normal(size=(N, 2))
    away = 1.7 * rng.normal(size=(N, 2))
    cases = (
        ("right", right),
        ("one in five copied", some),
        ("all copied, a bit moved", all_copied),
        ("too broad", away),
    )
    usual = cdist(test, train).min(axis=1)
    least = np.quantile(usual, 0.01)
    figure, axes = style.figure(7, 6.0, 4, 1, sharex=True)
    figure.get_layout_engine().set(hspace=0.05)
    edges = np.logspace(-3.4, 0.7, 42)
    for panel, (name, x) in zip(axes, cases, strict=True):
        near = cdist(x, train).min(axis=1)
        panel.hist(usual, edges, color=style.DATA, alpha=0.35)
        panel.hist(near, edges, color=style.NOISE, histtype="step",
                   linewidth=2)  # fmt: skip
        panel.axvline(least, color=style.INK, linestyle=":", linewidth=1.5)
        panel.set(xscale="log", xlim=(edges[0], edges[-1]), yticks=[])
        panel.minorticks_off()
        panel.set(ylim=(0, 1.15 * panel.get_ylim()[1]))
        panel.spines["left"].set_visible(False)
        text = f"$z$ = {score(near, usual):.1f}".replace("-", "−")
        copied = np.mean(near < least)
        panel.set_title(name, loc="left", fontsize=14)
        panel.set_title(f"{text}, copied {copied:.2f}", loc="right",
                        fontsize=14)  # fmt: skip
    axes[0].text(5e-4, 0.55 * axes[0].get_ylim()[1], "test data",
                 color=style.DATA, fontsize=14)  # fmt: skip
    axes[0].text(5e-4, 0.2 * axes[0].get_ylim()[1], "draws",
                 color=style.NOISE, fontsize=14)  # fmt: skip
    axes[-1].set_xlabel("distance to the nearest training row")
    return figure
