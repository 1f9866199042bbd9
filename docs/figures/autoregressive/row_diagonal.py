"""What one prediction sees by convolutions, a Row LSTM, a Diagonal BiLSTM."""

import numpy as np
import style
from matplotlib.patches import PathPatch
from matplotlib.patches import Rectangle
from matplotlib.path import Path

HEIGHT, WIDTH = 10, 11
ROW, COLUMN = 8, 4


def first():
    """A masked 3x3 convolution of type A, and a column more at the right."""
    sees = np.zeros((HEIGHT, WIDTH + 1, HEIGHT, WIDTH), bool)
    for r in range(HEIGHT):
        for c in range(WIDTH + 1):
            sees[r, c, max(r - 1, 0) : r, max(c - 1, 0) : c + 2] = True
            sees[r, c, r, max(c - 1, 0) : c] = True
    return sees


def convolution(below):
    sees = below.copy()
    for r in range(HEIGHT):
        for c in range(WIDTH + 1):
            for up, aside in ((0, -1), (1, -1), (1, 0), (1, 1)):
                if r >= up and 0 <= c + aside <= WIDTH:
                    sees[r, c] |= below[r - up, c + aside]
    return sees


def row_lstm(below):
    states = below.copy()
    for r in range(HEIGHT):
        for c in range(WIDTH + 1):
            if c:
                states[r, c] |= below[r, c - 1]
            if r:
                ends = max(c - 1, 0), c + 2
                states[r, c] |= states[r - 1, slice(*ends)].any(axis=0)
    return below | states


def scan(below):
    """From the upper left corner, one diagonal after the other."""
    states = below.copy()
    for r in range(HEIGHT):
        for c in range(WIDTH + 1):
            if c:
                states[r, c] |= states[r, c - 1]
            if r:
                states[r, c] |= states[r - 1, c]
    return states


def diagonal(below):
    left, right = scan(below), scan(below[:, ::-1])[:, ::-1]
    left[1:] |= right[:-1]
    return below | left


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
    start = first()
    deep = convolution(convolution(convolution(start)))
    panels = {
        "PixelCNN,\nthree blocks": deep,
        "Row LSTM,\none layer": row_lstm(start),
        "Diagonal BiLSTM,\none layer": diagonal(start),
    }
    rows, columns = np.indices((HEIGHT, WIDTH))
    before = (rows < ROW) | ((rows == ROW) & (columns < COLUMN))
    assert np.array_equal(diagonal(start)[ROW, COLUMN], before)
    figure, axes = style.figure(7, 2.75, 1, 3)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.04)
    for panel, (name, sees) in zip(axes, panels.items(), strict=True):
        seen = sees[ROW, COLUMN]
        assert not np.any(seen & ~before)
        squares(panel, seen, style.DATA, 0.75)
        squares(panel, before & ~seen, style.NOISE, 0.6)
        own = (rows == ROW) & (columns == COLUMN)
        squares(panel, own, style.FOURTH, 1)
        frame(panel, ROW + 1)
        panel.set_title(name)
    return figure
