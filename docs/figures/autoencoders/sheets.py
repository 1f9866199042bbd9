"""One sheet bent through two classes of data, or a sheet for each."""

import numpy as np
import style
from scipy.special import ndtr

NOISE = 0.06  # of the likelihood


def class_curve(share, label):
    """The piece of a circle that a class lies on, for shares in [0, 1]."""
    turn = np.pi * (0.1 + 0.8 * share)
    if label == 0:
        return np.stack([-0.55 + np.cos(turn), 0.25 + np.sin(turn)], axis=-1)
    return np.stack([0.55 - np.cos(turn), -0.25 - np.sin(turn)], axis=-1)


def one_curve(share):
    """Through the first class and then the second, with a bridge between."""
    first = class_curve(np.clip(share / 0.44, 0, 1), 0)
    second = class_curve(np.clip((share - 0.56) / 0.44, 0, 1), 1)
    bridge = np.clip((share - 0.44) / 0.12, 0, 1)[..., None]
    return (1 - bridge) * first + bridge * second


def draw():
    rng = np.random.default_rng(1)
    z = rng.standard_normal(260)
    noise = NOISE * rng.standard_normal((260, 2))
    labels = np.arange(260) % 2
    figure, axes = style.figure(7, 3.7, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    share = np.linspace(0, 1, 300)
    left, right = axes
    curve = one_curve(share)
    left.plot(*curve.T, color=style.INK, linewidth=1.5)
    points = one_curve(ndtr(z)) + noise
    between = (ndtr(z) > 0.44) & (ndtr(z) < 0.56)
    style.dots(left, points[~between], 4, style.DATA, alpha=0.75)
    style.dots(left, points[between], 6.5, style.NOISE, zorder=4)
    left.set_title("$z$ alone: one curve", fontsize=15)
    for label, colour in enumerate((style.DATA, style.MODEL)):
        right.plot(*class_curve(share, label).T, color=style.INK, linewidth=1.5)
        here = labels == label
        points = class_curve(ndtr(z[here]), label) + noise[here]
        style.dots(right, points, 4, colour, alpha=0.75)
    right.text(-0.55, 0.72, "$y = 0$", color=style.DATA, fontsize=17,
               ha="center")  # fmt: skip
    right.text(0.55, -0.85, "$y = 1$", color=style.MODEL, fontsize=17,
               ha="center")  # fmt: skip
    right.set_title("$z$ and $y$: two curves", fontsize=15)
    for panel in axes:
        style.plane(panel, 1.8, labels=False)
        panel.set(xlabel="$x_1$", ylim=(-1.6, 1.6))
    left.set_ylabel("$x_2$", labelpad=2)
    return figure
