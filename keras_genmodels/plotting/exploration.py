"""Figures of what `keras_genmodels.explore` finds out."""

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.plotting.images import figure_for
from keras_genmodels.plotting.images import gap_between
from keras_genmodels.plotting.latent_space import scatter
from keras_genmodels.plotting.notebook_figure import NotebookFigure
from keras_genmodels.plotting.tiles import as_images
from keras_genmodels.plotting.tiles import draw
from keras_genmodels.plotting.tiles import tile


def embedding(points, y=None, *, values=None, value_name="error"):
    """Points of `explore.embedding`, coloured by class or by a number.

    Args:
        points: Array `(n, 2)`.
        y: Optional integer labels `(n,)`; or
        values: Array `(n,)`, a number per point, such as the errors of
            `explore.reconstruction_errors`.
        value_name: String, the title of the colour bar.

    Returns:
        A Matplotlib figure.

    Raises:
        ValueError: If a shape is another, or both colours are given.
    """
    points = np.asarray(points)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"Expected `points` with shape (n, 2). Received: {points.shape}"
        )
    if y is not None and values is not None:
        raise ValueError("Expected `y` or `values`. Received: both")
    for name, colour in (("y", y), ("values", values)):
        if colour is not None and np.shape(colour) != (len(points),):
            raise ValueError(
                f"Expected `{name}` with shape ({len(points)},). "
                f"Received: shape {np.shape(colour)}"
            )
    names = ("first coordinate", "second coordinate")
    if values is None:
        figure = scatter(points, names, y)
        figure.axes[0].set_adjustable("datalim")
        return figure
    figure = NotebookFigure(figsize=(6, 5))
    axes = figure.subplots()
    axes.set(xlabel=names[0], ylabel=names[1])
    axes.set_aspect("equal", adjustable="datalim")
    values = np.asarray(values)
    order = np.argsort(values)  # the largest on top
    dots = axes.scatter(
        *points[order].T, c=values[order], s=8, linewidths=0, cmap="viridis_r"
    )
    figure.colorbar(dots, label=value_name, shrink=0.7)
    return figure


def worst_reconstructions(errors, num=10):
    """The data that a model reconstructs worst, above what it makes of them.

    Args:
        errors: Result of `explore.reconstruction_errors` of images.
        num: Int > 0, how many, the worst at the left.

    Returns:
        A Matplotlib figure, the mean squared errors below.
    """
    worst = errors.order[: check_count("num", num)]
    both = np.concatenate([errors.x[worst], errors.reconstructions[worst]])
    both = as_images(both)
    gap = gap_between(both)
    grid = tile(both, len(worst), gap=gap)
    figure = figure_for(grid, len(worst))
    axes = figure.subplots()
    draw(axes, grid)
    height, width = both.shape[1:3]
    centres = [(height - 1) / 2, height + gap + (height - 1) / 2]
    axes.set_yticks(centres, ["data", "reconstruction"])
    axes.set_xticks(
        np.arange(len(worst)) * (width + gap) + (width - 1) / 2,
        [f"{error:.3f}" for error in errors.errors[worst]],
    )
    axes.tick_params(length=0)
    return figure


def traversal(images, *, values=None, dimensions=None):
    """Latent traversals: a row for each dimension, a column for each value.

    Args:
        images: Array `(m, v, height, width, channels)` of
            `explore.traverse`.
        values: Optional `v` numbers, to write below the columns.
        dimensions: Optional `m` ints, to write beside the rows. Defaults to
            0, 1, ....

    Returns:
        A Matplotlib figure.

    Raises:
        ValueError: If `images` has another shape.
    """
    images, values, dimensions = check_traversal(images, values, dimensions)
    count, columns, height, width, _ = images.shape
    flat = as_images(images.reshape(-1, *images.shape[2:]))
    gap = gap_between(flat)
    grid = tile(flat, columns, gap=gap)
    figure = figure_for(grid, columns)
    axes = figure.subplots()
    draw(axes, grid)
    axes.set_yticks(
        np.arange(count) * (height + gap) + (height - 1) / 2,
        [f"$z_{{{dimension + 1}}}$" for dimension in dimensions],
    )
    if values is not None:
        axes.set_xticks(
            np.arange(columns) * (width + gap) + (width - 1) / 2,
            [f"{value:g}" for value in values],
        )
    axes.tick_params(length=0)
    return figure


def check_traversal(images, values, dimensions):
    """The arguments of `traversal`, checked and filled in."""
    images = np.asarray(images)
    if images.ndim != 5 or 0 in images.shape:
        raise ValueError(
            "Expected images of shape (dimensions, values, height, width, "
            f"channels). Received: shape {images.shape}"
        )
    if dimensions is None:
        dimensions = range(len(images))
    if len(dimensions) != len(images) or (
        values is not None and len(values) != images.shape[1]
    ):
        raise ValueError(
            f"Expected {len(images)} dimensions and {images.shape[1]} values. "
            f"Received: dimensions={dimensions}, values={values}"
        )
    return images, values, dimensions


def local_change(change, *, names=None, responses=None):
    """The directions of a latent space by how much they change a response.

    Args:
        change: Result of `explore.local_change`.
        names: Optional strings, for the directions. Defaults to z_1, z_2, ....
        responses: Optional strings, for the responses.

    Returns:
        A Matplotlib figure. For one response: bars of the root mean square
        change with standard errors, the largest at the top. For several: a
        table of them, a row for each response.
    """
    sizes = change.root_mean_square
    count = sizes.shape[-1]
    if names is None:
        names = [f"$z_{{{i + 1}}}$" for i in range(count)]
    if sizes.ndim == 1:
        figure = NotebookFigure(figsize=(5, 1 + 0.3 * count))
        axes = figure.subplots()
        order = change.ranking[::-1]
        axes.barh(
            [names[i] for i in order],
            sizes[order],
            xerr=np.nan_to_num(change.root_mean_square_error[order]),
            color="tab:blue",
            ecolor="black",
            capsize=3,
        )
        axes.set(xlabel="root mean square change per unit")
        axes.spines[["top", "right"]].set_visible(False)
        return figure
    if responses is None:
        responses = range(len(sizes))
    figure = NotebookFigure(
        figsize=(2 + 0.6 * count, 1 + 0.35 * len(sizes)),
    )
    axes = figure.subplots()
    picture = axes.imshow(sizes, cmap="viridis", vmin=0, aspect="auto")
    axes.set_xticks(range(count), names)
    axes.set_yticks(range(len(sizes)), [str(r) for r in responses])
    axes.set(ylabel="response")
    axes.tick_params(length=0)
    figure.colorbar(picture, label="root mean square change per unit")
    return figure
