"""One flow in two places: as the prior, and as the posterior."""

import style
from matplotlib.patches import FancyBboxPatch

PLACES = {"x": 0.0, "middle": 2.15, "end": 4.3}


def box(panel, x, y, text, colour, width=0.62):
    panel.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - 0.3),
            width,
            0.6,
            boxstyle="round,pad=0.02,rounding_size=0.12",
            facecolor="none",
            edgecolor=colour,
            linewidth=1.8,
        )
    )
    panel.text(x, y, text, ha="center", va="center", color=colour, fontsize=16)


def path(panel, start, end, text, colour, above=True):
    """An arrow between two points, and a word beside it."""
    style.arrow(panel, start, end, colour, 1.8)
    middle = (start[0] + end[0]) / 2
    panel.text(
        middle,
        start[1] + (0.13 if above else -0.13),
        text,
        ha="center",
        va="bottom" if above else "top",
        color=colour,
    )


def draw():
    figure, axes = style.figure(7, 4.3, 2, 1)
    figure.get_layout_engine().set(h_pad=0.02, hspace=0.02)
    for panel, title, code in (
        (axes[0], "flow as prior: the decoder reads $z_0$", "middle"),
        (axes[1], "flow as posterior: the decoder reads $z$", "end"),
    ):
        box(panel, PLACES["x"], 0, "$x$", style.DATA)
        box(panel, PLACES["middle"], 0, "$z_0$", style.MODEL)
        box(panel, PLACES["end"], 0, "$z$", style.NOISE)
        panel.text(
            PLACES["end"] + 0.5,
            0,
            r"$\mathcal{N}(0, I)$",
            va="center",
            color=style.NOISE,
            fontsize=14,
        )
        path(panel, (0.38, 0), (1.77, 0), "encoder", style.MODEL)
        path(panel, (2.53, 0), (3.92, 0), "$f$", style.MODEL)
        # The decoder, from the code down and back to the data.
        start = PLACES[code]
        low = -1.05
        panel.plot(
            [start, start, 0],
            [-0.36, low, low],
            color=style.DATA,
            linewidth=1.8,
            solid_joinstyle="round",
        )
        style.arrow(panel, (0, low), (0, -0.36), style.DATA, 1.8)
        panel.text(
            1.08 if code == "middle" else 2.15,
            low + 0.1,
            "decoder",
            ha="center",
            va="bottom",
            color=style.DATA,
        )
        if code == "middle":  # the way of a sample
            panel.plot(
                [PLACES["end"], PLACES["end"], start + 0.18, start + 0.18],
                [-0.36, low, low, low],
                color=style.INK,
                linewidth=1.4,
                linestyle=(0, (4, 3)),
            )
            style.arrow(
                panel,
                (start + 0.18, low),
                (start + 0.18, -0.36),
                style.INK,
                1.4,
            )
            panel.text(
                3.3,
                low + 0.1,
                "$f^{-1}$, to sample",
                ha="center",
                va="bottom",
            )
        panel.set(xlim=(-0.4, 5.75), ylim=(-1.2, 0.45), aspect="equal")
        panel.set_title(title, loc="left", pad=4)
        panel.set_axis_off()
    return figure
