"""What the interactive figures are made of."""

import base64
import io

import numpy as np
import PIL.Image


def graph_objects():
    """The module `plotly.graph_objects`.

    Raises:
        ImportError: If Plotly is missing, saying how to get it.
    """
    try:
        import plotly.graph_objects
    except ImportError as error:
        raise ImportError(
            "Interactive figures need Plotly: "
            'pip install "keras-genmodels[interactive]"'
        ) from error
    return plotly.graph_objects


def png(grid):
    """An image `(height, width, channels)` in [0, 1] as a data address."""
    buffer = io.BytesIO()
    values = np.round(255 * grid).astype("uint8")
    values = values[:, :, 0] if values.shape[2] == 1 else values
    PIL.Image.fromarray(values).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(
        buffer.getvalue()
    ).decode("ascii")


def add_images(figure, grids, active=0, **where):
    """Add images in one place, on axes without a frame.

    Args:
        figure: Plotly figure.
        grids: List of arrays `(height, width, channels)` in [0, 1], of one
            shape. Their pixels are shown as crisp squares.
        active: Int, the image that is visible.
        **where: `row` and `col`, in a figure of several axes.
    """
    for index, grid in enumerate(grids):
        trace = graph_objects().Image(
            source=png(grid), hoverinfo="skip", visible=index == active
        )
        figure.add_trace(trace, **where)
    height, width, _ = grids[0].shape
    nothing = {
        "constrain": "domain",
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }
    figure.update_xaxes(range=[-0.5, width - 0.5], **nothing, **where)
    figure.update_yaxes(range=[height - 0.5, -0.5], **nothing, **where)


def add_slider(figure, labels, prefix, active=0, layouts=None):
    """Add a slider that shows one of the figure's first traces.

    Args:
        figure: Plotly figure whose first traces are one per position.
        labels: Strings, one per position.
        prefix: String before the label of the position that is shown.
        active: Int, the position that is shown first.
        layouts: Optional dicts, what each position changes in the layout.
    """
    # Not Plotly's frames: a move that interrupts another is reported as an
    # error by the browser, and makes half of its changes only.
    count = len(labels)
    layouts = [{}] * count if layouts is None else layouts
    steps = [
        {
            "label": label,
            "method": "update",
            "args": [
                {"visible": [i == position for i in range(count)]},
                layout,
                list(range(count)),
            ],
        }
        for position, (label, layout) in enumerate(
            zip(labels, layouts, strict=True)
        )
    ]
    figure.update_layout(
        sliders=[
            {
                "active": active,
                "currentvalue": {"prefix": prefix, "xanchor": "left"},
                "pad": {"t": 45, "b": 5},
                "steps": steps,
            }
        ]
    )


def style(figure, **layout):
    """The look that the figures share."""
    figure.update_layout(
        template="plotly_white",
        margin={"l": 50, "r": 20, "t": 30, "b": 45},
        hovermode="closest",
        **layout,
    )
    return figure


def rgb(colour):
    """A colour of numbers in [0, 1], in words for Plotly."""
    return "rgb({},{},{})".format(*np.round(255 * np.array(colour)).astype(int))
