"""Two codes that can be read without an error, and mean different things."""

import numpy as np
import style

COLOURS = (style.DATA, style.NOISE, style.MODEL)


def draw():
    rng = np.random.default_rng(0)
    angles = np.pi / 2 + 2 * np.pi * np.arange(3) / 3
    centres = 1.55 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    kind = np.repeat(np.arange(3), 150)
    offset = 0.42 * rng.standard_normal((450, 2))
    x = centres[kind] + offset
    # Of a round normal, one third each is within, between and beyond these.
    limits = 0.42 * np.sqrt(-2 * np.log([2 / 3, 1 / 3]))
    ring = np.searchsorted(limits, np.linalg.norm(offset, axis=1))
    figure, axes = style.figure(7, 3.75, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    for panel, code, title in (
        (axes[0], kind, "the code is the cluster"),
        (axes[1], ring, "the code is the distance\nfrom a centre"),
    ):
        for value, colour in enumerate(COLOURS):
            style.dots(panel, x[code == value], 4.5, colour)
        panel.set(title=title, aspect="equal", xticks=[], yticks=[])
        panel.set(xlim=(-2.9, 2.9), ylim=(-2.2, 3.0))
        panel.set_xlabel("$x_1$", labelpad=2)
    axes[0].set_ylabel("$x_2$", labelpad=2)
    for value, colour in enumerate(COLOURS):
        axes[0].text(-2.8, 2.5 - 0.5 * value, f"$c = {value}$", color=colour,
                     fontsize=15)  # fmt: skip
    return figure
