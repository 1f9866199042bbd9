"""Passes over all pixels: what is right after each, for two models."""

import numpy as np
import style
from matplotlib.patches import PathPatch
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from sklearn.datasets import load_digits

SEED = 5


def fitted(x):
    """A logistic regression for each pixel on all pixels before it."""
    before = np.triu(np.ones((64, 64), "f"), 1)
    weights, bias = np.zeros((64, 64), "f"), np.zeros(64, "f")
    speed, speed_of_bias = 0.0, 0.0
    for _ in range(120):
        gap = 1 / (1 + np.exp(-(x @ weights + bias))) - x
        slope = before * (x.T @ gap / len(x) + 3e-3 * weights)
        speed = 0.9 * speed - 0.3 * slope
        speed_of_bias = 0.9 * speed_of_bias - 0.3 * gap.mean(axis=0)
        weights, bias = weights + speed, bias + speed_of_bias
    return weights, bias


def chain():
    """Each pixel is nearly surely the opposite of the one before it."""
    weights = np.diag(np.full(63, -60.0), 1)
    return weights, np.full(64, 30.0)


def passes(weights, bias, noise):
    """All iterates, from zeros to the pass that changes nothing."""
    seen = [np.zeros(64)]
    while len(seen) <= 64:
        x = (noise < 1 / (1 + np.exp(-(seen[-1] @ weights + bias)))) + 0.0
        seen.append(x)
        if np.array_equal(*seen[-2:]):
            break
    return seen


def draw():
    noise = np.random.default_rng(SEED).random(64)
    digits = (load_digits().data >= 8).astype("float32")
    figure, axes = style.figure(7, 3.5, 2, 6)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.02, h_pad=0.03)
    models = fitted(digits), chain()
    for row, (model, steps) in enumerate(
        zip(models, ((1, 2, 3, 4, 5, -1), (1, 8, 16, 32, 48, -1)), strict=True)
    ):
        seen = passes(*model, noise)
        for panel, step in zip(axes[row], steps, strict=True):
            step = len(seen) - 1 if step < 0 else step
            image(panel, seen[step], seen[-1], step)
            name = f"pass {step}" if panel is axes[row, 0] else f"{step}"
            panel.set_title(name, fontsize=14)
    return figure


def squares(panel, where, **look):
    """Pixels that look alike, in one path."""
    corner = np.argwhere(where.reshape(8, 8))[:, None, ::-1]
    if len(corner):
        square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
        corner = corner + 0.08 + 0.84 * np.array(square)
        codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
        path = Path(corner.reshape(-1, 2), codes * len(where[where]))
        panel.add_patch(PathPatch(path, **look))


def image(panel, x, final, step):
    wrong = x != final
    squares(panel, ~wrong & (x == 1), facecolor=style.DATA, linewidth=0)
    edge = {"edgecolor": style.NOISE, "linewidth": 1.5}
    squares(panel, wrong & (x == 1), facecolor=style.NOISE, **edge)
    squares(panel, wrong & (x == 0), facecolor="none", **edge)
    panel.add_patch(
        Rectangle((0, 0), 8, 8, facecolor="none", edgecolor=style.FAINT)
    )
    # The border of what the theorem promises.
    row, column = divmod(min(step, 64), 8)
    line = [(8, row), (column, row), (column, row + 1), (0, row + 1)]
    if column == 0:
        line = [(0, row), (8, row)]
    panel.plot(*zip(*line, strict=True), color=style.MODEL, linewidth=2,
               zorder=4)  # fmt: skip
    panel.set(xlim=(-0.2, 8.2), ylim=(8.3, -0.3), aspect="equal")
    panel.set_axis_off()
