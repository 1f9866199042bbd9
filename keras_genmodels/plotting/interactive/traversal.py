"""Latent traversals with a slider."""

from keras_genmodels.plotting.exploration import check_traversal
from keras_genmodels.plotting.images import gap_between
from keras_genmodels.plotting.interactive.parts import add_images
from keras_genmodels.plotting.interactive.parts import add_slider
from keras_genmodels.plotting.interactive.parts import graph_objects
from keras_genmodels.plotting.interactive.parts import style
from keras_genmodels.plotting.tiles import as_images
from keras_genmodels.plotting.tiles import num_columns
from keras_genmodels.plotting.tiles import tile


def traversal(images, *, values=None, dimensions=None, columns=None):
    """Latent traversals: an image for each dimension, a slider for the value.

    Args:
        images: Array `(m, v, height, width, channels)` of
            `explore.traverse`.
        values: Optional `v` numbers. Defaults to 0, 1, ....
        dimensions: Optional `m` ints. Defaults to 0, 1, ....
        columns: Optional int > 0. Defaults to a grid as square as can be.

    Returns:
        A Plotly figure. It begins with the value in the middle.

    Raises:
        ValueError: If `images` has another shape.
        ImportError: If Plotly is missing.
    """
    go = graph_objects()
    images, values, dimensions = check_traversal(images, values, dimensions)
    values = range(images.shape[1]) if values is None else values
    count, _, height, width, _ = images.shape
    columns = num_columns(count, columns)
    gap = gap_between(images[:, 0])
    head = max(2, height // 3)
    grids = [
        tile(as_images(moment), columns, gap=gap, head=head)
        for moment in images.swapaxes(0, 1)
    ]
    middle = len(grids) // 2
    figure = go.Figure()
    add_images(figure, grids, middle)
    for index, dimension in enumerate(dimensions):
        row, column = divmod(index, columns)
        figure.add_annotation(
            x=column * (width + gap) + (width - 1) / 2,
            y=row * (height + head + gap) + (head - 1) / 2,
            text=f"z<sub>{dimension + 1}</sub>",
            showarrow=False,
        )
    labels = [f"{value:g}" for value in values]
    add_slider(figure, labels, "value ", middle)
    return style(figure)
