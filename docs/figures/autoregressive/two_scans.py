"""The scan from the left, its mirror image, and the mirror image shifted."""

import numpy as np
import style
from matplotlib.patches import PathPatch
from matplotlib.patches import Rectangle
from matplotlib.path import Path

HEIGHT, WIDTH = 6, 8
ROW, COLUMN = 4, 3
NAMES = ("from the left", "mirrored: a leak", "shifted: correct")


def reaches(panel, row, column):
    """Whether the features at a place go into those of the marked one."""
    if panel == 0:
        return (row <= ROW) & (column <= COLUMN)
    return (row <= ROW - (panel == 2)) & (column >= COLUMN)


def squares(panel, where, colour, alpha):
    """Pixels of one colour, in one path."""
    corners = np.argwhere(where)[:, None, ::-1]
    if len(corners):
        corners = corners + [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
        codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
        path = Path(corners.reshape(-1, 2), codes * len(corners))
        panel.add_patch(PathPatch(path, color=colour, alpha=alpha, linewidth=0))


def frame(panel, rows):
    """The borders of an image, and of the pixels of its first rows."""
    lines = [((0, y), (WIDTH, y)) for y in range(1, rows + 1)]
    lines += [((x, 0), (x, rows)) for x in range(1, WIDTH)]
    path = Path(
        np.reshape(lines, (-1, 2)), [Path.MOVETO, Path.LINETO] * len(lines)
    )
    panel.add_patch(
        PathPatch(path, fill=False, edgecolor=style.FAINT, linewidth=0.6)
    )
    panel.add_patch(
        Rectangle((0, 0), WIDTH, HEIGHT, facecolor="none", edgecolor=style.INK)
    )
    panel.set(xlim=(-0.2, WIDTH + 0.2), ylim=(HEIGHT + 0.2, -0.2))
    panel.set_aspect("equal")
    panel.set_axis_off()


def draw():
    figure, axes = style.figure(7, 2.3, 1, 3)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.04)
    colours = style.DATA, style.FOURTH, style.MODEL
    for i, panel in enumerate(axes):
        used = reaches(i, *np.indices((HEIGHT, WIDTH)))
        later = used & (i == 1)
        later[:ROW] = False
        later[:, : COLUMN + 1] = False
        squares(panel, used & ~later, colours[2 * (i > 0)], 0.5)
        squares(panel, later, style.FOURTH, 0.85)
        frame(panel, HEIGHT)
        panel.add_patch(
            Rectangle((COLUMN, ROW), 1, 1, facecolor="none", zorder=4,
                      edgecolor=style.NOISE, linewidth=3)
        )  # fmt: skip
        row = ROW - (i == 2) + 0.5
        middle = COLUMN + 0.5
        side = -1 if i == 0 else 1
        style.arrow(panel, (middle + side * 2.8, row),
                    (middle + side * 0.5, row), style.INK)  # fmt: skip
        end = (middle, row - 0.5 + 0.1 * (i < 2))
        style.arrow(panel, (middle, row - 3), end, style.INK)
        if i == 2:
            style.arrow(panel, (middle, row - 0.2), (middle, ROW + 0.6),
                        style.NOISE, 2.5)  # fmt: skip
        panel.set_title(NAMES[i], color=colours[i])
    return figure
