"""The VAE's verbs, networks and arguments."""

import keras
import numpy as np
import pytest

import keras_genmodels as kgm


@pytest.mark.parametrize(
    ("data_shape", "network"),
    [
        ((1,), "dense"),
        ((6,), "dense"),
        ((28, 28, 1), "dense"),
        ((7, 11, 3), "dense"),
        ((7, 11, 3), "conv"),
        ((1, 9, 2), "conv"),
    ],
)
@pytest.mark.parametrize("batch_normalization", [False, True])
def test_from_shape_suits_any_shape(data_shape, network, batch_normalization):
    vae = kgm.VAE.from_shape(
        data_shape,
        latent_dim=3,
        hidden_units=(8, 4),
        network=network,
        batch_normalization=batch_normalization,
    )
    x = np.random.default_rng(0).random((5, *data_shape), dtype="float32")
    assert vae.encode(x).shape == (5, 3)
    assert vae.reconstruct(x).shape == x.shape
    assert vae.sample(2).shape == (2, *data_shape)


def test_interpolation_runs_from_one_reconstruction_to_the_other():
    vae = kgm.VAE.from_shape((4, 4, 1), hidden_units=(8,))
    x = np.random.default_rng(0).random((6, 4, 4, 1), dtype="float32")
    path = vae.interpolate(x[:3], x[3:], num_steps=5)
    assert path.shape == (3, 5, 4, 4, 1)
    np.testing.assert_allclose(path[:, 0], vae.reconstruct(x[:3]), atol=1e-6)
    np.testing.assert_allclose(path[:, -1], vae.reconstruct(x[3:]), atol=1e-6)
    middle = (vae.encode(x[:3]) + vae.encode(x[3:])) / 2
    np.testing.assert_allclose(path[:, 2], vae.decode(middle), atol=1e-6)
    np.testing.assert_allclose(
        vae.interpolate(x[0], x[3], num_steps=5), path[0], atol=1e-6
    )


@pytest.mark.parametrize("num_steps", [1, 2.5])
def test_steps_are_checked_before_anything_is_encoded(num_steps, monkeypatch):
    vae = kgm.VAE.from_shape((4, 4, 1), hidden_units=(8,))
    monkeypatch.setattr(vae, "encode", lambda *args: pytest.fail("encoded"))
    x = np.zeros((2, 4, 4, 1), "float32")
    with pytest.raises(ValueError, match="num_steps"):
        vae.interpolate(x, x, num_steps=num_steps)


def test_drawn_pixels_are_binary_with_the_right_frequencies():
    vae = kgm.VAE.from_shape((3, 3, 1), hidden_units=())
    bias = np.linspace(-2, 2, 9)
    vae.decoder.set_weights([np.zeros((2, 9)), bias])
    drawn = vae.sample(4000, seed=0, mean=False, batch_size=4000)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_allclose(
        drawn.mean(0).ravel(), 1 / (1 + np.exp(-bias)), atol=0.04
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"beta": -1.0}, "beta"),
        ({"beta": float("nan")}, "beta"),
        ({"likelihood": "poisson"}, "likelihood"),
        ({"latent_dim": 0}, "latent_dim"),
        ({"network": "transformer"}, "network"),
    ],
)
def test_bad_arguments(arguments, word):
    with pytest.raises(ValueError, match=word):
        kgm.VAE.from_shape((8, 8, 1), **arguments)


@pytest.mark.parametrize("scale", [0.0, -1.0, "fixed", float("inf")])
def test_bad_scale(scale):
    with pytest.raises(ValueError, match="scale"):
        kgm.layers.NormalLikelihood(scale=scale)


def test_networks_that_do_not_fit():
    encoder = kgm.networks.mlp((4,), (3,))
    decoder = kgm.networks.mlp((2,), (4,))
    with pytest.raises(ValueError, match="Expected an encoder"):
        kgm.VAE(encoder, decoder)
    with pytest.raises(ValueError, match="built"):
        kgm.VAE(keras.Sequential([keras.layers.Dense(4)]), decoder)


def test_bad_codes():
    vae = kgm.VAE.from_shape((4,), hidden_units=())
    for bad in (np.zeros((3, 5)), np.zeros(2), np.zeros((0, 2))):
        with pytest.raises(ValueError, match="shape"):
            vae.decode(bad)
    with pytest.raises(ValueError, match="finite"):
        vae.decode(np.full((1, 2), np.nan))
