"""Two shifted normals: what two divergences say of the shift."""

import numpy as np
import style
from scipy.stats import norm

SHIFTS = np.linspace(-3, 3, 121)
WIDTHS = ((1.0, style.INK), (0.3, style.FOURTH), (0.03, style.NOISE))
UNIT = np.linspace(-9, 9, 3001)


def jensen_shannon(shift, width):
    """Of normals so far apart, in nats, by a sum on both sides alike."""
    z = UNIT
    log_p, log_q = norm.logpdf(z), norm.logpdf(z - shift / width)
    log_m = np.logaddexp(log_p, log_q) - np.log(2)
    # By symmetry the two divergences are equal.
    return np.sum(np.exp(log_p) * (log_p - log_m)) * (z[1] - z[0])


def draw():
    figure, axes = style.figure(7, 3.3, 1, 3, width_ratios=(1.1, 1, 1))
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.03)
    scene, left, right = axes
    x = np.linspace(-1.6, 3.6, 201)
    scene.fill_between(
        x, norm.pdf(x, 0, 0.3), color=style.DATA, alpha=0.3, linewidth=0
    )
    scene.plot(x, norm.pdf(x, 0, 0.3), color=style.DATA)
    scene.plot(x, norm.pdf(x, 2, 0.3), color=style.MODEL)
    style.arrow(scene, (2, 0.4), (0.0, 0.4), style.INK, 1.6)
    scene.text(1.0, 0.47, r"$\theta$", fontsize=16, ha="center")
    scene.text(-1.5, 1.42, "data", color=style.DATA)
    scene.text(1.35, 1.42, "samples", color=style.MODEL)
    scene.set(xticks=[], yticks=[], ylim=(0, 1.65), xlabel="$x$")
    scene.spines["left"].set_visible(False)
    for width, colour in WIDTHS:
        values = [jensen_shannon(shift, width) for shift in SHIFTS]
        left.plot(SHIFTS, values, color=colour)
    left.axhline(np.log(2), color=style.FAINT, linewidth=1.2, linestyle="--")
    left.set(yticks=[0, np.log(2)], ylim=(0, 1.02), title="Jensen-Shannon")
    left.set_yticklabels(["0", r"$\log 2$"])
    for height, (width, colour) in zip((0.93, 0.83, 0.73), WIDTHS, strict=True):
        left.text(
            2.9, height, f"width {width:g}", color=colour, ha="right",
            fontsize=12,
        )  # fmt: skip
    right.plot(SHIFTS, abs(SHIFTS), color=style.INK)
    right.text(0, 2.1, "all widths", ha="center", fontsize=12)
    right.set(yticks=(0, 1, 2, 3), ylim=(0, 3.2), title="Wasserstein")
    for panel in (left, right):
        panel.set(xticks=(-2, 0, 2), xlim=(-3, 3))
        panel.set_xlabel(r"shift $\theta$", labelpad=2)
    return figure
