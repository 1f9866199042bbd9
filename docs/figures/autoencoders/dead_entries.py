"""A codebook that follows an encoder, with dead entries and without."""

import numpy as np
import style

ENTRIES = 16
BATCH = 128
BATCHES = 1200
MOMENTUM = 0.99


def vectors(batch, rng):
    """A bent cloud that wanders while the encoder learns."""
    time = min(2 * batch / BATCHES, 1)  # it stands still in the second half
    turn = np.pi * rng.uniform(-0.6, 0.6, BATCH) + 1.5 * time
    radius = 1 + 0.15 * rng.standard_normal(BATCH)
    cloud = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius[:, None]
    return (0.6 + 1.2 * time) * cloud + np.array([1.6 * time, 0.8 * time])


def follow(dead_share):
    """Perplexities; the last codebook, batch, and which entries it uses."""
    rng = np.random.default_rng(0)
    codebook = rng.standard_normal((ENTRIES, 2))
    sizes = np.zeros(ENTRIES)
    sums = np.zeros((ENTRIES, 2))
    perplexities = []
    for batch in range(BATCHES):
        v = vectors(batch, rng)
        gap = np.sum(np.square(v[:, None] - codebook), axis=-1)
        code = gap.argmin(axis=1)
        chosen = np.eye(ENTRIES)[code]
        share = chosen.mean(axis=0)
        used = share[share > 0]
        perplexities.append(np.exp(-np.sum(used * np.log(used))))
        sizes = MOMENTUM * sizes + (1 - MOMENTUM) * chosen.sum(axis=0)
        sums = MOMENTUM * sums + (1 - MOMENTUM) * chosen.T @ v
        equal = sizes.mean()
        dead = sizes < dead_share * equal
        drawn = v[rng.integers(BATCH, size=ENTRIES)]
        sizes = np.where(dead, equal, sizes)
        sums = np.where(dead[:, None], equal * drawn, sums)
        moved = sums / np.maximum(sizes, 1e-7)[:, None]
        codebook = np.where(sizes[:, None] > 1e-7, moved, codebook)
    return np.array(perplexities), codebook, v, share > 0


def draw():
    figure, (left, middle, right) = style.figure(
        7, 3.3, 1, 3, width_ratios=(1, 1, 1.15)
    )
    figure.get_layout_engine().set(wspace=0.03)
    for panel, dead_share, title, colour in (
        (left, 0, "left alone", style.NOISE),
        (middle, 0.1, "revived", style.MODEL),
    ):
        perplexities, codebook, v, used = follow(dead_share)
        style.dots(panel, v, 2.6, style.FAINT)
        style.dots(panel, codebook[used], 9, colour, zorder=4)
        panel.plot(*codebook[~used].T, "x", color=style.INK, markersize=8,
                   markeredgewidth=2)  # fmt: skip
        panel.set(xlim=(-3.0, 3.9), ylim=(-2.9, 4.0), aspect="equal")
        panel.set(xticks=[], yticks=[])
        panel.set_title(title, color=colour, fontsize=15)
        right.plot(perplexities[::10], color=colour, linewidth=1.8)
    right.axhline(ENTRIES, color=style.INK, linewidth=1, linestyle=":")
    right.set(xlim=(0, BATCHES / 10), ylim=(0, 17.5), yticks=(0, 8, 16))
    right.set_xticks((0, 60, 120), ["0", "600", "1200"])
    right.set_xlabel("batch")
    right.set_title("perplexity", fontsize=15)
    return figure
