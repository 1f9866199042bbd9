"""`SampleGrid` within `fit` of a real model, on the running backend."""

import keras
import numpy as np
import PIL.Image
import pytest

from keras_genmodels import VAE
from keras_genmodels.callbacks import BetaWarmUp
from keras_genmodels.callbacks import SampleGrid
from keras_genmodels.plotting.frames import picture
from keras_genmodels.plotting.tiles import tile

X = np.random.default_rng(0).uniform(size=(40, 6, 4, 1)).astype("float32")


def compiled_vae(shape=(6, 4, 1)):
    keras.utils.set_random_seed(0)
    vae = VAE.from_shape(shape, latent_dim=2)
    vae.compile(keras.optimizers.Adam(0.05))
    return vae


def read(path):
    with PIL.Image.open(path) as image:
        return np.asarray(image)


def test_one_picture_per_epoch_of_the_weights_of_that_epoch(tmp_path):
    """On JAX the weights are elsewhere during `fit`; they must be found."""
    vae = compiled_vae()
    for epoch in range(3):
        grids = SampleGrid(tmp_path / "new" / "png", num_samples=6, seed=3)
        vae.fit(
            X,
            initial_epoch=epoch,
            epochs=epoch + 1,
            callbacks=[grids],
            verbose=0,
        )
        expected = picture(tile(vae.sample(6, seed=3)))
        written = read(tmp_path / "new" / "png" / f"epoch_{epoch + 1:04d}.png")
        np.testing.assert_array_equal(written, np.asarray(expected))
    assert len(list((tmp_path / "new" / "png").iterdir())) == 3


def test_the_pictures_change_because_the_model_does(tmp_path):
    vae = compiled_vae()
    vae.fit(X, epochs=2, callbacks=[SampleGrid(tmp_path)], verbose=0)
    first, second = (read(tmp_path / f"epoch_000{i}.png") for i in (1, 2))
    assert np.any(first != second)
    # With the weights kept, the same draws give the same picture.
    vae.compile(keras.optimizers.SGD(0.0))
    frozen = SampleGrid(tmp_path / "frozen")
    vae.fit(X, epochs=2, callbacks=[frozen], verbose=0)
    pictures = [read(path) for path in sorted(frozen.directory.iterdir())]
    assert len(pictures) == 2
    np.testing.assert_array_equal(*pictures)
    np.testing.assert_array_equal(pictures[0], second)


@pytest.mark.slow
def test_training_is_not_disturbed(tmp_path):
    """The draws do not use up the noise of training."""
    losses = [
        compiled_vae().fit(X, epochs=3, callbacks=callbacks, verbose=0)
        for callbacks in ([], [SampleGrid(tmp_path)])
    ]
    np.testing.assert_allclose(*(h.history["loss"] for h in losses), rtol=1e-6)


def test_gif_and_every(tmp_path):
    path = tmp_path / "deep" / "a.gif"
    grids = SampleGrid(gif=path, every=2, fps=10)
    vae = compiled_vae()
    vae.fit(X, epochs=5, callbacks=[grids], verbose=0)
    with PIL.Image.open(path) as gif:
        assert gif.n_frames == 3  # after 2, 4 and, the last, 5
        assert gif.info["duration"] == 100
    # A second run begins a new animation.
    vae.fit(X, epochs=6, callbacks=[grids], verbose=0)
    with PIL.Image.open(path) as gif:
        assert gif.n_frames == 3
    assert sorted(p.name for p in tmp_path.rglob("*.png")) == []


def test_chosen_latents(tmp_path):
    z = np.array([[0, 0], [1, -1], [-2, 2]], "float32")
    vae = compiled_vae()
    grids = SampleGrid(tmp_path, latents=z, columns=3)
    vae.fit(X, callbacks=[grids], verbose=0)
    expected = np.asarray(picture(tile(vae.decode(z), 3)))
    np.testing.assert_array_equal(read(tmp_path / "epoch_0001.png"), expected)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({}, "`directory`, `gif` or both"),
        ({"directory": "a", "num_samples": 0}, "`num_samples`"),
        ({"directory": "a", "every": 0}, "`every`"),
        ({"directory": "a", "columns": 0}, "`columns`"),
        ({"gif": "a.png"}, "end in '.gif'"),
        ({"gif": "a.gif", "fps": 0}, "`fps`"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(ValueError, match=message):
        SampleGrid(**kwargs)


def test_vectors_are_refused_before_training(tmp_path):
    vae = compiled_vae(shape=(5,))
    before = vae.get_weights()
    x = np.random.default_rng(0).uniform(size=(40, 5)).astype("float32")
    with pytest.raises(ValueError, match="model of images.*Received"):
        vae.fit(x, callbacks=[SampleGrid(tmp_path)], verbose=0)
    for old, new in zip(before, vae.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_beta_rises_along_a_line_and_then_stays():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(float(self.model.beta.value))

    vae = compiled_vae()
    warm_up = BetaWarmUp(epochs=4, start=1.0, end=3.0)
    logs = vae.fit(X, epochs=6, verbose=0, callbacks=[warm_up, Watch()]).history
    assert seen == [1.0, 1.5, 2.0, 2.5, 3.0, 3.0]
    for beta, loss, reconstruction, kl in zip(
        seen, logs["loss"], logs["reconstruction"], logs["kl"], strict=True
    ):
        assert loss == pytest.approx(reconstruction + beta * kl, rel=1e-4)


@pytest.mark.parametrize(
    "arguments", [{"epochs": 0}, {"epochs": 2, "end": -1.0}]
)
def test_bad_warm_ups(arguments):
    with pytest.raises(ValueError, match="epochs|end"):
        BetaWarmUp(**arguments)


def test_a_model_without_beta_is_refused_before_training():
    model = keras.Sequential([keras.Input((6, 4, 1)), keras.layers.Flatten()])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="beta"):
        model.fit(
            X, X.reshape(40, -1), callbacks=[BetaWarmUp(epochs=2)], verbose=0
        )
