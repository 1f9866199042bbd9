"""What stacks of masked 3x3 convolutions see: a wedge is never reached."""

import numpy as np
import pixels
import style

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
        pixels.squares(panel, reached, color=style.DATA, alpha=0.75)
        if layers == LAYERS[-1]:
            pixels.squares(panel, never, color=style.NOISE, alpha=0.75)
        own = (rows == ROW) & (columns == COLUMN)
        pixels.squares(panel, own, color=style.FOURTH, alpha=1)
        pixels.frame(panel, (HEIGHT, WIDTH), ROW + 1)
        # From the corner of the pixel, along the diagonal.
        panel.plot([COLUMN + 1, COLUMN + 1 + ROW], [ROW, 0], "--",
                   color=style.INK, linewidth=1.5)  # fmt: skip
        panel.set_title(name)
    return figure
