"""A stress test with a slider for the radius."""

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.plotting.images import gap_between
from keras_genmodels.plotting.interactive.parts import add_images
from keras_genmodels.plotting.interactive.parts import add_slider
from keras_genmodels.plotting.interactive.parts import graph_objects
from keras_genmodels.plotting.interactive.parts import rgb
from keras_genmodels.plotting.interactive.parts import style
from keras_genmodels.plotting.latent_space import class_colours
from keras_genmodels.plotting.stress_test import percent
from keras_genmodels.plotting.tiles import tile


def stress_test(test, *, num_images=10, response_name="response", classes=None):
    """What a model decodes on a shell, and a slider for its radius.

    Args:
        test: Result of `explore.stress_test` of images or of vectors of
            length 2.
        num_images: Int > 0. Images per shell, in two rows.
        response_name: String.
        classes: Optional strings, names of the `k` responses.

    Returns:
        A Plotly figure: above what the shell decodes to (images, or points
        over all points of the test), below the mean response of every shell,
        with a line at the radius of the slider, which tells the prior mass
        beyond it.

    Raises:
        ValueError: If the data are neither images nor in the plane.
        ImportError: If Plotly is missing.
    """
    graph_objects()  # or an error that helps
    from plotly.subplots import make_subplots

    num_images = check_count("num_images", num_images)
    figure = make_subplots(2, 1, row_heights=(0.5, 0.5), vertical_spacing=0.06)
    _draw_shells(figure, test, num_images)
    means = test.response_mean.reshape(len(test.radii), -1)
    names = range(means.shape[1]) if classes is None else classes
    colours = class_colours(means.shape[1])
    for name, mean, colour in zip(names, means.T, colours, strict=True):
        figure.add_scatter(
            x=test.radii,
            y=mean,
            name=str(name),
            line={"color": rgb(colour)},
            hovertemplate=f"{name}: %{{y:.3g}}<extra></extra>",
            row=2,
            col=1,
        )
    figure.add_vline(
        x=test.radii[0], line={"color": "gray", "dash": "dot"}, row=2, col=1
    )
    moved = [
        {"shapes[0].x0": radius, "shapes[0].x1": radius}
        for radius in test.radii
    ]
    labels = [
        f"{radius:g} ({percent(mass)} beyond)"
        for radius, mass in zip(test.radii, test.mass_beyond, strict=True)
    ]
    add_slider(figure, labels, "radius ", layouts=moved)
    # The labels are long: written at the top for the current radius only.
    figure.layout.sliders[0].update(
        ticklen=0, minorticklen=0, font={"color": "rgba(0,0,0,0)"}
    )
    figure.layout.sliders[0].currentvalue.font.color = "black"
    figure.update_xaxes(title="Mahalanobis radius", row=2, col=1)
    figure.update_yaxes(title=response_name, row=2, col=1)
    return style(figure, height=620, showlegend=means.shape[1] > 1)


def _draw_shells(figure, test, num_images):
    """Draw every shell; only the first is visible."""
    shape = test.decoded.shape[2:]
    if len(shape) == 3 and shape[2] in (1, 3):
        images = test.decoded[:, :num_images]
        columns = -(-images.shape[1] // 2)
        gap = gap_between(images[0])
        grids = [tile(shell, columns, gap=gap) for shell in images]
        add_images(figure, grids, row=1, col=1)
        return
    if shape != (2,):
        raise ValueError(
            "Expected decoded images or vectors of length 2. "
            f"Received: decoded with shape {test.decoded.shape}"
        )
    for index, shell in enumerate(test.decoded):
        figure.add_scatter(
            x=shell[:, 0],
            y=shell[:, 1],
            mode="markers",
            showlegend=False,
            visible=index == 0,
            marker={"size": 5, "color": "black"},
            row=1,
            col=1,
        )
    low = test.decoded.min(axis=(0, 1)).tolist()
    high = test.decoded.max(axis=(0, 1)).tolist()
    figure.update_xaxes(range=[low[0], high[0]], row=1, col=1)
    figure.update_yaxes(range=[low[1], high[1]], row=1, col=1)
