"""A density in the plane: filled contours, data, ellipses of components."""

import matplotlib.patches
import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.plotting.notebook_figure import NotebookFigure


def density_map(
    model,
    x=None,
    *,
    means=None,
    covariances=None,
    limits=None,
    num=120,
    title=None,
    axes=None,
):
    """The density of a model of the plane, with data on top.

    Args:
        model: Model of data of shape `(2,)` with a method `log_prob(x)`.
        x: Optional array `(n, 2)`, drawn as points.
        means: Optional array `(K, 2)`, drawn as crosses.
        covariances: Optional array `(K, 2, 2)`, or `(2, 2)` for all. Drawn as
            the ellipses of one and two standard deviations around the means.
        limits: Optional `(low, high)` of both axes. Defaults to what holds
            `x`, or to (-4, 4) without data.
        num: Int > 1. Grid points along each axis. Defaults to `120`.
        title: Optional string.
        axes: Optional Matplotlib axes to draw in, such as one panel of many.

    Returns:
        A Matplotlib figure.

    Raises:
        ValueError: If an array has another shape, or there are covariances
            without means.

    Example:
        >>> mixture = GaussianMixture((2,), num_components=8)
        >>> ...
        >>> density_map(
        ...     mixture, x, means=mixture.means, covariances=mixture.covariances
        ... )
    """
    x, ticks, log_prob = on_a_grid(model, x, limits, num)
    density = np.exp(log_prob)
    if axes is None:
        figure = NotebookFigure(figsize=(4.5, 4.5))
        axes = figure.subplots()
    ends = ticks[[0, -1]]
    axes.set(xlim=ends, ylim=ends, aspect="equal", title=title)
    axes.contourf(ticks, ticks, density, levels=12, cmap="Blues")
    if x is not None:
        axes.scatter(*x.T, s=3, color="black", alpha=0.25, linewidths=0)
    if means is not None:
        means = in_the_plane("means", means)
        axes.scatter(*means.T, s=25, marker="x", color="C1", zorder=3)
    if covariances is not None:
        if means is None:
            raise ValueError(
                "Expected `means` where there are `covariances`. "
                "Received: means=None"
            )
        for patch in _ellipses(means, covariances):
            axes.add_patch(patch)
    return axes.figure


def on_a_grid(model, x, limits, num):
    """A log density on a square grid, as `density_map` wants it.

    Args:
        model: Model of data of shape `(2,)` with a method `log_prob(x)`.
        x: Optional array `(n, 2)`.
        limits: Optional `(low, high)` of both axes.
        num: Int > 1. Grid points along each axis.

    Returns:
        `x`, checked; ticks `(num,)`; log densities `(num, num)`, float64.
    """
    num = check_count("num", num, least=2)
    if x is not None:
        x = in_the_plane("x", x)
    low, high = axis_limits(x) if limits is None else limits
    ticks = np.linspace(low, high, num)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    log_prob = model.log_prob(grid.astype("float32"), batch_size=len(grid))
    return x, ticks, np.asarray(log_prob, "float64").reshape(num, num)


def in_the_plane(name, points):
    """Points as an array `(n, 2)`, if they are."""
    points = np.asarray(points)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(
            f"Expected `{name}` with shape (n, 2), n > 0. "
            f"Received: shape {points.shape}"
        )
    return points


def axis_limits(x):
    """A square around the data, with a margin."""
    if x is None:
        return -4.0, 4.0
    low, high = float(x.min()), float(x.max())
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin


def _ellipses(means, covariances):
    """Where the distance is one and two standard deviations."""
    shape = (len(means), 2, 2)
    if np.shape(covariances) not in (shape, (2, 2)):
        raise ValueError(
            f"Expected `covariances` with shape {shape} or (2, 2). "
            f"Received: shape {np.shape(covariances)}"
        )
    covariances = np.broadcast_to(covariances, shape)
    for mean, covariance in zip(means, covariances, strict=True):
        variances, directions = np.linalg.eigh(covariance)
        height, width = np.sqrt(np.maximum(variances, 0))
        angle = np.degrees(np.arctan2(directions[1, 1], directions[0, 1]))
        for scale in (1, 2):  # standard deviations, of which there are two
            yield matplotlib.patches.Ellipse(
                mean,
                2 * scale * width,
                2 * scale * height,
                angle=angle,
                fill=False,
                color="C1",
            )
