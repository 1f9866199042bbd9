"""Spikes on levels grow for ever, steps do not."""

import numpy as np
import style
from scipy.stats import norm

SHARES = np.array([0.4, 0.1, 0.2, 0.3])
WIDTHS = (0.06, 0.025, 0.012)


def draw():
    figure, (left, right) = style.figure(7, 3.1, 1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.06)
    places = np.arange(4) / 3
    colours = (style.FAINT, style.MODEL, style.NOISE)
    x = np.unique(
        np.concatenate(
            [np.linspace(-0.2, 1.2, 61)]
            + [p + np.linspace(-0.2, 0.2, 101) * 0.6 for p in places]
        )
    )
    for width, colour in zip(WIDTHS, colours, strict=True):
        each = [
            share * norm.pdf(x, place, width)
            for share, place in zip(SHARES, places, strict=True)
        ]
        left.plot(x, sum(each), color=colour, linewidth=1.5)
    for place in places:
        left.plot(
            place, -0.25, "o", color=style.DATA, markersize=5, clip_on=False
        )
    left.set(title="a density of levels", xlabel="$x$", xlim=(-0.2, 1.2))
    left.set_xticks(places, ["0", "1/3", "2/3", "1"])
    for k, share in enumerate(SHARES):
        right.fill_between(
            [k / 4, (k + 1) / 4],
            4 * share,
            color=style.DATA,
            alpha=0.75 if k % 2 == 0 else 0.45,
            linewidth=0,
        )
        right.text(
            (k + 0.5) / 4,
            4 * share + 0.25,
            f"$P({k})$",
            ha="center",
            fontsize=14,
        )
    right.set(title="after uniform noise", xlabel="$(k + u) / 4$")
    right.set(xlim=(-0.1, 1.1), ylim=(-0.25, 8))
    right.set_xticks(np.arange(5) / 4, ["0", "1/4", "2/4", "3/4", "1"])
    for panel in (left, right):
        panel.set_yticks([])
        panel.spines["left"].set_visible(False)
        panel.spines["bottom"].set_position(("data", -0.25))
    return figure
