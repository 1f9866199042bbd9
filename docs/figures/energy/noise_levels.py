"""Two clusters on a line: their density and score, with more and more noise."""

import numpy as np
import style

MEANS, SHARES, SCALE = np.array([-2.0, 2.0]), np.array([0.7, 0.3]), 0.3
LEVELS = (0.0, 0.7, 2.5)
SEEN = 1e-4  # of the highest density: below it there are hardly any data


def density_and_score(x, sigma):
    variance = SCALE**2 + sigma**2
    gap = MEANS - x[:, None]
    log_p = np.log(SHARES) - gap**2 / (2 * variance)
    total = np.logaddexp.reduce(log_p, axis=1)
    share = np.exp(log_p - total[:, None])
    p = np.exp(total) / np.sqrt(2 * np.pi * variance)
    return p, np.sum(share * gap, axis=1) / variance


def draw():
    figure, axes = style.figure(
        7, 4.2, 2, 3, sharex=True, height_ratios=(1, 1.2)
    )
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.05)
    x = np.linspace(-5, 5, 401)
    for (upper, lower), sigma in zip(axes.T, LEVELS, strict=True):
        p, score = density_and_score(x, sigma)
        empty = p < SEEN * p.max()
        upper.fill_between(x, p, color=style.DATA, alpha=0.3, linewidth=0)
        upper.plot(x, p, color=style.DATA)
        upper.set(yticks=[], ylim=(0, 1.12 * p.max()))
        upper.set_title(f"$\\sigma = {sigma:g}$" if sigma else "no noise")
        lower.axhline(0, color=style.FAINT, linewidth=1, zorder=0)
        for hidden, colour in ((empty, style.FAINT), (~empty, style.MODEL)):
            lower.plot(x, np.where(hidden, score, np.nan), color=colour)
        for low, high in zip(*edges(empty), strict=True):
            lower.axvspan(
                x[low], x[high], color=style.FAINT, alpha=0.3, linewidth=0
            )
        top = np.abs(score[~empty]).max()
        lower.set(ylim=(-1.4 * top, 1.4 * top), yticks=[], xlabel="$x$")
        lower.set_xticks([-4, 0, 4])
    axes[0, 0].set_ylabel("density")
    axes[1, 0].set_ylabel("score")
    return figure


def edges(flags):
    """Where runs of true values begin and end: two arrays of places."""
    change = np.diff(flags.astype(int), prepend=0, append=0)
    begins, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    return begins, np.minimum(ends, len(flags) - 1)
