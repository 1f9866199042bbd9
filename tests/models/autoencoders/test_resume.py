"""Trainings that are killed: every stream of noise is in the backup."""

import keras
import numpy as np
import pytest
from resume import check_resumes

import keras_genmodels as kgm

X = np.random.default_rng(0).random((48, 6), dtype="float32")


def vq_vae():
    """Most of its entries die, and are revived by a draw."""
    model = kgm.VQVAE.from_shape(
        (6,),
        hidden_units=(8,),
        code_length=2,
        embedding_dim=3,
        num_embeddings=32,
        dead_share=0.5,
        seed=0,
    )
    model.compile()
    return model


def vae_with_dropout():
    """In a user's own networks.

    Without a seed, Keras' dropout draws from PyTorch's global generator, which
    is no part of a model.
    """
    encoder = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.GaussianNoise(0.1),
            keras.layers.Dense(16, "relu"),
            keras.layers.Dropout(0.5, seed=0),
            keras.layers.Dense(4),
        ]
    )
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6)])
    model = kgm.VAE(encoder, decoder, seed=0)
    model.compile()
    return model


@pytest.mark.parametrize(
    "factory",
    [vq_vae, pytest.param(vae_with_dropout, marks=pytest.mark.slow)],
)
def test_a_killed_training_goes_on_as_if_it_had_not_been(factory, tmp_path):
    check_resumes(factory, (X,), tmp_path)


def test_every_stream_is_in_the_file(tmp_path):
    model = vae_with_dropout()
    model.fit(X, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    streams = [
        [v for v in m.variables if all(v is not w for w in m.weights)]
        for m in (model, loaded)
    ]
    assert len(streams[0]) == 3  # of the model, the noise and the dropout
    for old, new in zip(*streams, strict=True):
        assert int(old.value[1]) > 0
        np.testing.assert_array_equal(
            *map(keras.ops.convert_to_numpy, (old, new))
        )


def test_a_file_with_other_streams_is_refused(tmp_path):
    vae_with_dropout().save_weights(tmp_path / "a.weights.h5")
    encoder = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(16, "relu"),
            keras.layers.Dense(4),
        ]
    )
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6)])
    model = kgm.VAE(encoder, decoder)
    with pytest.raises(ValueError, match="1 streams of noise.*Received: 3"):
        model.load_weights(tmp_path / "a.weights.h5")
