"""A density in the plane, as contours to be read off anywhere."""

import numpy as np

from keras_genmodels.plotting.densities import in_the_plane
from keras_genmodels.plotting.densities import on_a_grid
from keras_genmodels.plotting.interactive.parts import graph_objects
from keras_genmodels.plotting.interactive.parts import style

# How far the colours reach below the maximum, in nats: for a normal
# distribution in the plane to the ellipse of radius 4.
DEPTH = 8.0


def density_map(model, x=None, *, means=None, limits=None, num=60):
    """The log density of a model of the plane, with data on top.

    Args:
        model: Model of data of shape `(2,)` with a method `log_prob(x)`: a
            mixture, a flow.
        x: Optional array `(n, 2)`, drawn as points.
        means: Optional array `(K, 2)`, drawn as crosses with their numbers.
        limits: Optional `(low, high)` of both axes. Defaults to what holds
            `x`, or to (-4, 4) without data.
        num: Int > 1. Grid points along each axis. Defaults to `60`.

    Returns:
        A Plotly figure. The colours end 8 nats below the largest log density
        on the grid; every place says its own.

    Raises:
        ValueError: If an array has another shape.
        ImportError: If Plotly is missing.
    """
    go = graph_objects()
    x, ticks, log_prob = on_a_grid(model, x, limits, num)
    top = log_prob.max()
    lines = {"start": top - DEPTH, "end": top, "size": 1.0}
    figure = go.Figure(
        go.Contour(
            x=ticks,
            y=ticks,
            z=np.round(log_prob, 3),
            zmin=top - DEPTH,
            zmax=top,
            contours=lines,
            colorscale="Blues",
            colorbar={"title": "nats", "tickformat": ".1f"},
            hovertemplate="(%{x:.2f}, %{y:.2f}): %{z:.2f} nats<extra></extra>",
        )
    )
    if x is not None:
        figure.add_scatter(
            x=x[:, 0],
            y=x[:, 1],
            mode="markers",
            marker={"size": 3, "color": "black", "opacity": 0.3},
            hoverinfo="skip",
        )
    if means is not None:
        means = in_the_plane("means", means)
        figure.add_scatter(
            x=means[:, 0],
            y=means[:, 1],
            customdata=np.arange(len(means)),
            mode="markers",
            marker={"size": 9, "symbol": "x", "color": "rgb(255,127,14)"},
            hovertemplate="component %{customdata}<extra></extra>",
        )
    ends = ticks[[0, -1]].tolist()
    figure.update_xaxes(range=ends, constrain="domain")
    figure.update_yaxes(range=ends, scaleanchor="x")
    return style(
        figure,
        showlegend=False,
        xaxis_title="x<sub>1</sub>",
        yaxis_title="x<sub>2</sub>",
    )
