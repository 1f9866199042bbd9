"""Chains of a standard normal density, with short, long and too long steps."""

import numpy as np
import style

SIZES = (0.1, 3.0, 4.4)
NUM_STEPS = 120
EXTENT = 5.5


def chains(eta, num_chains=3):
    rng = np.random.default_rng(2)
    x = np.array([-4.0, 0.0, 4.0])[:num_chains]
    path = [x]
    for _ in range(NUM_STEPS):
        x = x - eta / 2 * x + np.sqrt(eta) * rng.standard_normal(x.shape)
        path.append(x)
    return np.array(path)


def draw():
    figure, axes = style.figure(7, 3.2, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.04)
    for panel, eta in zip(axes, SIZES, strict=True):
        for wide, shade in ((2, 0.18), (1, 0.18)):
            panel.axhspan(
                -wide, wide, color=style.DATA, alpha=shade, linewidth=0
            )
        path = chains(eta)
        if eta > 4:
            path = path[:31, 1:2]
        for line, colour in zip(
            path.T, (style.NOISE, style.MODEL, style.FOURTH), strict=False
        ):
            panel.plot(line, color=colour, linewidth=1.1)
        title = f"$\\eta = {eta:.1f}$"
        if eta < 4:
            deviation = (1 - eta / 4) ** -0.5
            for side in (-2, 2):
                panel.axhline(
                    side * deviation, color=style.INK, ls=":", linewidth=1.5
                )
            title += f", deviation {deviation:.2f}"
        else:
            title += ", no limit"
        last = len(path) - 1
        panel.set(title=title, xlim=(0, last), ylim=(-EXTENT, EXTENT))
        panel.set(xlabel="steps", xticks=[0, last // 2, last], yticks=[])
    axes[0].set_ylabel("$x$")
    return figure
