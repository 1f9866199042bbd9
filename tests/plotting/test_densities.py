"""Contours of a density, and the ellipses of its components."""

import types

import numpy as np
import pytest
from scipy import stats

from keras_genmodels.plotting import density_map

MEAN = np.array([1.0, 0.0])
COVARIANCE = np.array([[2.0, 0.6], [0.6, 0.5]])


@pytest.fixture
def model():
    density = stats.multivariate_normal(MEAN, COVARIANCE)
    return types.SimpleNamespace(
        log_prob=lambda x, batch_size: density.logpdf(x)
    )


def test_the_darkest_place_is_the_mode(model, render):
    figure = density_map(model, limits=(-4, 4))
    (axes,) = figure.axes
    pixels = render(figure).astype(int)
    height = pixels.shape[0]
    column, row = axes.transData.transform(MEAN)
    corner = axes.transData.transform((-3.5, 3.5))
    mode = pixels[height - round(row), round(column)]
    far = pixels[height - round(corner[1]), round(corner[0])]
    assert mode.sum() < far.sum() - 200
    assert axes.get_xlim() == axes.get_ylim() == (-4, 4)


def test_ellipses_are_at_one_and_two_standard_deviations(model):
    figure = density_map(model, means=MEAN[None], covariances=COVARIANCE[None])
    patches = figure.axes[0].patches
    assert len(patches) == 2
    for patch, distance in zip(patches, (1, 2), strict=True):
        path = patch.get_patch_transform().transform_path(patch.get_path())
        # The ends of the curves that make up the ellipse lie on it.
        points = path.interpolated(1).vertices[[0, 3, 6, 9, 12]] - MEAN
        squared = np.sum(points @ np.linalg.inv(COVARIANCE) * points, axis=1)
        np.testing.assert_allclose(squared, distance**2, rtol=1e-3)


def test_data_and_means_are_drawn_and_within_the_limits(model):
    x = np.random.default_rng(0).normal(scale=9, size=(50, 2))
    figure = density_map(model, x, means=np.zeros((3, 2)), title="title")
    (axes,) = figure.axes
    assert axes.get_title() == "title"
    scatters = [c for c in axes.collections if len(c.get_offsets()) > 1]
    assert [len(c.get_offsets()) for c in scatters] == [50, 3]
    low, high = axes.get_xlim()
    assert low < x.min() and high > x.max()


def test_one_covariance_for_all(model):
    figure = density_map(model, means=np.zeros((3, 2)), covariances=COVARIANCE)
    assert len(figure.axes[0].patches) == 6


def test_panels_of_a_figure(model):
    from matplotlib.figure import Figure

    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert density_map(model, axes=right) is figure
    assert right.collections and not left.collections


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.zeros((5, 3))}, "`x`"),
        ({"x": np.zeros((0, 2))}, "`x`"),
        ({"means": np.zeros(2)}, "`means`"),
        ({"covariances": COVARIANCE[None]}, "`means`"),
        (
            {"means": np.zeros((3, 2)), "covariances": COVARIANCE[None]},
            "`covariances`",
        ),
        ({"num": 1}, "`num`"),
    ],
)
def test_bad_input(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        density_map(model, **arguments)
