"""Grids of images: every pixel in its place."""

import io

import numpy as np
import PIL.Image
import pytest
from matplotlib.figure import Figure

from keras_genmodels.plotting import image_grid
from keras_genmodels.plotting import reconstructions
from keras_genmodels.plotting.tiles import tile


def shown(figure):
    """The array that a figure of one grid shows."""
    (axes,) = figure.axes
    (image,) = axes.images
    return np.asarray(image.get_array()), image


def random_images(n, height=5, width=3, channels=1):
    shape = (n, height, width, channels)
    return np.random.default_rng(0).uniform(0, 0.9, shape).astype("float32")


def test_tile_places_every_image():
    images = random_images(5, channels=3)
    grid = tile(images, 3, gap=2, head=1)
    assert grid.shape == (2 * (5 + 1) + 2, 3 * 3 + 2 * 2, 3)
    white = np.ones(grid.shape[:2], bool)
    for index, image in enumerate(images):
        row, column = divmod(index, 3)
        top, left = row * (5 + 1 + 2) + 1, column * (3 + 2)
        place = np.s_[top : top + 5, left : left + 3]
        np.testing.assert_array_equal(grid[place], image)
        white[place] = False
    assert np.all(grid[white] == 1)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 17])
def test_tile_is_as_square_as_can_be(n):
    grid = tile(random_images(n, 4, 4), gap=0)
    rows, columns = np.array(grid.shape[:2]) // 4
    assert rows * columns >= n
    assert columns - 1 <= rows <= columns
    assert columns == np.ceil(np.sqrt(n))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("n", [1, 4, 7])
def test_image_grid_shows_the_tiles(n, channels, render):
    images = random_images(n, channels=channels)
    figure = image_grid(images)
    assert isinstance(figure, Figure)
    array, artist = shown(figure)
    expected = tile(images)
    if channels == 1:
        expected = expected[:, :, 0]
        # Black is 0 and white 1, whatever values the images happen to hold.
        assert artist.get_clim() == (0, 1)
        assert artist.get_cmap().name == "gray"
    np.testing.assert_allclose(array, expected)
    drawn = render(figure)
    assert drawn.min() < 60 and drawn.max() == 255


def test_image_grid_columns_and_title():
    figure = image_grid(random_images(6), columns=6, title="Six")
    assert shown(figure)[0].shape == (5, 6 * 3 + 5)
    assert figure.get_suptitle() == "Six"
    # More columns than images leave no hole.
    assert shown(image_grid(random_images(2), columns=9))[0].shape == (5, 7)


def test_long_title_fits():
    title = "A title that is longer than its pictures are wide"
    figure = image_grid(random_images(1), title=title)
    figure.draw_without_rendering()
    box = figure._suptitle.get_window_extent()
    assert box.x0 >= 0 and box.x1 <= figure.bbox.x1


def test_labels_are_above_their_images():
    images = random_images(5)
    figure = image_grid(images, labels=[3, 1, 4, 1, "five"], columns=3)
    array, _ = shown(figure)
    (axes,) = figure.axes
    assert [t.get_text() for t in axes.texts] == ["3", "1", "4", "1", "five"]
    for text, image in zip(axes.texts, images, strict=True):
        x, y = text.get_position()
        # White where the text is, the image just below it.
        assert array[int(round(y)), int(round(x))] == 1
        below = array[int(y) + 1 :, int(x)]
        top = np.argmax(below < 1)
        np.testing.assert_allclose(below[top : top + 5], image[:, 1, 0])


def test_values_are_clipped():
    images = np.array([-1, 0.5, 2]).reshape(1, 1, 3, 1)
    assert shown(image_grid(images))[0].tolist() == [[0, 0.5, 1]]


@pytest.mark.parametrize(
    "shape", [(8, 8), (3, 8, 8), (3, 8, 8, 2), (0, 8, 8, 1), (1, 3, 8, 8, 1)]
)
def test_wrong_shapes(shape):
    with pytest.raises(ValueError, match="Expected images of shape.*Received"):
        image_grid(np.zeros(shape))


@pytest.mark.parametrize("columns", [0, -1, 1.5])
def test_bad_columns(columns):
    with pytest.raises(ValueError, match="`columns`"):
        image_grid(random_images(3), columns=columns)


def test_wrong_number_of_labels():
    with pytest.raises(ValueError, match="Expected 3 labels.*Received: 2"):
        image_grid(random_images(3), labels=[1, 2])


@pytest.mark.parametrize("n", [1, 6])
def test_reconstructions_are_below_the_data(make_model, n):
    x = random_images(n)
    figure = reconstructions(make_model(), x)
    array, _ = shown(figure)
    middle = array.shape[0] // 2
    for index in range(n):
        columns = np.s_[index * 4 : index * 4 + 3]
        np.testing.assert_allclose(array[:5, columns], x[index, :, :, 0])
        below = array[middle + 1 :, columns]
        np.testing.assert_allclose(below, 1 - x[index, :, :, 0])
    (axes,) = figure.axes
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    places = {label.get_text(): place for place, label in ticks}
    assert places["data"] == 2 and places["reconstruction"] == 8


def test_figures_show_themselves_in_notebooks():
    png = image_grid(random_images(2))._repr_png_()
    assert PIL.Image.open(io.BytesIO(png)).format == "PNG"
