"""Images of few pixels, seen from close by: which pixels, and their grid."""

import numpy as np
import style
from matplotlib.patches import PathPatch
from matplotlib.patches import Rectangle
from matplotlib.path import Path


def squares(panel, where, inset=0, **look):
    """Pixels that look alike, in one path.

    Args:
        panel: Matplotlib axes, with the first row of the image at the top.
        where: Bool array `(height, width)`.
        inset: Float, what each side leaves free.
        **look: Of `PathPatch`. There is no line unless it has a `linewidth`.
    """
    corners = np.argwhere(where)[:, None, ::-1]
    if len(corners):
        square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
        corners = corners + inset + (1 - 2 * inset) * square
        codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
        path = Path(corners.reshape(-1, 2), codes * len(corners))
        panel.add_patch(PathPatch(path, **{"linewidth": 0, **look}))


def frame(panel, shape, rows):
    """The borders of an image, and of the pixels of its first rows."""
    height, width = shape
    lines = [((0, y), (width, y)) for y in range(1, rows + 1)]
    lines += [((x, 0), (x, rows)) for x in range(1, width)]
    path = Path(
        np.reshape(lines, (-1, 2)), [Path.MOVETO, Path.LINETO] * len(lines)
    )
    panel.add_patch(
        PathPatch(path, fill=False, edgecolor=style.FAINT, linewidth=0.6)
    )
    panel.add_patch(
        Rectangle((0, 0), width, height, facecolor="none", edgecolor=style.INK)
    )
    panel.set(xlim=(-0.2, width + 0.2), ylim=(height + 0.2, -0.2))
    panel.set_aspect("equal")
    panel.set_axis_off()
