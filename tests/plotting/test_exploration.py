"""Figures of what `explore` finds: the numbers are where they belong."""

import types

import numpy as np
import pytest

from keras_genmodels import plotting
from keras_genmodels.explore import LocalChange
from keras_genmodels.explore import reconstruction_errors
from keras_genmodels.plotting.stress_test import percent

RNG = np.random.default_rng(0)


def make_change(shape):
    sizes = RNG.uniform(size=shape)
    return LocalChange(
        **dict.fromkeys(LocalChange._fields)
        | {
            "root_mean_square": sizes,
            "root_mean_square_error": 0.1 * sizes,
            "ranking": np.argsort(-sizes, axis=-1),
        }
    )


def test_embedding_by_error(render):
    points, errors = RNG.normal(size=(30, 2)), RNG.uniform(size=30)
    figure = plotting.embedding(points, values=errors)
    (dots,) = figure.axes[0].collections
    for place, value in zip(dots.get_offsets(), dots.get_array(), strict=True):
        row = np.argmin(np.sum((points - place) ** 2, axis=1))
        assert errors[row] == value
    assert figure.axes[1].get_ylabel() == "error"
    assert render(figure).min() < 255


def test_embedding_by_class():
    points, y = RNG.normal(size=(30, 2)), np.arange(30) % 3
    figure = plotting.embedding(points, y)
    for label, dots in enumerate(figure.axes[0].collections):
        np.testing.assert_allclose(dots.get_offsets(), points[y == label])


def test_worst_reconstructions(render):
    x = RNG.uniform(size=(6, 5, 4, 1)).astype("float32")
    noise = 0.1 * np.array([3, 1, 5, 0, 2, 4]).reshape(6, 1, 1, 1)
    model = types.SimpleNamespace(reconstruct=lambda x: x - noise)
    figure = plotting.worst_reconstructions(reconstruction_errors(model, x), 2)
    (axes,) = figure.axes
    shown = np.asarray(axes.images[0].get_array())
    assert shown.shape == (11, 9)
    np.testing.assert_allclose(shown[:5, :4], x[2, :, :, 0])
    below = np.clip(x - noise, 0, 1)
    np.testing.assert_allclose(shown[6:, 5:], below[5, :, :, 0])
    texts = [t.get_text() for t in axes.get_xticklabels()]
    assert texts == ["0.250", "0.160"]
    assert render(figure).min() < 255


def test_traversal():
    images = RNG.uniform(size=(2, 3, 5, 4, 1))
    figure = plotting.traversal(images, values=[-1, 0, 2.5], dimensions=[4, 0])
    (axes,) = figure.axes
    shown = np.asarray(axes.images[0].get_array())
    for row in range(2):
        for column in range(3):
            top, left = row * 6, column * 5
            np.testing.assert_allclose(
                shown[top : top + 5, left : left + 4],
                images[row, column, :, :, 0],
                atol=1e-6,
            )
    rows = [t.get_text() for t in axes.get_yticklabels()]
    assert rows == ["$z_{5}$", "$z_{1}$"]
    columns = [t.get_text() for t in axes.get_xticklabels()]
    assert columns == ["-1", "0", "2.5"]


def test_local_change_of_one_response():
    change = make_change((4,))
    (axes,) = plotting.local_change(change, names="abcd").axes
    widths = [bar.get_width() for bar in axes.patches]
    np.testing.assert_allclose(widths, np.sort(change.root_mean_square))
    names = [t.get_text() for t in axes.get_yticklabels()]
    assert names == ["abcd"[i] for i in np.argsort(change.root_mean_square)]


def test_local_change_of_several_responses():
    change = make_change((3, 4))
    axes, _ = plotting.local_change(change, responses="xyz").axes
    np.testing.assert_allclose(
        axes.images[0].get_array(), change.root_mean_square
    )
    assert [t.get_text() for t in axes.get_yticklabels()] == [*"xyz"]


def test_stress_test(make_stress_test, render):
    test = make_stress_test()
    figure = plotting.stress_test(test, num_images=5, classes="abc")
    pictures, response, distance, entropy = figure.axes
    shown = np.asarray(pictures.images[0].get_array())
    for shell in range(4):
        for ray in range(5):
            np.testing.assert_allclose(
                shown[shell * 7 + 3, ray * 5 + 1],
                0.2 * shell + 0.01 * ray,
                1e-5,
            )
    texts = [t.get_text() for t in pictures.get_yticklabels()]
    assert texts[0] == "0\n(100%)" and texts[1] == "1\n(60.7%)"
    for line, mean, name in zip(
        response.lines, test.response_mean.T, "abc", strict=True
    ):
        np.testing.assert_allclose(line.get_ydata(), mean)
        assert line.get_label() == name
    np.testing.assert_allclose(
        distance.lines[0].get_ydata(), np.median(test.distances, axis=1)
    )
    np.testing.assert_allclose(
        distance.lines[1].get_ydata(), np.median(test.held_out_distances)
    )
    np.testing.assert_allclose(
        entropy.lines[0].get_ydata(), np.median(test.entropy, axis=1)
    )
    assert render(figure).min() < 255


def test_stress_test_of_vectors_and_one_response(make_stress_test):
    test = make_stress_test(shape=(7,), k=(), classifier=False)
    (axes,) = plotting.stress_test(test, response_name="height").axes
    np.testing.assert_allclose(axes.lines[0].get_ydata(), test.response_mean)
    assert axes.get_ylabel() == "height"


@pytest.mark.parametrize(
    ("mass", "text"),
    [(1, "100%"), (0.6065, "60.7%"), (0.02, "2%"), (0, "0%"), (3e-6, "3e-4%")],
)
def test_percent(mass, text):
    assert percent(mass) == text


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: plotting.embedding(np.zeros((3, 3))), r"shape \(n, 2\)"),
        (lambda: plotting.embedding(np.zeros((3, 2)), [1]), "`y`"),
        (
            lambda: plotting.embedding(
                np.zeros((1, 2)), np.zeros(1), values=np.zeros(1)
            ),
            "both",
        ),
        (lambda: plotting.traversal(np.zeros((2, 3, 4, 4))), "dimensions"),
        (
            lambda: plotting.traversal(np.zeros((2, 3, 4, 4, 1)), values=[1]),
            "3 values",
        ),
    ],
)
def test_bad_arguments(call, match):
    with pytest.raises(ValueError, match=match):
        call()
