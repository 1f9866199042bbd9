"""How many connections lead from each earlier pixel to one prediction."""

import numpy as np
import pixels
import style
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

SIZE = 16
ROW, COLUMN = 11, 5
NEVER = 10_000
STEPS = [1, 2, 3, 5, 9, 17, 200]  # borders of the colours
NAMES = ("1", "2", "3, 4", "5 to 8", "9 to 16", "more")
SHADES = LinearSegmentedColormap.from_list(
    "shades", ["#1a237e", style.DATA, "#7986cb", "#c5cae9"]
)
COLOURS = [SHADES(i / 5) for i in range(6)]


def places(width=SIZE):
    return np.stack(np.indices((SIZE, width)), axis=-1).reshape(-1, 2)


def moves(towards, allowed):
    """One layer backwards: the least cost of features below it.

    Args:
        towards: Array `(SIZE, width)`, the cost of the features above.
        allowed: Function of rows and columns to go up and left, the cost of
            the connection.
    """
    width = towards.shape[1]
    ends = places(width)
    up = ends[None, :, 0] - ends[:, None, 0]  # from a place to an end
    left = ends[None, :, 1] - ends[:, None, 1]
    cost = allowed(up, left) + towards.reshape(-1)
    return np.minimum(cost.min(axis=1), NEVER).reshape(SIZE, width)


def convolution(reach, own):
    def allowed(up, left):
        before = (up > 0) | ((up == 0) & (left > 0))
        near = (up <= reach) & (np.abs(left) <= reach)
        cost = np.where(before & near, 1, NEVER)
        return np.where((up == 0) & (left == 0) & own, 0, cost)

    return allowed


def diagonal(up, left):
    """One state after the other, from the left; or from the right, shifted."""
    same = (up >= 0) & (left >= 0)
    mirrored = (up >= 1) & (left <= 0)
    return np.where(same | mirrored, up + np.abs(left), NEVER)


def start(width=SIZE):
    cost = np.full((SIZE, width), NEVER)
    cost[ROW, COLUMN] = 0
    return cost


def pixel_cnn():
    """Four 3x3 layers behind a first one of 7x7."""
    cost = start()
    for _ in range(4):
        cost = moves(cost, convolution(1, True))
    return moves(cost, convolution(3, False))


def gated_pixel_cnn(blocks=4, reach=2):
    """From the last block to the first; features of two stacks."""

    def above(up, left):
        near = (up >= 0) & (up <= reach) & (np.abs(left) <= reach)
        return np.where(near, (up != 0) | (left != 0), NEVER)

    def row(own):
        def allowed(up, left):
            near = (up == 0) & (left > 0) & (left <= reach)
            return np.where(near, 1, np.where((up == 0) & (left == 0) & own,
                                              0, NEVER))  # fmt: skip

        return allowed

    def lowered(up, left):
        near = (up >= 1) & (up <= reach + 1) & (np.abs(left) <= reach)
        return np.where(near, 1, NEVER)

    horizontal, vertical = start(), np.full((SIZE, SIZE), NEVER)
    for block in reversed(range(blocks)):
        here = np.minimum(horizontal, vertical)
        if block:
            vertical = moves(here, above)
            horizontal = moves(horizontal, row(True))
        else:
            vertical = moves(here, lowered)
            horizontal = moves(horizontal, row(False))
    return np.minimum(horizontal, vertical)


def pixel_rnn():
    """Three diagonal layers, with a column more, behind one of 7x7."""
    cost = start(SIZE + 1)
    for _ in range(3):
        cost = moves(cost, diagonal)
    return moves(cost, convolution(3, False))[:, :SIZE]


def along(cost_of_distance):
    """A model of the row-by-row sequence: the cost of going back 1, 2, ..."""
    back = ROW * SIZE + COLUMN - np.arange(SIZE * SIZE)
    cost = [cost_of_distance(d) if d > 0 else NEVER for d in back]
    return np.array(cost).reshape(SIZE, SIZE)


def models():
    return {
        "MADE": along(lambda back: 1),
        "RNNMADE": along(lambda back: back),
        "PixelCNN": pixel_cnn(),
        "GatedPixelCNN": gated_pixel_cnn(),
        "PixelRNN": pixel_rnn(),
        # The shift, and a block for each one in the binary number.
        "WaveNet": along(lambda back: 1 + (back - 1).bit_count()),
        "Transformer": along(lambda back: 1 + (back > 1)),
    }


def draw():
    figure, axes = style.figure(7, 4.1, 2, 4)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.03, h_pad=0.04)
    for panel, (name, cost) in zip(axes.flat, models().items(), strict=False):
        rows, columns = np.indices((SIZE, SIZE))
        before = (rows < ROW) | ((rows == ROW) & (columns < COLUMN))
        shade = np.searchsorted(STEPS, cost, side="right")
        for i, colour in enumerate(COLOURS):
            pixels.squares(
                panel, before & (shade == i + 1), color=colour, linewidth=0.3
            )
        pixels.squares(
            panel,
            before & (cost >= NEVER),
            color=style.NOISE,
            alpha=0.75,
            linewidth=0.3,
        )
        assert not np.any(~before & (cost < NEVER))
        panel.add_patch(
            Rectangle((COLUMN, ROW), 1, 1, facecolor=style.FOURTH, zorder=3)
        )
        panel.add_patch(
            Rectangle((0, 0), SIZE, SIZE, facecolor="none", edgecolor=style.INK)
        )
        panel.set_title(name, fontsize=13)
        panel.set(xlim=(-0.2, 16.2), ylim=(16.2, -0.2), aspect="equal")
        panel.set_axis_off()
    key = axes[1, 3]
    key.set(xlim=(0, 6), ylim=(6.3, -1.3))
    entries = [*zip(COLOURS, NAMES, strict=True), (style.NOISE, "never")]
    key.text(0, -0.7, "connections", va="center")
    for i, (colour, name) in enumerate(entries):
        alpha = 0.75 if name == "never" else 1
        key.add_patch(
            Rectangle((0, i * 0.9), 0.9, 0.75, facecolor=colour, alpha=alpha)
        )
        key.text(1.3, i * 0.9 + 0.4, name, va="center", fontsize=12)
    key.set_axis_off()
    return figure
