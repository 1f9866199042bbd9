"""Three modes turn into noise, and particles find the way back."""

import numpy as np
import style
from mixture import Mixture
from mixture import follow
from scipy.stats import norm

MODEL = Mixture([[-2.2], [0.0], [2.2]], 0.28, [0.3, 0.45, 0.25])
EXTENT = 3.4


def draw():
    figure, (left, middle, right) = style.figure(
        7, 3, 1, 3, sharey=True, width_ratios=[1, 7, 1]
    )
    figure.get_layout_engine().set(w_pad=0.02, wspace=0)
    x = np.linspace(-EXTENT, EXTENT, 121)
    times = np.linspace(0, 1, 141)
    density = np.exp([MODEL.log_prob(x[:, None], t) for t in times])
    picture = np.empty((len(x), len(times), 4))
    picture[..., :3] = style.blend(times)
    # Square roots: else only the data would be seen.
    picture[..., 3] = 0.8 * np.sqrt(density.T / density.max())
    middle.imshow(
        picture,
        extent=(0, 1, -EXTENT, EXTENT),
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
    )
    starts = norm.ppf((np.arange(17) + 0.5) / 17)[:, None]
    curves = follow(MODEL.velocity, starts, times[::-2], substeps=4)
    middle.plot(times[::-2], curves[..., 0], color=style.INK, linewidth=1.2)
    middle.set(xlim=(0, 1), ylim=(-EXTENT, EXTENT), yticks=[], xlabel="$t$")
    middle.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    for axes, height, colour, sign, name in (
        (left, density[0], style.DATA, -1, "data"),
        (right, norm.pdf(x), style.NOISE, 1, "noise"),
    ):
        axes.fill_betweenx(
            x, 0, sign * height, color=colour, alpha=0.8, linewidth=0
        )
        axes.set_xlim(*sorted((0, sign * height.max() * 1.02)))
        axes.set_axis_off()
        axes.set_title(name, color=colour)
    middle.set_title("$\\longleftarrow$ drawing", loc="left")
    middle.set_title("adding noise $\\longrightarrow$", loc="right")
    for side in ("left", "right"):
        middle.spines[side].set_visible(False)
    return figure
