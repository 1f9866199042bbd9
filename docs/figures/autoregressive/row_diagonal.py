"""What one prediction sees by convolutions, a Row LSTM, a Diagonal BiLSTM."""

import numpy as np
import pixels
import style

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
        pixels.squares(panel, seen, color=style.DATA, alpha=0.75)
        pixels.squares(panel, before & ~seen, color=style.NOISE, alpha=0.6)
        own = (rows == ROW) & (columns == COLUMN)
        pixels.squares(panel, own, color=style.FOURTH, alpha=1)
        pixels.frame(panel, (HEIGHT, WIDTH), ROW + 1)
        panel.set_title(name)
    return figure
