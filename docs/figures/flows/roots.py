"""Single precision: one form of a root loses digits, the other keeps them."""

import numpy as np
import style

D0 = D1 = 1.0


def draw():
    figure, axes = style.figure(7, 3.2)
    share = np.linspace(0.05, 0.4, 71)
    bends = np.logspace(-7, 0, 141)
    naive, safe = [], []
    for bend in bends:
        mean = 1 + bend  # nearly a straight line, if the bend is small
        exact = solve(share, mean, np.float64)[1]
        both = solve(share, mean, np.float32)
        for errors, t in zip((naive, safe), both, strict=True):
            errors.append(np.max(np.abs(t - exact)))
    for errors, colour in ((naive, style.NOISE), (safe, style.MODEL)):
        axes.loglog(bends, np.maximum(errors, 1e-8), color=colour)
    axes.text(
        3e-5,
        2e-2,
        "$(\\sqrt{b^2 + 4ac} - b)\\, /\\, 2a$",
        color=style.NOISE,
        fontsize=15,
    )
    axes.text(
        2e-4,
        2.5e-7,
        "$2c\\, /\\, (b + \\sqrt{b^2 + 4ac})$",
        color=style.MODEL,
        fontsize=15,
    )
    axes.set(xlim=(1e-7, 1), ylim=(1e-8, 3))
    axes.set_xlabel(
        "how far the piece is from a straight line, $s - 1$", fontsize=13
    )
    axes.set_ylabel("greatest error of $r$", fontsize=13)
    axes.set_yticks([1e-7, 1e-4, 1e-1])
    axes.minorticks_off()
    return figure


def solve(share, mean, dtype):
    """The root of a t^2 + b t - c = 0 in both forms."""
    share, mean, d0, d1 = (np.asarray(v, dtype) for v in (share, mean, D0, D1))
    bend = (d0 + d1 - 2 * mean) * share
    a, b, c = mean - d0 + bend, d0 - bend, mean * share
    root = np.sqrt(np.maximum(b * b + 4 * a * c, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        naive = np.nan_to_num((root - b) / (2 * a), nan=1, posinf=1, neginf=1)
    return naive, 2 * c / (b + root)
