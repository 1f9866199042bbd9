"""How wrong a score is that denoising finds, for small and for large noise.

The data are standard normal, and the model is s(x) = -w x with one number w,
whose best value is known for each objective.
"""

import numpy as np
import style

SIZES = (100, 10_000)
PLACES = {100: (0.07, 1.8), 10_000: (0.0315, 0.04)}  # of the names
SETS = 4000
SIGMAS = np.geomspace(0.03, 2, 25)


def errors(size, rng):
    """Root mean square error of w: by denoising, and explicitly."""
    denoised, explicit = np.zeros(len(SIGMAS)), 0.0
    parts = 40
    for _ in range(parts):
        x = rng.standard_normal((SETS * 100 // size // parts + 1, size))
        noise = rng.standard_normal(x.shape)
        # -w + w^2 x^2 / 2 on average is least at 1 / mean(x^2).
        explicit += np.mean((1 / np.square(x).mean(axis=1) - 1) ** 2)
        for i, sigma in enumerate(SIGMAS):
            seen = x + sigma * noise
            w = np.mean(noise * seen, axis=1)
            w = w / (sigma * np.square(seen).mean(axis=1))
            denoised[i] += np.mean((w - 1) ** 2)
    return np.sqrt(denoised / parts), np.sqrt(explicit / parts)


def draw():
    figure, axes = style.figure(7, 3.4)
    rng = np.random.default_rng(0)
    for size, colour in zip(SIZES, (style.NOISE, style.MODEL), strict=True):
        denoised, explicit = errors(size, rng)
        axes.plot(SIGMAS, denoised, color=colour)
        axes.plot(
            SIGMAS[[0, -1]],
            [explicit, explicit],
            color=colour,
            linestyle="--",
            linewidth=1.6,
        )
        axes.text(
            2,
            explicit * 0.88,
            f"explicit, {size:,} examples",
            color=colour,
            ha="right",
            va="top",
        )
        axes.text(
            *PLACES[size],
            f"denoising, {size:,} examples",
            color=colour,
        )
    bias = SIGMAS**2 / (1 + SIGMAS**2)
    axes.plot(SIGMAS, bias, color=style.FAINT, linewidth=4, zorder=0)
    axes.text(0.24, 0.04, r"$\sigma^2 / (1 + \sigma^2)$", fontsize=15)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel=r"noise $\sigma$",
        ylabel="error of the score",
        ylim=(0.007, 6),
        xlim=(0.029, 2.1),
    )
    axes.set_xticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    axes.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    axes.minorticks_off()
    return figure
