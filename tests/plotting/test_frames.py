"""Animated GIFs, read back."""

import numpy as np
import PIL.Image
import PIL.ImageSequence
import pytest

from keras_genmodels.plotting import animation
from keras_genmodels.plotting import history


def read(path):
    with PIL.Image.open(path) as gif:
        frames = [
            np.asarray(frame.convert("RGB"))
            for frame in PIL.ImageSequence.Iterator(gif)
        ]
        return frames, gif.info


@pytest.mark.parametrize("shape", [(16, 8), (16, 8, 1), (16, 8, 3)])
def test_frames_are_written_in_order(tmp_path, shape):
    levels = [0, 0.25, 0.5, 1, 0.75]
    frames = [np.full(shape, level, "float32") for level in levels]
    path = animation(frames, tmp_path / "new" / "a.gif", fps=5)
    assert path == tmp_path / "new" / "a.gif" and path.is_file()
    written, info = read(path)
    assert len(written) == 5
    assert info["duration"] == 200 and info["loop"] == 0
    for frame, level in zip(written, levels, strict=True):
        assert frame.shape == (256, 128, 3)
        np.testing.assert_allclose(frame, 255 * level, atol=1)


def test_pixels_keep_their_places(tmp_path):
    rng = np.random.default_rng(0)
    frames = rng.integers(2, size=(3, 8, 8, 1)).astype("float32")
    written, _ = read(animation(frames, str(tmp_path / "a.gif")))
    for frame, wanted in zip(written, frames, strict=True):
        scale = frame.shape[0] // 8
        small = frame[scale // 2 :: scale, scale // 2 :: scale, :1] / 255
        np.testing.assert_allclose(small, wanted, atol=0.01)


def test_figures_can_be_frames(tmp_path):
    figures = [history({"loss": values}) for values in ([1, 2], [2, 1])]
    written, _ = read(animation(figures, tmp_path / "a.gif"))
    assert len(written) == 2 and np.any(written[0] != written[1])


@pytest.mark.parametrize(
    ("frames", "kwargs", "message"),
    [
        ([], {}, "one or more frames"),
        ([np.zeros((4, 4)), np.zeros((5, 4))], {}, "of one size"),
        ([np.zeros(4)], {}, "Expected an image"),
        ([np.zeros((4, 4, 2))], {}, "Expected an image"),
        ([np.zeros((4, 4))], {"path": "a.png"}, "end in '.gif'"),
        ([np.zeros((4, 4))], {"fps": 0}, "`fps`"),
    ],
)
def test_bad_input(tmp_path, frames, kwargs, message):
    path = tmp_path / kwargs.pop("path", "a.gif")
    with pytest.raises(ValueError, match=message):
        animation(frames, path, **kwargs)
    assert not path.exists()
