"""Maps of the codes and of what they decode to."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from scipy import stats

from keras_genmodels.plotting import latent_map
from keras_genmodels.plotting import manifold


def points_of(figure):
    return [np.asarray(c.get_offsets()) for c in figure.axes[0].collections]


def test_latent_map_shows_the_codes(make_model):
    x = np.random.default_rng(0).normal(size=(40, 5))
    figure = latent_map(make_model(), x)
    (points,) = points_of(figure)
    np.testing.assert_allclose(points, x[:, :2])
    axes = figure.axes[0]
    assert axes.get_xlabel() == "$z_1$" and axes.get_ylabel() == "$z_2$"
    assert axes.get_aspect() == 1 and axes.get_legend() is None


@pytest.mark.parametrize("num_classes", [3, 10, 14])
def test_latent_map_is_coloured_by_class(make_model, num_classes, render):
    x = np.random.default_rng(0).normal(size=(60, 2))
    y = np.arange(60) % num_classes
    figure = latent_map(make_model(), x, y)
    for label, points in enumerate(points_of(figure)):
        np.testing.assert_allclose(points, x[y == label])
    colours = {to_rgb(c.get_facecolor()[0]) for c in figure.axes[0].collections}
    assert len(colours) == num_classes
    texts = figure.axes[0].get_legend().get_texts()
    assert [t.get_text() for t in texts] == [str(i) for i in range(num_classes)]
    assert render(figure).min() < 255


def test_latent_map_of_many_dimensions(make_model):
    """Points on a plane in five dimensions: the plane is what is shown."""
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(200, 2)) * [3, 1]
    basis = np.linalg.qr(rng.normal(size=(5, 5)))[0][:2]
    figure = latent_map(make_model(latent_dim=5), plane @ basis)
    (points,) = points_of(figure)
    for column, wanted in zip(
        points.T, np.linalg.svd(plane - plane.mean(0))[0].T, strict=False
    ):
        assert abs(np.corrcoef(column, wanted)[0, 1]) > 0.999
    share = plane.var(axis=0)[0] / plane.var(axis=0).sum()
    label = figure.axes[0].get_xlabel()
    assert label.startswith("first principal component")
    percent = int(label.partition("(")[2].partition("%")[0])
    assert abs(percent - 100 * share) < 3


def test_latent_map_bad_input(make_model):
    x = np.zeros((10, 4))
    with pytest.raises(ValueError, match="latent_dim > 1.*Received"):
        latent_map(make_model(latent_dim=1), x)
    with pytest.raises(ValueError, match=r"Expected `y`.*\(9,\)"):
        latent_map(make_model(), x, np.zeros(9))


@pytest.mark.parametrize("channels", [1, 3])
def test_manifold(make_model, channels):
    model = make_model(channels=channels)
    figure = manifold(model, num=4)
    axes = figure.axes[0]
    array = np.asarray(axes.images[0].get_array())
    array = array.reshape(*array.shape[:2], channels)
    # First coordinate to the right, second upwards, at these quantiles.
    ticks = stats.norm.ppf([0.125, 0.375, 0.625, 0.875])
    for row in range(4):
        for column in range(4):
            image = model.decode([[ticks[column], ticks[3 - row]]])[0]
            top, left = row * 7, column * 5
            np.testing.assert_allclose(
                array[top : top + 6, left : left + 4], image, atol=1e-6
            )
    assert array.shape[:2] == (4 * 6 + 3, 4 * 4 + 3)
    texts = [t.get_text() for t in axes.get_xticklabels()]
    assert texts == ["-1.2", "0.3", "1.2"]
    heights = dict(
        zip(
            (t.get_text() for t in axes.get_yticklabels()),
            axes.get_yticks(),
            strict=True,
        )
    )
    assert heights["1.2"] == 2.5 and heights["-1.2"] == 3 * 7 + 2.5


def test_manifold_of_one_image(make_model, render):
    assert render(manifold(make_model(), num=1)).min() < 255


def test_manifold_bad_input(make_model):
    with pytest.raises(ValueError, match="latent_dim=2.*latent_dim=3"):
        manifold(make_model(latent_dim=3))
    with pytest.raises(ValueError, match="`num`"):
        manifold(make_model(), num=0)
