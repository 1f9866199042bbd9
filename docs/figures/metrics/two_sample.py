"""What the best and a weak classifier make of two densities."""

import numpy as np
import style

X = np.linspace(-5, 5, 2001)


def normal(x, mean, scale):
    return np.exp(-0.5 * ((x - mean) / scale) ** 2) / scale / np.sqrt(2 * np.pi)


def integral(values):
    return values.sum() * (X[1] - X[0])


def draw():
    p = normal(X, 0, 1.4)
    q = 0.5 * normal(X, -1.2, 0.7) + 0.5 * normal(X, 1.2, 0.7)
    best = q > p
    # One threshold: samples on the right, data on the left, at its best.
    accuracy = [
        0.5 * (integral(p * (t >= X)) + integral(q * (t < X))) for t in X[::20]
    ]
    figure, (above, below) = style.figure(7, 4.9, 2, 1, sharex=True,
                                          height_ratios=(3, 1.5))  # fmt: skip
    figure.get_layout_engine().set(hspace=0.04)
    above.fill_between(X[::8], np.minimum(p, q)[::8], color=style.FAINT,
                       alpha=0.5, linewidth=0)  # fmt: skip
    above.plot(X[::8], p[::8], color=style.DATA)
    above.plot(X[::8], q[::8], color=style.NOISE)
    above.set(yticks=[], ylim=(0, 0.38), xlim=(-4.4, 4.4))
    above.spines["left"].set_visible(False)
    above.text(-4.3, 0.14, "data", color=style.DATA, fontsize=15)
    above.text(1.9, 0.27, "draws", color=style.NOISE, fontsize=15)
    above.text(0, 0.06, "overlap", ha="center", fontsize=15)
    total = 0.5 * integral(abs(p - q))
    right = 0.5 + 0.5 * total
    threshold = X[::20][np.argmax(accuracy)]
    for place, (regions, name, value) in enumerate(
        (
            (best, "best", right),
            (threshold < X, "one threshold", max(accuracy)),
        )
    ):
        for colour, there in ((style.NOISE, regions), (style.DATA, ~regions)):
            below.fill_between(X[::4], -place - 0.22, -place + 0.22,
                               where=there[::4], color=colour, alpha=0.6,
                               linewidth=0)  # fmt: skip
        below.text(0, -place + 0.25, f"{name}: accuracy {value:.3f}",
                   ha="center", va="bottom", fontsize=14)  # fmt: skip
    below.set(ylim=(-1.3, 0.8), yticks=[], xlabel="feature")
    below.spines["left"].set_visible(False)
    return figure
