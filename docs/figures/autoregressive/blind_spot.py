"""What stacks of masked 3x3 convolutions see: a wedge is never reached."""

import numpy as np
import style
from matplotlib.patches import PathPatch
from matplotlib.patches import Rectangle
from matplotlib.path import Path

HEIGHT, WIDTH = 9, 13
ROW, COLUMN = 7, 4
LAYERS = (1, 3, 40)
NAMES = ("one layer", "three layers", "any number")


def seen(layers):
    """Pixels that the prediction depends on: type A first, then type B."""
    reached = np.zeros((HEIGHT, WIDTH), bool)
    reached[ROW, COLUMN] = True
    for layer in reversed(range(layers)):  # from the outputs down
        below = np.zeros_like(reached)
        for row, column in np.argwhere(reached):
            below[max(row - 1, 0) : row, max(column - 1, 0) : column + 2] = True
            below[row, max(column - 1, 0) : column + (layer > 0)] = True
        reached = below
    return reached


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
    rows, columns = np.indices((HEIGHT, WIDTH))
    before = (rows < ROW) | ((rows == ROW) & (columns < COLUMN))
    never = before & (columns - COLUMN > ROW - rows)
    for panel, layers, name in zip(axes, LAYERS, NAMES, strict=True):
        reached = seen(layers)
        assert not np.any(reached & (never | ~before))
        if layers == LAYERS[-1]:
            assert np.all(reached == before & ~never)
        squares(panel, reached, style.DATA, 0.75)
        if layers == LAYERS[-1]:
            squares(panel, never, style.NOISE, 0.75)
        own = (rows == ROW) & (columns == COLUMN)
        squares(panel, own, style.FOURTH, 1)
        frame(panel, ROW + 1)
        # From the corner of the pixel, along the diagonal.
        panel.plot([COLUMN + 1, COLUMN + 1 + ROW], [ROW, 0], "--",
                   color=style.INK, linewidth=1.5)  # fmt: skip
        panel.set_title(name)
    return figure
