"""A digit, eight numbers, and the digit again: principal components."""

import numpy as np
import style
from matplotlib.patches import Polygon
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

CODE = 8
EXAMPLE = 3


def image(panel, x):
    panel.pcolormesh(
        x.reshape(8, 8), cmap=style.DENSITY, vmin=0, vmax=1, linewidth=0
    )
    panel.invert_yaxis()
    panel.set(aspect="equal", xticks=[], yticks=[])
    for side in ("top", "right"):
        panel.spines[side].set_visible(True)


def network(panel, name, narrow_right):
    wide, narrow = (-1.0, 1.0), (-0.45, 0.45)
    left, right = (wide, narrow) if narrow_right else (narrow, wide)
    corners = [(0, left[0]), (0, left[1]), (1, right[1]), (1, right[0])]
    panel.add_patch(
        Polygon(corners, facecolor="none", edgecolor=style.MODEL, linewidth=2)
    )
    panel.text(0.5, 0, name, ha="center", va="center", color=style.MODEL,
               fontsize=15)  # fmt: skip
    panel.set(xlim=(-0.05, 1.05), ylim=(-1.05, 1.05))
    panel.set_axis_off()


def draw():
    digits = load_digits().data / 16
    pca = PCA(CODE, svd_solver="full").fit(digits)
    x = digits[EXAMPLE]
    code = pca.transform(x[None])[0]
    again = np.clip(pca.inverse_transform(code[None])[0], 0, 1)
    figure, axes = style.figure(
        7, 2.5, 1, 5, width_ratios=(1.5, 1.3, 1.0, 1.3, 1.5)
    )
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.01)
    image(axes[0], x)
    image(axes[4], again)
    network(axes[1], "encoder", True)
    network(axes[3], "decoder", False)
    axes[2].barh(np.arange(CODE), code, color=style.NOISE, height=0.7)
    axes[2].axvline(0, color=style.INK, linewidth=1)
    axes[2].set(ylim=(-3, CODE + 2))
    axes[2].set_axis_off()
    for panel, name in zip(
        axes[::2], ("64 pixels", "8 numbers", "64 pixels"), strict=True
    ):
        panel.set_title(name, fontsize=14)
    return figure
