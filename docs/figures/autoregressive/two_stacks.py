"""Two stacks of blocks, and the two regions that they see."""

import numpy as np
import pixels
import style

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


def draw():
    figure, axes = style.figure(7, 2.3, 1, 3)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.04)
    both = {"vertical": style.DATA, "horizontal": style.MODEL}
    panels = ["vertical"], ["horizontal"], list(both)
    for panel, stacks in zip(axes, panels, strict=True):
        for stack in stacks:
            needed = blocks_needed(stack)
            for i, alpha in enumerate(SHADES):
                pixels.squares(
                    panel, needed == i + 1, color=both[stack], alpha=alpha
                )
        rows, columns = np.indices((HEIGHT, WIDTH))
        own = (rows == ROW) & (columns == COLUMN)
        pixels.squares(panel, own, color=style.FOURTH, alpha=1)
        pixels.frame(panel, (HEIGHT, WIDTH), ROW + 1)
        name, colour = "together", style.INK
        if len(stacks) == 1:
            name, colour = f"{stacks[0]} stack", both[stacks[0]]
        panel.set_title(name, color=colour)
    return figure
