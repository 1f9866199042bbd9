"""Plotly figures: what they hold, and what they say when Plotly is missing.

`tests/site` moves one in a browser.
"""

import base64
import io
import sys
import types

import numpy as np
import PIL.Image
import pytest
from scipy import stats

from keras_genmodels.plotting import interactive
from keras_genmodels.plotting.tiles import tile

RNG = np.random.default_rng(0)


def pixels(source):
    """The image behind a data address, in [0, 1]."""
    head, _, data = source.partition(",")
    assert head == "data:image/png;base64"
    image = PIL.Image.open(io.BytesIO(base64.b64decode(data)))
    return np.asarray(image) / 255


@pytest.mark.parametrize("channels", [1, 3])
def test_latent_map(make_model, channels):
    x = RNG.uniform(size=(23, 6, 4, channels))
    y = np.arange(23) % 3
    figure = interactive.latent_map(make_model(), x, y)
    codes = x.reshape(23, -1)[:, :2]
    pictures = figure.layout.meta["pictures"]
    grid = pixels(pictures["source"])
    columns, width, height = (
        pictures[key] for key in ("columns", "width", "height")
    )
    for label, trace in enumerate(figure.data):
        assert trace.name == str(label)
        for place, number in zip(
            zip(trace.x, trace.y, strict=True), trace.customdata, strict=True
        ):
            assert y[number] == label
            np.testing.assert_allclose(place, codes[number])
            # As the script finds the image of that number.
            top = height * (number // columns)
            left = width * (number % columns)
            np.testing.assert_allclose(
                grid[top : top + height, left : left + width],
                x[number].squeeze(),
                atol=1 / 255,
            )
    page = interactive.to_html(figure, include_plotlyjs=False)
    assert "plotly_hover" in page and "{plot_id}" not in page
    assert "cdn" not in page and len(page) < 100_000


def test_latent_map_of_vectors_has_no_pictures(make_model):
    figure = interactive.latent_map(make_model(5), RNG.normal(size=(9, 7)))
    assert "first principal component" in figure.layout.xaxis.title.text
    assert not figure.layout.showlegend
    page = interactive.to_html(figure, include_plotlyjs=False)
    assert "plotly_hover" not in page


def test_manifold(make_model):
    model = make_model()
    figure = interactive.manifold(model, num=3)
    image, points = figure.data
    grid = pixels(image.source)
    ticks = stats.norm.ppf([1 / 6, 1 / 2, 5 / 6])
    for x, y, code in zip(points.x, points.y, points.customdata, strict=True):
        np.testing.assert_allclose(code, np.array(code).round(3))
        assert min(abs(ticks - code[0])) < 1e-3
        centre = model.decode([code])[0, 2:4, 1:3, 0].mean()
        shown = grid[int(y) : int(y) + 2, int(x) : int(x) + 2].mean()
        assert shown == pytest.approx(centre, abs=0.01)


def test_traversal_has_a_picture_per_value():
    images = RNG.uniform(size=(3, 5, 6, 4, 1))
    values = [-2, -1, 0, 1, 2]
    figure = interactive.traversal(images, values=values, columns=3)
    assert [t.visible for t in figure.data] == [i == 2 for i in range(5)]
    for position, trace in enumerate(figure.data):
        expected = tile(images[:, position], 3, head=2)[:, :, 0]
        np.testing.assert_allclose(pixels(trace.source), expected, atol=1 / 255)
    (slider,) = figure.layout.sliders
    assert [step.label for step in slider.steps] == ["-2", "-1", "0", "1", "2"]
    for position, step in enumerate(slider.steps):
        visible = step.args[0]["visible"]
        assert np.flatnonzero(visible).tolist() == [position]
        assert list(step.args[2]) == list(range(5))
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["z<sub>1</sub>", "z<sub>2</sub>", "z<sub>3</sub>"]


@pytest.mark.parametrize("shape", [(6, 4, 1), (2,)])
def test_stress_test(make_stress_test, shape):
    test = make_stress_test(shape)
    figure = interactive.stress_test(test, num_images=6, classes="abc")
    shells, curves = figure.data[:4], figure.data[4:]
    assert [t.visible for t in shells] == [True, False, False, False]
    for shell, trace in enumerate(shells):
        if trace.type == "image":
            np.testing.assert_allclose(
                pixels(trace.source)[3, 1::5],
                0.2 * shell + 0.01 * np.arange(3),
                atol=1 / 255,
            )
        else:
            np.testing.assert_allclose(trace.y, test.decoded[shell, :, 1])
    for curve, mean, name in zip(
        curves, test.response_mean.T, "abc", strict=True
    ):
        np.testing.assert_allclose(curve.y, mean)
        assert curve.name == name
    (slider,) = figure.layout.sliders
    labels = [step.label for step in slider.steps]
    assert labels[:2] == ["0 (100% beyond)", "1 (60.7% beyond)"]
    for step, radius in zip(slider.steps, test.radii, strict=True):
        assert step.args[1]["shapes[0].x0"] == radius
    assert figure.layout.shapes[0].x0 == 0


def test_stress_test_of_long_vectors(make_stress_test):
    with pytest.raises(ValueError, match="length 2"):
        interactive.stress_test(make_stress_test(shape=(7,)))


def test_density_map():
    normal = stats.multivariate_normal([1, -1], [[2, 0.5], [0.5, 1]])
    model = types.SimpleNamespace(
        log_prob=lambda x, batch_size: normal.logpdf(x)
    )
    x = normal.rvs(50, random_state=0)
    figure = interactive.density_map(model, x, means=[[1, -1]], num=20)
    density, points, means = figure.data
    for i, j in (3, 7), (12, 5):
        exact = normal.logpdf([density.x[i], density.y[j]])
        assert density.z[j][i] == pytest.approx(exact, abs=1e-2)
    np.testing.assert_allclose(np.stack([points.x, points.y], 1), x)
    assert (means.x[0], means.y[0]) == (1, -1)
    low, high = figure.layout.xaxis.range
    assert low < x.min() and high > x.max()
    with pytest.raises(ValueError, match=r"`x` with shape \(n, 2\)"):
        interactive.density_map(model, np.zeros((3, 3)))


def test_to_html_writes_a_page(tmp_path):
    figure = interactive.traversal(RNG.uniform(size=(1, 2, 4, 4, 1)))
    page = interactive.to_html(figure, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert len(page) > 1_000_000  # plotly.js is in it


@pytest.mark.parametrize(
    "call",
    [
        lambda m: interactive.latent_map(m, RNG.normal(size=(5, 2))),
        lambda m: interactive.manifold(m, num=2),
        lambda m: interactive.traversal(np.zeros((1, 1, 4, 4, 1))),
        lambda m: interactive.stress_test(None),
        lambda m: interactive.density_map(m),
    ],
)
def test_without_plotly(make_model, call, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly", None)
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    with pytest.raises(ImportError, match=r"keras-genmodels\[interactive\]"):
        call(make_model())
