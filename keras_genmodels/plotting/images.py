"""Images side by side: samples, data, reconstructions."""

import numpy as np

from keras_genmodels.plotting.notebook_figure import NotebookFigure
from keras_genmodels.plotting.tiles import as_images
from keras_genmodels.plotting.tiles import draw
from keras_genmodels.plotting.tiles import num_columns
from keras_genmodels.plotting.tiles import tile

# Size of one image on the page, in inches, and of the widest figure.
CELL = 0.7
WIDEST = 8


def image_grid(images, *, columns=None, labels=None, title=None):
    """Images in a grid, row by row.

    Args:
        images: Array of shape `(n, height, width, channels)` with 1 or 3
            channels, in [0, 1]; other values are clipped.
        columns: Optional int > 0. Defaults to a grid as square as can be.
        labels: Optional sequence of `n` labels, written above the images.
        title: Optional string, written above the grid.

    Returns:
        A Matplotlib figure.

    Raises:
        ValueError: If `images` has another shape, or `labels` another length.

    Example:
        >>> image_grid(vae.sample(16, seed=0), title="Samples")
    """
    images = as_images(images)
    n, height, width, _ = images.shape
    if labels is not None and len(labels) != n:
        raise ValueError(
            f"Expected {n} labels, one for each image. Received: {len(labels)}"
        )
    columns = num_columns(n, columns)
    # A label takes the height of a third of an image.
    head = 0 if labels is None else -(-height // 3)
    gap = gap_between(images)
    grid = tile(images, columns, gap=gap, head=head)
    figure = figure_for(grid, columns, title)
    axes = figure.subplots()
    draw(axes, grid)
    for index, label in enumerate(() if labels is None else labels):
        row, column = divmod(index, columns)
        axes.text(
            column * (width + gap) + (width - 1) / 2,
            row * (height + head + gap) + (head - 1) / 2,
            str(label),
            size="small",
            ha="center",
            va="center",
        )
    return figure


def reconstructions(model, x):
    """Images above what the model makes of them from their codes.

    Args:
        model: Model with a method `reconstruct(x)`.
        x: Images `(n, height, width, channels)` in [0, 1], a handful: each
            takes a column.

    Returns:
        A Matplotlib figure.

    Raises:
        ValueError: If `x` has another shape.

    Example:
        >>> reconstructions(vae, x_test[:10])
    """
    x = as_images(x)
    both = np.concatenate([x, as_images(model.reconstruct(x))])
    gap = gap_between(x)
    grid = tile(both, len(x), gap=gap)
    figure = figure_for(grid, len(x))
    axes = figure.subplots()
    draw(axes, grid)
    height = x.shape[1]
    centres = [(height - 1) / 2, height + gap + (height - 1) / 2]
    axes.set_yticks(centres, ["data", "reconstruction"])
    axes.tick_params(length=0)
    return figure


def gap_between(images):
    """A gap that looks alike at every resolution.

    Args:
        images: Array of shape `(n, height, width, channels)`.

    Returns:
        Int > 0, in pixels.
    """
    return max(1, images.shape[2] // 14)


def figure_for(grid, columns, title=None):
    """An empty figure of the proportions of a grid of images.

    Args:
        grid: Array of shape `(height, width, channels)`.
        columns: Int > 0: how many images the grid is wide.
        title: Optional string.

    Returns:
        A Matplotlib figure, at most `WIDEST` inches wide, or as its title is.
    """
    wide = min(max(columns, 2) * CELL, WIDEST)
    high = wide * grid.shape[0] / grid.shape[1]
    if title:
        high += 0.3
        wide = max(wide, 0.12 * len(title))  # room for the letters
    figure = NotebookFigure(figsize=(wide, high))
    if title:
        figure.suptitle(title)
    return figure
