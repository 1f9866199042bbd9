"""Many images in one array: the stuff of grids, manifolds, animations."""

import math

import numpy as np

from keras_genmodels._internal.arguments import check_count


def as_images(images):
    """Check images and make them ready to draw.

    Args:
        images: Numbers of shape `(n, height, width, channels)` with 1 or 3
            channels.

    Returns:
        float array of the same shape, clipped to [0, 1].

    Raises:
        ValueError: If the shape is another or there is no image.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[3] not in (1, 3) or images.size == 0:
        raise ValueError(
            "Expected images of shape (n, height, width, channels) with n > 0 "
            f"and 1 or 3 channels. Received: shape={images.shape}"
        )
    return np.clip(images.astype("float32", copy=False), 0, 1)


def num_columns(num_images, columns=None):
    """How many columns a grid has.

    Args:
        num_images: Int > 0.
        columns: Optional int > 0. If `None`, the grid is as square as can be.

    Returns:
        Int, at most `num_images`.

    Raises:
        ValueError: If `columns` is not a positive integer.
    """
    if columns is None:
        return math.ceil(math.sqrt(num_images))
    return min(check_count("columns", columns), num_images)


def tile(images, columns=None, *, gap=1, head=0):
    """Lay images out row by row in one white image.

    Args:
        images: Array of shape `(n, height, width, channels)`, as `as_images`
            takes it.
        columns: Optional int > 0. Defaults to a grid as square as can be.
        gap: Int >= 0. White pixels between images. Defaults to `1`.
        head: Int >= 0. White pixels above every image. Defaults to `0`.

    Returns:
        float32 array of shape `(rows * (height + head) + (rows - 1) * gap,
        columns * width + (columns - 1) * gap, channels)`, in [0, 1]. Places
        left over are white.

    Raises:
        ValueError: If the images or the number of columns are not as expected.
    """
    images = as_images(images)
    columns = num_columns(len(images), columns)
    rows = -(-len(images) // columns)
    missing = rows * columns - len(images)
    pad = ((0, missing), (head, gap), (0, gap), (0, 0))
    cells = np.pad(images, pad, constant_values=1)
    _, height, width, channels = cells.shape
    grid = cells.reshape(rows, columns, height, width, channels)
    grid = grid.swapaxes(1, 2).reshape(rows * height, columns * width, channels)
    return grid[: rows * height - gap, : columns * width - gap]


def draw(axes, grid):
    """Draw an image on axes, one crisp square per pixel, without a frame.

    Args:
        axes: Matplotlib axes.
        grid: Array of shape `(height, width, channels)` in [0, 1].
    """
    if grid.shape[2] == 1:
        grid = grid[:, :, 0]
    axes.imshow(grid, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.spines[:].set_visible(False)
    axes.set(xticks=[], yticks=[])
