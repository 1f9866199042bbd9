"""The families, by what they know of the density and how they draw."""

import style
from matplotlib.patches import FancyBboxPatch

# Name, left, bottom, width, height, colour; the axes are in no unit.
BOXES = (
    ("Gaussians,\nmixtures", 0.1, 2.12, 1.3, 0.76, "DATA"),
    ("flows", 1.55, 2.12, 1.15, 0.76, "DATA"),
    ("autoregressive\nmodels", 3.65, 2.12, 1.9, 0.76, "DATA"),
    ("VAEs", 0.1, 1.12, 1.3, 0.76, "MODEL"),
    ("diffusion,\nflow matching", 2.35, 1.12, 1.75, 0.76, "MODEL"),
    ("GANs", 0.1, 0.12, 1.3, 0.76, "NOISE"),
    ("energies,\nscores", 4.25, 0.12, 1.3, 0.76, "FOURTH"),
)
ROWS = (
    (2.5, "exact"),
    (1.5, "a bound"),
    (0.5, "none, or up to\na constant"),
)


def draw():
    figure, axes = style.figure(7, 4.3)
    for name, left, bottom, width, height, colour in BOXES:
        colour = getattr(style, colour)
        axes.add_patch(
            FancyBboxPatch(
                (left, bottom),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.12",
                facecolor=colour,
                alpha=0.14,
                linewidth=0,
            )
        )
        axes.text(
            left + width / 2,
            bottom + height / 2,
            name,
            color=colour,
            ha="center",
            va="center",
            fontsize=14,
        )
    for y in (1, 2):
        axes.axhline(y, color=style.FAINT, linewidth=0.8, linestyle=":")
    axes.set(xlim=(0, 5.7), ylim=(0, 3), xticks=(0.75, 2.85, 4.9))
    axes.set_xticklabels(["one", "a few to a hundred", "hundreds"])
    axes.set_yticks([y for y, _ in ROWS], [name for _, name in ROWS])
    axes.tick_params(length=0)
    axes.set_xlabel("calls of a network for one draw")
    axes.set_ylabel("the density of an example")
    return figure
