"""Where codes live in six models: sketches of a code of two numbers."""

import numpy as np
import style
from matplotlib.patches import Ellipse
from scipy.spatial import Voronoi

EXTENT = 2.9
TICKS = np.linspace(-EXTENT, EXTENT, 90)
GRID = np.stack(np.meshgrid(TICKS, TICKS), axis=-1)


def normal(z, mean, width):
    squares = np.sum((z - np.asarray(mean)) ** 2, axis=-1)
    return np.exp(-squares / (2 * width**2)) / (2 * np.pi * width**2)


def shade(panel, density):
    top = density.max()
    panel.contourf(
        TICKS, TICKS, density, levels=top * np.linspace(0.04, 1, 8),
        cmap=style.DENSITY,
    )  # fmt: skip


def clouds(panel, codes, width):
    for code in codes:
        panel.add_patch(
            Ellipse(
                code, 2 * width, 2 * width,
                facecolor="none", edgecolor=style.NOISE, linewidth=1.4,
            )
        )  # fmt: skip


def autoencoder(panel, rng):
    along = rng.uniform(-1, 1, (3, 40))
    pieces = [
        np.stack([-1.6 + 0.5 * along[0], 1.2 + along[0] ** 3], axis=1),
        np.stack([0.4 + 1.7 * along[1], -1.7 + 0.7 * along[1] ** 2], axis=1),
        np.stack([1.5 + 0.3 * along[2], 1.3 + 0.9 * along[2]], axis=1),
    ]
    x = np.concatenate(pieces)
    style.dots(panel, x + 0.07 * rng.standard_normal(x.shape), 4, style.NOISE)


def vae(panel, rng):
    shade(panel, normal(GRID, (0, 0), 1))
    clouds(panel, rng.standard_normal((26, 2)) * 0.95, 0.22)


def mixture_vae(panel, rng):
    means = np.array([(-1.5, 1.1), (1.2, 1.5), (1.5, -1.1), (-0.9, -1.5)])
    shade(panel, sum(normal(GRID, mean, 0.42) for mean in means))
    drawn = means[np.arange(24) % 4] + 0.36 * rng.standard_normal((24, 2))
    clouds(panel, drawn, 0.2)


def flow_vae(panel, rng):
    def bend(z1):
        return 0.75 * (z1**2 - 1.2)

    first, second = GRID[..., 0], GRID[..., 1]
    density = np.exp(-(first**2) / 2.4)
    density = density * np.exp(-((second - bend(first)) ** 2) / 0.3)
    shade(panel, density)
    z1 = np.clip(1.0 * rng.standard_normal(26), -1.9, 1.9)
    z2 = bend(z1) + 0.33 * rng.standard_normal(26)
    clouds(panel, np.stack([z1, z2], axis=1), 0.2)


def spiral(share):
    angle = 1.7 * np.pi * share
    radius = 0.5 + 1.7 * share
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def hierarchical_vae(panel, rng):
    shares = np.linspace(0, 1, 150)
    widths = 0.2 + 0.25 * shares
    terms = zip(spiral(shares), widths, strict=True)
    shade(panel, sum(normal(GRID, mean, width) for mean, width in terms))
    panel.plot(*spiral(shares).T, color=style.INK, linewidth=1.5)
    share = rng.uniform(0, 1, 24)
    noise = (0.2 + 0.25 * share)[:, None] * rng.standard_normal((24, 2))
    clouds(panel, spiral(share) + noise, 0.17)


def vq_vae(panel, rng):
    entries = np.stack(np.meshgrid([-1.9, 0, 1.9], [-1.9, 0, 1.9]), -1)
    entries = entries.reshape(-1, 2) + 0.24 * rng.standard_normal((9, 2))
    far = 20 * np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])
    cells = Voronoi(np.concatenate([entries, far]))
    for first, second in cells.ridge_vertices:
        if min(first, second) >= 0:
            ends = cells.vertices[[first, second]]
            panel.plot(*ends.T, color=style.DATA, linewidth=1.3)
    vectors = entries[rng.integers(9, size=70)]
    vectors = vectors + 0.4 * rng.standard_normal(vectors.shape)
    style.dots(panel, vectors, 3, style.NOISE)
    style.dots(panel, entries, 10, style.DATA)


def draw():
    figure, axes = style.figure(7, 5.2, 2, 3)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.03)
    models = {
        "Autoencoder": autoencoder,
        "VAE": vae,
        "MixtureVAE": mixture_vae,
        "FlowVAE": flow_vae,
        "HierarchicalVAE": hierarchical_vae,
        "VQVAE": vq_vae,
    }
    for panel, (name, sketch) in zip(axes.flat, models.items(), strict=True):
        sketch(panel, np.random.default_rng(3))
        style.plane(panel, EXTENT, labels=False)
        panel.set_title(name, fontsize=14)
        for side in ("top", "right"):
            panel.spines[side].set_visible(True)
    return figure
