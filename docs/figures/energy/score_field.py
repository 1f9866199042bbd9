"""A density in the plane, its score, and chains that follow the score."""

import numpy as np
import style
from mixture import Mixture

MODEL = Mixture([[-1.3, -0.5], [0.9, -0.9], [0.5, 1.2]], 0.55, [0.4, 0.3, 0.3])
EXTENT = 2.6
STEP, STEPS = 0.05, 60
STARTS = np.array([[-2.2, 2.2], [2.3, 0.3], [-0.4, -2.4]])


def score(x):
    gap, _ = MODEL.terms(x, 0.0)
    share = MODEL.posterior(x, 0.0)
    return -np.sum(share[..., None] * gap, axis=1) / MODEL.scale**2


def chains(rng):
    """Steps of Langevin dynamics: `(STEPS + 1, chains, 2)`."""
    x, path = STARTS, [STARTS]
    for _ in range(STEPS):
        noise = rng.standard_normal(x.shape)
        x = x + STEP / 2 * score(x) + np.sqrt(STEP) * noise
        path.append(x)
    return np.array(path)


def draw():
    figure, (left, right) = style.figure(7, 3.5, 1, 2)
    side = np.linspace(-EXTENT, EXTENT, 101)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    density = np.exp(MODEL.log_prob(grid)).reshape(101, 101)
    for panel in (left, right):
        panel.imshow(
            density,
            extent=(-EXTENT, EXTENT, -EXTENT, EXTENT),
            origin="lower",
            cmap=style.DENSITY,
            alpha=0.75,
            interpolation="bilinear",
        )
        style.plane(panel, EXTENT)
    coarse = np.linspace(-2.3, 2.3, 10)
    places = np.stack(np.meshgrid(coarse, coarse), axis=-1).reshape(-1, 2)
    arrows = score(places)
    arrows /= np.sqrt(np.linalg.norm(arrows, axis=1, keepdims=True))
    left.quiver(
        *places.T,
        *arrows.T,
        color=style.INK,
        angles="xy",
        scale_units="xy",
        scale=6.5,
        width=0.008,
        headwidth=4.5,
        headlength=4.5,
        headaxislength=4,
    )
    left.set_title("the score")
    colours = style.NOISE, style.MODEL, style.FOURTH
    paths = chains(np.random.default_rng(8)).transpose(1, 2, 0)
    for path, colour in zip(paths, colours, strict=True):
        right.plot(*path, color=colour, linewidth=1.1)
        right.plot(*path[:, 0], "o", markersize=7, color=colour)
        right.plot(*path[:, 1:], "o", markersize=2.5, color=colour)
    right.set_title("three chains")
    return figure
