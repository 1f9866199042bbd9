"""The last activation of networks of many kinds."""

import warnings

import keras
import pytest
from keras import layers
from keras import ops

import keras_genmodels as kgm
from keras_genmodels._internal.output_activation import bounded_activation


def sequential(*parts):
    return keras.Sequential([keras.Input((4,)), *parts])


def functional(*functions):
    inputs = keras.Input((4,))
    hidden = layers.Dense(8, "tanh")(inputs)  # followed by others: of no matter
    outputs = layers.Add()([layers.Dense(8)(hidden), hidden])
    for function in functions:
        outputs = function(outputs)
    return keras.Model(inputs, outputs)


class Subclassed(keras.Model):
    """Nothing in it can be seen."""

    def call(self, x):
        return ops.sigmoid(x)


def inner():
    return sequential(layers.Dense(8, "relu"), layers.Dense(8, "sigmoid"))


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (sequential(layers.Dense(8, "sigmoid")), "sigmoid"),
        (sequential(layers.Dense(8), layers.Activation("tanh")), "tanh"),
        (sequential(layers.Dense(8), layers.ReLU()), "relu"),
        (sequential(layers.Dense(8, "softmax"), layers.Reshape((2, 4))),
         "softmax"),
        (sequential(layers.Reshape((2, 2, 1)),
                    layers.Conv2DTranspose(1, 3, activation="hard_sigmoid"),
                    layers.Cropping2D(1)), "hard_sigmoid"),
        (sequential(layers.Reshape((4, 1)),
                    layers.TimeDistributed(layers.Dense(2, "sigmoid"))),
         "sigmoid"),
        (sequential(inner(), layers.Flatten()), "sigmoid"),
        (sequential(layers.Dense(8, activation=ops.sigmoid)), "sigmoid"),
        (functional(ops.sigmoid), "sigmoid"),
        (functional(layers.Dense(8, "tanh"), lambda x: ops.reshape(x, (-1, 8))),
         "tanh"),
        (functional(ops.sigmoid, layers.Dense(8)), None),
        (functional(), None),
        (functional(layers.Dense(8, "sigmoid"), layers.Rescaling(2, -1)), None),
        (sequential(layers.Dense(8, "relu"), layers.Dense(8)), None),
        (sequential(layers.Dense(8, "relu"), layers.Dense(8, "leaky_relu")),
         None),
        (sequential(layers.Dense(8), layers.Activation("linear")), None),
        (Subclassed(), None),
    ],
)  # fmt: skip
def test_what_a_network_ends_in(network, expected):
    assert bounded_activation(network) == expected


def networks(encoder_dim, encoder_end=None, decoder_end=None):
    encoder = sequential(
        layers.Dense(8, "relu"), layers.Dense(encoder_dim, encoder_end)
    )
    decoder = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(8, "relu"),
            layers.Dense(4, decoder_end),
        ]
    )
    return encoder, decoder


def of_a_grid(activation):
    encoder = sequential(layers.Dense(6), layers.Reshape((2, 3)))
    decoder = keras.Sequential(
        [
            keras.Input((2, 3)),
            layers.Flatten(),
            layers.Dense(4, activation),
        ]
    )
    return encoder, decoder


@pytest.mark.parametrize(
    ("model", "made_of", "kwargs"),
    [
        (kgm.Autoencoder, networks(2, None, "sigmoid"), {}),
        (kgm.DenoisingAutoencoder, networks(2, None, "sigmoid"), {}),
        (kgm.VAE, networks(4, None, "sigmoid"), {}),
        (kgm.IWAE, networks(4, None, "tanh"), {}),
        (kgm.VQVAE, of_a_grid("sigmoid"), {"num_embeddings": 4}),
    ],
)
def test_log_odds_out_of_a_sigmoid(model, made_of, kwargs):
    with pytest.warns(
        UserWarning, match="`decoder`.*None`.*log odds.*Received"
    ):
        model(*made_of, **kwargs)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model(*made_of, likelihood="normal", **kwargs)  # means may be so


def test_log_variances_out_of_an_activation():
    with pytest.warns(UserWarning, match="`encoder`.*log variances"):
        kgm.VAE(*networks(4, "relu"))


def test_no_word_about_the_package_s_own_networks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for network in ("dense", "conv"):
            kgm.VAE.from_shape((8, 8, 1), hidden_units=(4,), network=network)
            kgm.VQVAE.from_shape((8, 8, 1), hidden_units=(4,), network=network)
        # Codes may be kept in a range.
        kgm.Autoencoder(*networks(2, "tanh"))
