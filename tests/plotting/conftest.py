"""A model and a stress test that need no training."""

import types

import numpy as np
import pytest
from scipy import stats

from keras_genmodels.explore import StressTest


@pytest.fixture
def make_model():
    """Makes a stand-in for a model: only the verbs that plotting sees."""

    def make(latent_dim=2, channels=1):
        rng = np.random.default_rng(0)
        weights = rng.normal(size=(latent_dim, 6 * 4 * channels))

        def decode(z):
            values = 1 / (1 + np.exp(-np.asarray(z) @ weights))
            return values.reshape(-1, 6, 4, channels).astype("float32")

        return types.SimpleNamespace(
            latent_dim=latent_dim,
            encode=lambda x: np.reshape(x, (len(x), -1))[:, :latent_dim],
            decode=decode,
            reconstruct=lambda x: 1 - np.asarray(x),
        )

    return make


@pytest.fixture
def make_stress_test():
    """A stress test whose images say their shell and direction."""

    rng = np.random.default_rng(0)

    def make(shape=(6, 4, 1), k=(3,), classifier=True):
        shells, directions = 4, 12
        decoded = np.zeros((shells, directions, *shape), "float32")
        decoded += 0.2 * np.arange(shells).reshape(-1, *[1] * (len(shape) + 1))
        decoded += 0.01 * np.arange(directions).reshape(-1, *[1] * len(shape))
        responses = rng.uniform(size=(shells, directions, *k))
        one = rng.uniform(size=(shells, directions))
        return StressTest(
            radii=np.array([0.0, 1.0, 2.5, 8.0]),
            mass_beyond=stats.chi.sf([0.0, 1.0, 2.5, 8.0], 2),
            codes=rng.normal(size=(shells, directions, 2)),
            decoded=decoded,
            responses=responses,
            response_mean=responses.mean(axis=1),
            response_std=responses.std(axis=1),
            distances=1 + one if classifier else None,
            held_out_distances=rng.uniform(size=30) if classifier else None,
            share_outside=None,
            confidence=None,
            entropy=one if classifier else None,
        )

    return make


@pytest.fixture
def render():
    """Draws a figure and returns its pixels as `(height, width, 3)` uint8."""

    def pixels(figure):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3]

    return pixels


@pytest.fixture(autouse=True)
def nothing_shown_or_left_open(monkeypatch):
    """No figure is registered with pyplot or shown."""
    from matplotlib import pyplot

    def show(*args, **kwargs):
        pytest.fail("a figure was shown")

    monkeypatch.setattr(pyplot, "show", show)
    yield
    assert pyplot.get_fignums() == []
