"""Two stacks of blocks, and the two regions that they see."""

import numpy as np
import style
from matplotlib.patches import PathPatch
from matplotlib.patches import Rectangle
from matplotlib.path import Path

HEIGHT, WIDTH = 9, 13
ROW, COLUMN = 7, 4
BLOCKS = 4
SHADES = (0.95, 0.7, 0.5, 0.32)  # of what the first, second, ... block adds


def blocks_needed(stack):
    """How many blocks of kernels of size 3 reach each pixel, or none."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    up, aside = ROW - rows, np.abs(columns - COLUMN)
    if stack == "vertical":
        needed = np.maximum(np.maximum(up - 1, aside), 1)
        return np.where((up > 0) & (needed <= BLOCKS), needed, 0)
    left = (up == 0) & (columns < COLUMN)
    return np.where(left & (aside <= BLOCKS), aside, 0)


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
    both = {"vertical": style.DATA, "horizontal": style.MODEL}
    panels = ["vertical"], ["horizontal"], list(both)
    for panel, stacks in zip(axes, panels, strict=True):
        for stack in stacks:
            needed = blocks_needed(stack)
            for i, alpha in enumerate(SHADES):
                squares(panel, needed == i + 1, both[stack], alpha)
        rows, columns = np.indices((HEIGHT, WIDTH))
        own = (rows == ROW) & (columns == COLUMN)
        squares(panel, own, style.FOURTH, 1)
        frame(panel, ROW + 1)
        name, colour = "together", style.INK
        if len(stacks) == 1:
            name, colour = f"{stacks[0]} stack", both[stacks[0]]
        panel.set_title(name, color=colour)
    return figure
