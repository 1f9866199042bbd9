"""Two weighted densities above, the classifier that they make below."""

import numpy as np
import style
from scipy.stats import norm

PRIOR = (0.65, 0.35)
MEANS, SCALES = (-1.0, 1.5), (1.0, 0.8)


def draw():
    figure, (top, bottom) = style.figure(
        7, 4.2, 2, 1, sharex=True, height_ratios=(1.3, 1)
    )
    figure.get_layout_engine().set(h_pad=0.03, hspace=0.04)
    x = np.linspace(-4.5, 4.5, 451)
    joint = [
        p * norm.pdf(x, m, s)
        for p, m, s in zip(PRIOR, MEANS, SCALES, strict=True)
    ]
    total = sum(joint)
    for number, (curve, colour) in enumerate(
        zip(joint, (style.DATA, style.NOISE), strict=True), 1
    ):
        top.plot(x, curve, color=colour)
        bottom.plot(x, curve / total, color=colour)
        place = (-2.1, 0.2) if number == 1 else (2.05, 0.17)
        top.text(
            *place,
            f"$p({number})\\,p(x\\,|\\,{number})$",
            color=colour,
            ha="right" if number == 1 else "left",
        )
        place = (-3.2, 0.82) if number == 1 else (2.3, 0.82)
        bottom.text(*place, f"$p({number}\\,|\\,x)$", color=colour)
    top.plot(x, total, color=style.INK, linestyle="--", linewidth=1.2)
    low = np.minimum(*joint)
    top.fill_between(x, low, color=style.FOURTH, alpha=0.4, linewidth=0)
    error = low.sum() * (x[1] - x[0])
    top.text(2.05, 0.27, f"{error:.1%} go wrong", color=style.FOURTH)
    inside = np.flatnonzero(np.diff(np.sign(joint[0] - joint[1])))
    for cut in x[inside]:
        for panel in (top, bottom):
            panel.axvline(cut, color=style.INK, linewidth=1, linestyle=":")
    top.text(-0.3, 0.255, "$p(x)$")
    top.set(yticks=[], ylim=(0, 0.32))
    bottom.set(xticks=[], xlabel="$x$", yticks=[0, 0.5, 1], xlim=(-4.5, 4.5))
    return figure
