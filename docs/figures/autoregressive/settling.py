"""Passes over all pixels: what is right after each, for two models."""

import numpy as np
import pixels
import style
from matplotlib.patches import Rectangle
from next_pixel import digits
from next_pixel import fitted

SEED = 5
INSET = 0.08  # between pixels


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
    figure, axes = style.figure(7, 3.5, 2, 6)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.02, h_pad=0.03)
    models = fitted(digits()), chain()
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


def image(panel, x, final, step):
    x, final = x.reshape(8, 8), final.reshape(8, 8)
    wrong = x != final
    pixels.squares(panel, ~wrong & (x == 1), INSET, facecolor=style.DATA)
    edge = {"edgecolor": style.NOISE, "linewidth": 1.5}
    pixels.squares(
        panel, wrong & (x == 1), INSET, facecolor=style.NOISE, **edge
    )
    pixels.squares(panel, wrong & (x == 0), INSET, facecolor="none", **edge)
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
