"""Two couplings bend a grid, and the noise on it, into data."""

import numpy as np
import style

# A cell of the grid that shrinks, and one that grows.
CELLS = (((-0.5, 0.0), style.NOISE), ((1.0, 0.0), style.MODEL))
STEP = 0.5
EXTENT = 2.0


def first(z):
    """The first value stays and moves the second."""
    x, y = z.T
    return np.stack([x, 0.9 * y * np.exp(0.45 * x) + 0.5 * x**2 - 0.8], 1)


def second(z):
    """The second value stays and moves the first."""
    x, y = z.T
    return np.stack([0.9 * x * np.exp(0.2 * y) - np.sin(1.5 * y), y], 1)


def line(start, end):
    return np.linspace(start, end, 25)


def draw():
    figure, axes = style.figure(7, 2.5, 1, 3)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.02)
    noise = np.random.default_rng(1).standard_normal((260, 2))
    maps = (lambda z: z, first, lambda z: second(first(z)))
    names = ("noise $z$", "one coupling", "two: data $x$")
    for panel, map_, name, share in zip(
        axes, maps, names, (1, 0.5, 0), strict=True
    ):
        for place in np.arange(-EXTENT, EXTENT + 0.1, STEP):
            for ends in (
                [(place, -EXTENT), (place, EXTENT)],
                [(-EXTENT, place), (EXTENT, place)],
            ):
                panel.plot(
                    *map_(line(*map(np.array, ends))).T,
                    color=style.FAINT,
                    linewidth=0.8,
                )
        style.dots(panel, map_(noise), 2.4, style.blend(share))
        for corner, colour in CELLS:
            square = STEP * np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
            border = np.concatenate(
                [line(*ends) for ends in zip(square, square[1:], strict=False)]
            )
            panel.fill(
                *map_(border + corner).T, color=colour, alpha=0.85, zorder=3
            )
        panel.set_title(name, color=style.blend(share))
        style.plane(panel, 2.9, labels=False)
        panel.set_axis_off()
    return figure
