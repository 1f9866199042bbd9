"""A spline through five knots, and its slope."""

import numpy as np
import style

from keras_genmodels.bijections.spline_map import curve

XS = np.array([-3.0, -1.8, -0.4, 1.2, 3.0])
YS = np.array([-3.0, -2.2, 0.6, 1.1, 3.0])
SLOPES = np.array([1.0, 1.3, 1.5, 0.25, 1.0])


def spline(x):
    k = np.clip(np.searchsorted(XS, x) - 1, 0, len(XS) - 2)
    width, height = np.diff(XS)[k], np.diff(YS)[k]
    t = np.clip((x - XS[k]) / width, 0, 1)
    value, log_slope = map(
        np.array, curve(t, height / width, SLOPES[k], SLOPES[k + 1])
    )
    inside = np.abs(x) < 3
    return (
        np.where(inside, YS[k] + height * value, x),
        np.where(inside, np.exp(log_slope), 1),
    )


def draw():
    figure, (left, right) = style.figure(7, 3.3, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    x = np.linspace(-4, 4, 401)
    z, slope = spline(x)
    left.plot(x, x, ":", color=style.INK, linewidth=1)
    left.plot(x, z, color=style.MODEL, linewidth=2.5)
    for place, value, d in zip(XS, YS, SLOPES, strict=True):
        step = 0.5 / np.hypot(1, d)
        left.plot(
            [place - step, place + step],
            [value - d * step, value + d * step],
            color=style.NOISE,
            linewidth=2,
            zorder=4,
        )
    left.plot(XS, YS, "o", color=style.INK, markersize=6, zorder=5)
    for panel, title in (
        (left, "the curve"),
        (right, "its slope $dz/dx$"),
    ):
        panel.axvspan(-4, -3, color=style.FAINT, alpha=0.3, linewidth=0)
        panel.axvspan(3, 4, color=style.FAINT, alpha=0.3, linewidth=0)
        panel.set(title=title, xlabel="$x$", xlim=(-4, 4))
        panel.set_xticks([-3, 0, 3], ["$-B$", "0", "$B$"])
    right.plot(x, slope, color=style.MODEL, linewidth=2.5)
    right.plot(XS, SLOPES, "o", color=style.NOISE, markersize=6, zorder=5)
    left.set(ylim=(-4, 4), ylabel="$z$")
    left.set_yticks([-3, 0, 3], ["$-B$", "0", "$B$"])
    right.set(ylim=(0, None), yticks=[0, 1, 2, 3])
    return figure
