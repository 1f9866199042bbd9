"""Two clouds with their ellipses, and clouds that a few moments confuse."""

import numpy as np
import style

N = 240
ANGLES = np.linspace(0, 2 * np.pi, 200)


def ellipse(panel, x, colour, width=2.5, linestyle="-"):
    factor = np.linalg.cholesky(np.cov(x.T, bias=True))
    circle = np.array([np.cos(ANGLES), np.sin(ANGLES)])
    line = x.mean(axis=0)[:, None] + 2 * factor @ circle
    panel.plot(*line, color=colour, linewidth=width, linestyle=linestyle)


def root(c):
    values, vectors = np.linalg.eigh(c)
    return (vectors * np.sqrt(values)) @ vectors.T


def parts(x, y):
    """The two terms of the Fréchet distance."""
    c, c2 = np.cov(x.T, bias=True), np.cov(y.T, bias=True)
    half = root(c)
    spread = np.trace(c + c2) - 2 * np.trace(root(half @ c2 @ half))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2), spread


def whitened(x):
    x = x - x.mean(axis=0)
    return x @ np.linalg.inv(root(np.cov(x.T, bias=True)))


def symmetric(x):
    """As many rows again, turned by half a turn: no odd moments."""
    return whitened(np.concatenate([x, -x]))


def kernel(x, y):
    """The squared norm of the differences of three moments."""

    def mean(a, b):
        return np.mean((a @ b.T / 2 + 1) ** 3)

    return mean(x, x) + mean(y, y) - 2 * mean(x, y)


def draw():
    rng = np.random.default_rng(3)
    normal = symmetric(rng.normal(size=(N // 2, 2)))
    other = rng.normal(size=(N, 2)) @ np.array([[1.3, 0.3], [0.0, 0.45]])
    other = other + np.array([1.2, 0.9])
    corners = np.array([[0, 1.6], [-1.4, -0.8], [1.4, -0.8]])
    three = corners[np.arange(N) % 3] + 0.2 * rng.normal(size=(N, 2))
    corners = np.array([[1, 1], [-1, 1]])
    four = corners[np.arange(N // 2) % 2] + 0.2 * rng.normal(size=(N // 2, 2))
    cases = (
        ("moved and turned", other),
        ("three groups", whitened(three)),
        ("four groups", symmetric(four)),
    )
    figure, axes = style.figure(7, 3.5, 1, 3)
    figure.get_layout_engine().set(wspace=0.03)
    for panel, (name, x) in zip(axes, cases, strict=True):
        style.dots(panel, normal, 3.5, style.DATA, alpha=0.45)
        style.dots(panel, x, 3.5, style.NOISE, alpha=0.7)
        ellipse(panel, normal, style.DATA, 3.2)
        same = name != cases[0][0]
        ellipse(panel, x, style.NOISE, 2, (0, (3, 3)) if same else "-")
        style.plane(panel, 3.9, labels=False)
        panel.set_title(name, fontsize=14)
        means, spread = parts(x, normal)
        total = means + max(spread, 0)
        third = abs(kernel(x, normal))  # at least 0, but for rounding
        panel.set_xlabel(
            f"Fréchet {total:.2f}\nkernel {third:.2f}", fontsize=14
        )
    return figure
