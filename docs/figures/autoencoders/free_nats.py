"""What free nats do to the loss of a level, early and late in training.

Late: the linear code of theory/autoencoders/beta_vae.md, whose least
distortion at the rate R is (variance / 2 s^2) exp(-2 R), but for a constant.
"""

import numpy as np
import style

FREE = 1.0  # nats
WORTH = (0.35, 1.7)  # nats, the best rate of two levels without free nats
RATE = np.linspace(0, 3.2, 641)


def distortion(rate, worth):
    """Its sum with the rate is least at the rate `worth`."""
    return 0.5 * np.exp(2 * (worth - rate))


def charge(rate):
    return np.maximum(rate, FREE)


def least(loss):
    """The rate and the loss at the minimum."""
    place = np.argmin(loss)
    return RATE[place], loss[place]


def draw():
    figure, axes = style.figure(7, 3.7, 1, 3)
    figure.get_layout_engine().set(wspace=0.03)
    titles = "late: worth\nlittle", "late: worth\nmuch"
    late = zip(axes[1:], WORTH, titles, strict=True)
    early = axes[0], None, "early: the decoder\ndoes not listen"
    for panel, worth, title in (early, *late):
        told = 0 if worth is None else distortion(RATE, worth)
        curves = {"plain": RATE + told, "free": charge(RATE) + told}
        floor = min(curves["plain"].min(), curves["free"].min())
        panel.axvspan(0, FREE, color=style.FAINT, alpha=0.3, linewidth=0)
        for name, colour in (("plain", style.NOISE), ("free", style.MODEL)):
            loss = curves[name] - floor
            panel.plot(RATE, loss, color=colour, zorder=3)
            if name == "plain" or worth is not None:
                place, height = least(loss)
                size = 12 if name == "plain" else 8
                panel.plot(
                    place,
                    height,
                    "o",
                    color=colour,
                    markersize=size,
                    clip_on=False,
                    zorder=4,
                )
        panel.set(xlim=(0, 3.2), ylim=(-0.15, 3.2), xticks=[0, 1, 2, 3])
        panel.set(yticks=[], xlabel="KL, nats")
        panel.set_title(title)
    left = axes[0]
    left.set_ylabel("loss")
    left.text(0.08, 1.15, "slope 0", color=style.MODEL, fontsize=13)
    left.text(1.75, 1.3, "slope 1", color=style.NOISE, fontsize=13)
    axes[2].text(1.15, 2.8, "plain", color=style.NOISE, fontsize=14)
    axes[2].text(1.15, 2.35, "free nats", color=style.MODEL, fontsize=14)
    return figure
