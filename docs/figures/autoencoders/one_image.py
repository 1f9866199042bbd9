"""One digit in the plane of codes: prior, posterior, draws, decoded."""

import numpy as np
import style
from matplotlib.patches import Ellipse
from sklearn.datasets import load_digits

EXAMPLE = 0
SHOWN = 6


def fitted(x):
    """Probabilistic principal components: the most likely W, b and s^2."""
    mean = x.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = values[2:].mean()
    return vectors[:, :2] * np.sqrt(values[:2] - noise), mean, noise


def image(panel, x):
    panel.pcolormesh(
        np.clip(x, 0, 1).reshape(8, 8),
        cmap=style.DENSITY, vmin=0, vmax=1, linewidth=0,
    )  # fmt: skip
    panel.invert_yaxis()
    panel.set(aspect="equal", xticks=[], yticks=[])
    for side in ("top", "right"):
        panel.spines[side].set_visible(True)


def draw():
    digits = load_digits().data / 16
    weights, mean, noise = fitted(digits)
    inner = weights.T @ weights + noise * np.eye(2)
    codes = np.linalg.solve(inner, weights.T @ (digits - mean).T).T
    widths = np.sqrt(noise / np.diag(inner))  # the columns are orthogonal
    rng = np.random.default_rng(0)
    draws = codes[EXAMPLE] + widths * rng.standard_normal((SHOWN, 2))
    figure = style.plt.figure(figsize=(7, 3.5))
    panels = figure.subplot_mosaic(
        [["x", "z", "a", "b"], ["x", "z", "c", "d"], ["x", "z", "e", "f"]],
        width_ratios=(1.5, 3.1, 0.9, 0.9),
    )
    figure.get_layout_engine().set(w_pad=0.04, wspace=0.02)
    image(panels["x"], digits[EXAMPLE])
    panels["x"].set_title("image", fontsize=14)
    plane = panels["z"]
    for radius in (1, 2):
        plane.add_patch(
            Ellipse((0, 0), 2 * radius, 2 * radius, facecolor="none",
                    edgecolor=style.NOISE, linewidth=1.5)
        )  # fmt: skip
    style.dots(plane, codes[::6], 2.5, style.FAINT)
    for radius in (1, 2):
        plane.add_patch(
            Ellipse(codes[EXAMPLE], *(2 * radius * widths), facecolor="none",
                    edgecolor=style.DATA, linewidth=2)
        )  # fmt: skip
    style.dots(plane, draws, 5, style.MODEL, zorder=4)
    plane.text(-2.6, 1.95, "prior", color=style.NOISE, fontsize=14)
    plane.text(0.55, -2.3, "posterior", color=style.DATA, fontsize=14)
    style.plane(plane, 2.75, labels=False)
    plane.set_title("codes", fontsize=14)
    for name, z in zip("abcdef", draws, strict=True):
        image(panels[name], weights @ z + mean)
    panels["a"].set_title("decoded draws", fontsize=14, loc="left")
    return figure
