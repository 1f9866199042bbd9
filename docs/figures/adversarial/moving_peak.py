"""All samples run after the peak of the logit, which runs away from them."""

import numpy as np
import style

PLACES = 160
X = 4 * np.arange(PLACES) / PLACES  # on a circle: 4 is 0 again
STEP = X[1]
MODES = (0.5, 1.5, 2.5, 3.5)
STEPS, SKIP = 2400, 8


def bump(centre, width):
    distance = (X - centre + 2) % 4 - 2
    height = 1 / (width * np.sqrt(2 * np.pi))
    return height * np.exp(-0.5 * (distance / width) ** 2)


def data():
    return sum(bump(mode, 0.15) for mode in MODES) / len(MODES)


def simulate():
    """The logit on a grid, and the place of the samples, step by step."""
    # What a step at one place changes at the others: networks are smooth.
    kernel = np.stack([bump(x, 0.25) for x in X]) * STEP
    p, logit, place, seen = data(), np.zeros(PLACES), 0.3, []
    for step in range(STEPS):
        share = 1 / (1 + np.exp(-logit))
        samples = bump(place, 0.12)
        logit += 0.05 * (kernel @ (p * (1 - share) - samples * share))
        slope = (np.roll(logit, -1) - np.roll(logit, 1)) / (2 * STEP)
        force = (samples * (1 - share) * slope).sum() * STEP
        place = (place + 0.01 * force) % 4
        if step % SKIP == 0:
            seen.append((logit.copy(), place))
    return np.array([s[0] for s in seen]), np.array([s[1] for s in seen])


def draw():
    logits, places = simulate()
    figure, (left, right) = style.figure(7, 3.9, 1, 2, width_ratios=(1, 2.6))
    figure.get_layout_engine().set(wspace=0.03)
    limit = np.abs(logits).max()
    right.imshow(
        logits.T, cmap="PuOr_r", vmin=-limit, vmax=limit, origin="lower",
        extent=(0, 1, 0, 4), aspect="auto", alpha=0.85,
    )  # fmt: skip
    time = np.arange(len(places)) / len(places)
    jumps = np.flatnonzero(abs(np.diff(places)) > 2) + 1
    right.plot(
        np.insert(time, jumps, np.nan), np.insert(places, jumps, np.nan),
        color=style.MODEL, linewidth=2.8,
    )  # fmt: skip
    for mode in MODES:
        right.axhline(mode, color=style.INK, linewidth=0.8, linestyle=":")
    p, samples = data(), bump(places[-1], 0.12)
    left.fill_betweenx(X, -p, color=style.DATA, alpha=0.3, linewidth=0)
    left.plot(-p, X, color=style.DATA)
    left.plot(-samples * 0.35, X, color=style.MODEL)
    left.set(title="densities", ylabel="$x$ (an angle)")
    left.spines["bottom"].set_visible(False)
    right.set(title="logit $f$, and where samples are")
    right.set_xlabel("steps of training", labelpad=4)
    for panel in (left, right):
        panel.set(xticks=[], yticks=[], ylim=(0, 4))
    return figure
