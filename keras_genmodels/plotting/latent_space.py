"""Where a model puts the data in its latent space, and what lies there."""

import statistics

import matplotlib
import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.plotting.images import figure_for
from keras_genmodels.plotting.images import gap_between
from keras_genmodels.plotting.notebook_figure import NotebookFigure
from keras_genmodels.plotting.tiles import as_images
from keras_genmodels.plotting.tiles import draw
from keras_genmodels.plotting.tiles import tile


def latent_map(model, x, y=None):
    """The codes of data as points in the plane, coloured by class.

    Args:
        model: Model with a method `encode(x)` that returns `(n, latent_dim)`.
        x: Data as the model takes it, `n` examples.
        y: Optional integer labels of shape `(n,)`.

    Returns:
        A Matplotlib figure. With more than two latent dimensions it shows the
        first two principal components of the codes, and its axes say so.

    Raises:
        ValueError: If the codes are not of shape `(n, latent_dim)` with at
            least two examples and dimensions, or `y` is not of shape `(n,)`.

    Example:
        >>> latent_map(vae, x_test, y_test)
    """
    points, names = in_the_plane(checked_codes(model, x, y))
    return scatter(points, names, y)


def manifold(model, *, num=15):
    """What a two-dimensional latent space decodes to, on a grid.

    The grid's lines are the quantiles `(i + 1/2) / num` of a standard normal
    distribution, so that every image stands for an equal share of the prior.

    Args:
        model: Model of images with `latent_dim` 2 and a method `decode(z)`.
        num: Int > 0. Images along each axis. Defaults to `15`.

    Returns:
        A Matplotlib figure: the first latent coordinate grows to the right,
        the second upwards.

    Raises:
        ValueError: If the model has another `latent_dim` or does not decode
            to images, or if `num` is not a positive integer.

    Reference:
        [Kingma & Welling, 2014](https://arxiv.org/abs/1312.6114), figure 4
    """
    images, ticks = manifold_images(model, num)
    num = len(ticks)
    gap = gap_between(images)
    grid = tile(images, num, gap=gap)
    figure = figure_for(grid, num)
    axes = figure.subplots()
    draw(axes, grid)
    _, height, width, _ = np.shape(images)
    shown = sorted({0, num // 2, num - 1})
    texts = [f"{ticks[i]:.1f}" for i in shown]
    right = np.array(shown)
    down = num - 1 - right
    axes.set_xticks(right * (width + gap) + (width - 1) / 2, texts)
    axes.set_yticks(down * (height + gap) + (height - 1) / 2, texts)
    axes.tick_params(length=2)
    axes.set(xlabel="$z_1$", ylabel="$z_2$")
    return figure


def manifold_images(model, num):
    """The images of `manifold`, row by row, and the ticks of its axes."""
    if model.latent_dim != 2:
        raise ValueError(
            "Expected a model with latent_dim=2. "
            f"Received: latent_dim={model.latent_dim}"
        )
    num = check_count("num", num)
    quantile = statistics.NormalDist().inv_cdf
    ticks = np.array([quantile((i + 0.5) / num) for i in range(num)])
    across, up = np.meshgrid(ticks, ticks[::-1])
    z = np.stack([across.ravel(), up.ravel()], axis=1).astype("float32")
    return as_images(model.decode(z)), ticks


def checked_codes(model, x, y=None):
    """The codes of data, `(n, latent_dim)`, if a map can be made of them."""
    z = np.asarray(model.encode(x))
    if z.ndim != 2 or min(z.shape) < 2:
        raise ValueError(
            "Expected codes of shape (n, latent_dim) with n > 1 and "
            f"latent_dim > 1. Received: shape={z.shape}"
        )
    if y is not None and np.shape(y) != (len(z),):
        raise ValueError(
            f"Expected `y` to have shape ({len(z)},), one label for each row "
            f"of `x`. Received: y.shape={np.shape(y)}"
        )
    return z


def scatter(points, names, y=None):
    """Points in the plane, coloured by class.

    Args:
        points: Array `(n, 2)`.
        names: Two strings, for the axes.
        y: Optional array `(n,)` of labels.

    Returns:
        A Matplotlib figure.
    """
    figure = NotebookFigure(figsize=(6, 5))
    axes = figure.subplots()
    axes.set(xlabel=names[0], ylabel=names[1], aspect="equal")
    if y is None:
        axes.scatter(*points.T, s=8, linewidths=0, alpha=0.7)
        return figure
    y = np.asarray(y)
    classes = np.unique(y)
    colours = class_colours(len(classes))
    for label, colour in zip(classes, colours, strict=True):
        axes.scatter(
            *points[y == label].T,
            s=8,
            color=[colour],
            linewidths=0,
            alpha=0.7,
            label=str(label),
        )
    axes.legend(
        title="class",
        loc="center left",
        bbox_to_anchor=(1, 0.5),
        frameon=False,
        markerscale=2,
    )
    return figure


def class_colours(count):
    """Colours for `count` classes, RGB tuples of numbers in [0, 1]."""
    if count <= 10:
        return list(matplotlib.colormaps["tab10"].colors[:count])
    spread = np.linspace(0, 1, count)
    return [tuple(c[:3]) for c in matplotlib.colormaps["turbo"](spread)]


def in_the_plane(z):
    """Codes `(n, latent_dim)` as `(n, 2)`, and what to call the axes."""
    if z.shape[1] == 2:
        return z, ("$z_1$", "$z_2$")
    # Imported here: scikit-learn takes a second to import.
    from sklearn.decomposition import PCA

    pca = PCA(n_components=2, random_state=0)
    points = pca.fit_transform(z)
    names = [
        f"{which} principal component of z ({share:.0%} of the variance)"
        for which, share in zip(
            ("first", "second"), pca.explained_variance_ratio_, strict=True
        )
    ]
    return points, names
