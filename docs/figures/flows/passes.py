"""How wrong each value still is, pass by pass."""

import numpy as np
import style
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.colors import to_rgba

SIZE = 32
ERRORS = LinearSegmentedColormap.from_list(
    "errors", [to_rgba(style.NOISE, 0), to_rgba(style.NOISE, 1)]
)


def iterates(strength, chain):
    """The error of each value after each pass, `(SIZE + 1, SIZE)`.

    A linear autoregression z = x - A x, so that a pass is x <- z + A x, with A
    strictly triangular.
    """
    rng = np.random.default_rng(2)
    if chain:
        weights = np.diag(np.full(SIZE - 1, strength), -1)
    else:
        weights = np.tril(rng.standard_normal((SIZE, SIZE)), -1)
        weights *= strength / np.sqrt(SIZE)
    z = rng.standard_normal(SIZE)
    exact = np.linalg.solve(np.eye(SIZE) - weights, z)
    x, errors = z, []
    for _ in range(SIZE + 1):
        errors.append(np.abs(x - exact) / np.maximum(np.abs(exact), 1))
        x = z + weights @ x
    return np.array(errors)


def draw():
    figure, axes = style.figure(7, 3.5, 1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.04)
    for panel, name, errors in (
        (axes[0], "each leans on all, a little", iterates(0.9, False)),
        (axes[1], "each leans on one, fully", iterates(1.0, True)),
    ):
        seen = np.log10(np.maximum(errors, 1e-9))
        image = panel.imshow(
            seen, cmap=ERRORS, vmin=-6, vmax=0, interpolation="nearest"
        )
        last = np.flatnonzero((errors > 1e-6).any(axis=1)).max() + 1
        panel.axhline(last - 0.5, color=style.MODEL, linestyle="--")
        panel.text(
            SIZE - 1 if last < 20 else 3,
            last + (4.4 if last < 20 else -1.2),
            f"settled:\n{last} passes"
            if last < 20
            else f"settled: {last} passes",
            color=style.MODEL,
            ha="right" if last < 20 else "left",
        )
        steps = np.arange(SIZE + 1)
        panel.plot(steps - 0.5, steps - 0.5, color=style.INK, linewidth=1)
        panel.set(title=name, xlabel="value $i$")
        panel.set(xlim=(-0.5, SIZE - 0.5), ylim=(SIZE + 0.5, -0.5))
        panel.set_xticks([0, 15, 31], ["1", "16", "32"])
        panel.set_yticks([0, 16, 32])
    axes[0].set_ylabel("pass", fontsize=13)
    bar = figure.colorbar(image, ax=axes, shrink=0.7, pad=0.02)
    bar.set_ticks([-6, -3, 0], labels=["$10^{-6}$", "$10^{-3}$", "1"])
    bar.outline.set_visible(False)
    bar.set_label("error", fontsize=13)
    return figure
