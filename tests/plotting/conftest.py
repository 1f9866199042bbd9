"""A model that needs no training and no backend."""

import types

import numpy as np
import pytest


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
