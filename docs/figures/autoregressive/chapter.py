"""A digit, pixel by pixel: what is known, what is predicted, what it costs."""

import numpy as np
import style
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from next_pixel import digits
from next_pixel import fitted

SEEN = (18, 28, 44)  # how many pixels are known
EXAMPLE = 1503
COST = LinearSegmentedColormap.from_list(
    "cost", [to_rgba(style.NOISE, 0), to_rgba(style.NOISE, 1)]
)


def draw():
    data = digits()
    weights, bias = fitted(data[:1200])
    x = data[EXAMPLE]
    chance = 1 / (1 + np.exp(-(x @ weights + bias)))
    cost = -np.log(np.where(x == 1, chance, 1 - chance))
    figure, axes = style.figure(7, 2.6, 1, 4)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.03)
    for panel, seen in zip(axes, SEEN, strict=False):
        for i in range(64):
            row, column = divmod(i, 8)
            if i < seen:
                look = {"facecolor": style.DATA if x[i] else "none"}
            else:
                look = {"facecolor": style.FAINT, "alpha": 0.45}
            panel.add_patch(Rectangle((column, row), 1, 1, linewidth=0, **look))
        row, column = divmod(seen, 8)
        panel.add_patch(
            Rectangle((column, row), 1, 1, facecolor="none", zorder=3,
                      edgecolor=style.NOISE, linewidth=3)
        )  # fmt: skip
        percent = 100 * chance[seen]
        panel.set_title(f"ink next?\n{percent:.0f}%", color=style.NOISE)
    axes[3].pcolormesh(cost.reshape(8, 8), cmap=COST, vmin=0, vmax=2.5)
    axes[3].set_title(f"in all\n{cost.sum():.1f} nats", color=style.NOISE)
    for i in np.flatnonzero(x):
        row, column = divmod(i, 8)
        axes[3].plot(column + 0.5, row + 0.5, ".", color=style.DATA,
                     markersize=5)  # fmt: skip
    for panel in axes:
        panel.add_patch(
            Rectangle((0, 0), 8, 8, facecolor="none", edgecolor=style.INK)
        )
        panel.set(xlim=(-0.2, 8.2), ylim=(8.2, -0.2), aspect="equal")
        panel.set_axis_off()
    return figure
