"""One code of a linear decoder, one coordinate at a time."""

import numpy as np
import style
from sklearn.datasets import load_digits

COMPONENTS, SHOWN = 8, 3
VALUES = np.arange(-3, 4)


def draw():
    x = load_digits().data / 16
    mean = x.mean(axis=0)
    _, spread, axes_ = np.linalg.svd(x - mean, full_matrices=False)
    # Codes with variance one: a coordinate is in standard deviations.
    weights = (spread[:COMPONENTS, None] / np.sqrt(len(x))) * axes_[:COMPONENTS]
    code = np.linalg.lstsq(weights.T, x[0] - mean, rcond=None)[0]
    figure, axes = style.figure(7, 3.6, SHOWN, len(VALUES))
    figure.get_layout_engine().set(wspace=0.02, hspace=0.02, w_pad=0.01)
    for j in range(SHOWN):
        nearest = np.argmin(abs(VALUES - code[j]))
        for i, value in enumerate(VALUES):
            moved = code.copy()
            moved[j] = value
            image = mean + moved @ weights
            panel = axes[j, i]
            panel.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            panel.set(xticks=[], yticks=[])
            panel.spines[:].set_visible(True)
            panel.spines[:].set_color(
                style.NOISE if i == nearest else style.FAINT
            )
            panel.spines[:].set_linewidth(3 if i == nearest else 1)
            if j == 0:
                panel.set_title(f"{value:+d}".replace("-", "−")
                                if value else "0", fontsize=14)  # fmt: skip
        axes[j, 0].set_ylabel(f"$z_{j + 1}$", fontsize=17, rotation=0,
                              labelpad=14, va="center")  # fmt: skip
    return figure
