"""How the drawn figures look: imported by each script, which makes it so.

Figures are drawn for the light scheme, on nothing. In the dark scheme the
site's style sheet turns their lightness round and keeps their hues. A figure is
at most 7 inches wide, so that its letters are as large as those of the text on
a wide screen, and can still be read at half that size on a phone.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.colors import to_rgb
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.path import Path

INK = "#37474f"  # letters, axes, what is exact
FAINT = "#b0bec5"  # what is in the background
DATA = "#3949ab"
NOISE = "#e65100"
MODEL = "#00897b"  # what a network would predict, or a sampler draws
FOURTH = "#c2185b"  # where three colours are not enough

# From nothing to the colour of data, for densities.
DENSITY = LinearSegmentedColormap.from_list(
    "density", [to_rgba(DATA, 0), to_rgba(DATA, 0.75)]
)

plt.switch_backend("svg")
plt.rcdefaults()
plt.rcParams.update(
    {
        "svg.hashsalt": "figures",  # else names in the file are random
        "savefig.transparent": True,
        "figure.constrained_layout.use": True,
        "font.size": 13,
        "axes.labelsize": 15,
        "axes.titlesize": 13,
        "xtick.labelsize": 12,
        "ytick.labelsize": 12,
        "mathtext.fontset": "cm",
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 1.0,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
    }
)


def figure(width, height, *args, **kwargs):
    """A figure of that size in inches, and its axes."""
    plt.close("all")
    return plt.subplots(*args, figsize=(width, height), **kwargs)


def blend(share):
    """A colour on the way from data, 0, to noise, 1: `(..., 3)`."""
    data, noise = np.array([to_rgb(DATA), to_rgb(NOISE)])
    return data + np.asarray(share)[..., None] * (noise - data)


def dots(axes, x, size, colour, **kwargs):
    """Points `(n, 2)` as dots of a diameter in points, all in one path.

    Smaller than what `scatter` writes: each is a line of hardly any length.
    """
    ends = np.repeat(x, 2, axis=0) + np.tile([[0], [1e-3]], (len(x), 1))
    path = Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(x)))
    axes.add_patch(
        PathPatch(
            path,
            fill=False,
            edgecolor=colour,
            linewidth=size,
            capstyle="round",
            **kwargs,
        )
    )


def arrow(axes, start, end, colour, width=2.0):
    """A straight arrow between two points of the plot."""
    axes.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.28,head_length=0.55",
            "color": colour,
            "linewidth": width,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 16,
        },
    )


def plane(axes, extent, labels=True):
    """A square piece of the plane, without numbers."""
    axes.set(xlim=(-extent, extent), ylim=(-extent, extent), aspect="equal")
    axes.set(xticks=[], yticks=[])
    if labels:
        axes.set_xlabel("$x_1$", labelpad=2)
        axes.set_ylabel("$x_2$", labelpad=2)
