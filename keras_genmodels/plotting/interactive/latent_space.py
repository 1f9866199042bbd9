"""Where a model puts the data in its latent space, and what lies there."""

import numpy as np

from keras_genmodels.plotting.images import gap_between
from keras_genmodels.plotting.interactive.parts import add_images
from keras_genmodels.plotting.interactive.parts import graph_objects
from keras_genmodels.plotting.interactive.parts import png
from keras_genmodels.plotting.interactive.parts import rgb
from keras_genmodels.plotting.interactive.parts import style
from keras_genmodels.plotting.latent_space import checked_codes
from keras_genmodels.plotting.latent_space import class_colours
from keras_genmodels.plotting.latent_space import in_the_plane
from keras_genmodels.plotting.latent_space import manifold_images
from keras_genmodels.plotting.tiles import num_columns
from keras_genmodels.plotting.tiles import tile


def latent_map(model, x, y=None):
    """The codes of data in the plane; the one pointed at shows its image.

    The images travel in the figure once, as a single picture. Showing them
    takes a script, which `to_html` adds to the page; elsewhere the points say
    their number and class only.

    Args:
        model: Model with a method `encode(x)` that returns `(n, latent_dim)`.
        x: Data as the model takes it, `n` examples, at most a few thousand.
        y: Optional integer labels of shape `(n,)`.

    Returns:
        A Plotly figure. With more than two latent dimensions it shows the
        first two principal components of the codes.

    Raises:
        ValueError: If the codes or the labels have another shape.
        ImportError: If Plotly is missing.
    """
    go = graph_objects()
    points, names = in_the_plane(checked_codes(model, x, y))
    labels = np.zeros(len(points), int) if y is None else np.asarray(y)
    classes = np.unique(labels)
    figure = go.Figure()
    colours = class_colours(len(classes))
    for label, colour in zip(classes, colours, strict=True):
        rows = np.flatnonzero(labels == label)
        which = "" if y is None else f"class {label}, "
        figure.add_scatter(
            x=points[rows, 0],
            y=points[rows, 1],
            customdata=rows,
            mode="markers",
            name=str(label),
            marker={"size": 6, "opacity": 0.75, "color": rgb(colour)},
            hovertemplate=f"{which}number %{{customdata}}<extra></extra>",
        )
    x = np.asarray(x)
    meta = None
    if x.ndim == 4 and x.shape[3] in (1, 3):
        meta = {
            "pictures": {
                "source": png(tile(x, gap=0)),
                "columns": num_columns(len(x)),
                "count": len(x),
                "width": x.shape[2],
                "height": x.shape[1],
            }
        }
    return style(
        figure,
        meta=meta,
        xaxis_title=plain(names[0]),
        yaxis_title=plain(names[1]),
        yaxis_scaleanchor="x",
        showlegend=y is not None,
        legend_title="class",
    )


def manifold(model, *, num=15):
    """What a two-dimensional latent space decodes to, on a grid.

    As `keras_genmodels.plotting.manifold`; the image pointed at says its code,
    and one can come closer.

    Args:
        model: Model of images with `latent_dim` 2 and a method `decode(z)`.
        num: Int > 0. Images along each axis.

    Returns:
        A Plotly figure.

    Raises:
        ValueError: If the model has another `latent_dim` or does not decode
            to images, or if `num` is not a positive integer.
        ImportError: If Plotly is missing.
    """
    go = graph_objects()
    images, ticks = manifold_images(model, num)
    gap = gap_between(images)
    figure = go.Figure()
    add_images(figure, [tile(images, num, gap=gap)])
    _, height, width, _ = images.shape
    column, row = np.meshgrid(np.arange(num), np.arange(num))
    # Markers that are not seen, to be pointed at.
    figure.add_scatter(
        x=(column * (width + gap) + (width - 1) / 2).ravel(),
        y=(row * (height + gap) + (height - 1) / 2).ravel(),
        customdata=np.stack([ticks[column], ticks[::-1][row]], -1)
        .reshape(-1, 2)
        .round(3),
        mode="markers",
        marker={"opacity": 0, "color": "gray"},
        hovertemplate="z = (%{customdata[0]}, %{customdata[1]})<extra></extra>",
    )
    return style(
        figure,
        hoverdistance=-1,
        xaxis_title="z<sub>1</sub>",
        yaxis_title="z<sub>2</sub>",
    )


def plain(name):
    """The name of an axis without TeX."""
    for index in (1, 2):
        name = name.replace(f"$z_{index}$", f"z<sub>{index}</sub>")
    return name
