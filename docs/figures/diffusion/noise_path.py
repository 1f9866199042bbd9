"""Eight Gaussians turn into one, and how fast they do on three paths."""

import numpy as np
import style
from mixture import Mixture
from mixture import ring

from keras_genmodels import layers

TIMES = (0, 0.25, 0.5, 0.75, 1)


def draw():
    figure, axes = style.figure(7, 3.2, layout="none")
    rng = np.random.default_rng(0)
    x = Mixture(ring(8, 3), 0.25).draw(320)
    noise = rng.standard_normal(x.shape)
    left, wide = 0.2, 0.7  # of the lower axes; clouds stand above their times
    for t in TIMES:
        centre = left + t * wide
        top = figure.add_axes([centre - 0.085, 0.61, 0.17, 0.38])
        style.dots(
            top, (1 - t) * x + t * noise, 2.2, style.blend(t), clip_on=False
        )
        style.plane(top, 3.9, labels=False)
        top.set_axis_off()
    axes.set_position([left, 0.17, wide, 0.43])
    t = np.linspace(0.005, 0.995, 100)
    for path, name, colour, place in (
        (layers.StraightPath(), "straight", style.DATA, (0.22, 4.3)),
        (layers.CosinePath(), "cosine", style.MODEL, (0.86, -0.7)),
        (layers.LinearBetaPath(), "linear beta", style.NOISE, (0.33, -5.4)),
    ):
        axes.plot(t, np.array(path.log_snr(t)), color=colour)
        axes.text(*place, name, color=colour, ha="center")
    axes.set(xlim=(0, 1), ylim=(-9, 9), xlabel="$t$")
    axes.set_ylabel("log SNR", fontsize=13)
    axes.set_xticks(TIMES, ["0", "0.25", "0.5", "0.75", "1"])
    axes.set_yticks([-8, 0, 8])
    return figure
