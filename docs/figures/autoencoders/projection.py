"""Reconstructions lie on a line, on the best line, or on a curve."""

import numpy as np
import style

BEND = 0.42
NOISE = 0.16
SHOWN = 34


def points():
    rng = np.random.default_rng(2)
    along = rng.uniform(-2, 2, 600)
    x = np.stack([along, BEND * along**2 + 0.45 * along], axis=1)
    x = x + NOISE * rng.standard_normal(x.shape)
    return x - x.mean(axis=0), x.mean(axis=0)


def onto_line(x, angle):
    axis = np.array([np.cos(angle), np.sin(angle)])
    return (x @ axis)[:, None] * axis


def onto_curve(x, offset):
    """The nearest of many points on the curve that the data were made of."""
    t = np.linspace(-2.6, 2.6, 2000)
    curve = np.stack([t, BEND * t**2 + 0.45 * t], axis=1) - offset
    nearest = np.argmin(np.sum((x[:, None] - curve) ** 2, axis=2), axis=1)
    return curve[nearest], curve


def draw():
    x, offset = points()
    values, vectors = np.linalg.eigh(np.cov(x.T))
    best = np.arctan2(*vectors[::-1, -1])
    figure, axes = style.figure(7, 3.0, 1, 3)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.03)
    far = np.linspace(-4, 4, 2)[:, None]
    on_curve, curve = onto_curve(x, offset)
    cases = []
    for name, angle in (("some line", best - 0.9), ("best line", best)):
        line = far * np.array([np.cos(angle), np.sin(angle)])
        cases.append((name, onto_line(x, angle), line))
    cases.append(("a curve", on_curve, curve))
    for panel, (name, again, line) in zip(axes, cases, strict=True):
        error = np.mean(np.sum((x - again) ** 2, axis=1))
        panel.plot(*line.T, color=style.MODEL)
        for start, end in zip(x[:SHOWN], again[:SHOWN], strict=True):
            ends = np.stack([start, end], axis=1)
            panel.plot(*ends, color=style.NOISE, linewidth=1.3)
        style.dots(panel, x[:SHOWN], 6, style.DATA, zorder=3)
        style.plane(panel, 2.75, labels=False)
        panel.set_ylim(-1.5, 2.9)
        panel.set_title(f"{name}\nerror {error:.2f}", fontsize=14)
    return figure
