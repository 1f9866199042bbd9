"""Convolutional networks between images of any size and vectors."""

import math

import keras
from keras import layers

from keras_genmodels.networks.hidden import hidden


def conv_encoder(
    image_shape,
    output_dim,
    filters=(32, 64),
    activation="relu",
    batch_normalization=False,
    name=None,
):
    """Convolutions of stride 2, then one linear layer.

    Args:
        image_shape: `(height, width, channels)`, any sizes.
        output_dim: Int, length of the output vector.
        filters: Ints, one per convolution; each halves the image, rounding up.
        activation: String or function. Defaults to `"relu"`.
        batch_normalization: Bool. Whether to normalise each convolution before
            its activation. Defaults to `False`.
        name: Optional string. The layers' names begin with it, so that the
            paths of the variables tell which network they belong to.

    Returns:
        `keras.Model` from `(batch, *image_shape)` to `(batch, output_dim)`.
    """
    inputs = x = keras.Input(image_shape)
    for i, count in enumerate(filters):
        x = hidden(
            layers.Conv2D,
            activation,
            batch_normalization,
            count,
            kernel_size=3,
            strides=2,
            padding="same",
            data_format="channels_last",
            name=name and f"{name}_{i}",
        )(x)
    x = layers.Flatten(data_format="channels_last")(x)
    x = layers.Dense(output_dim, name=name and f"{name}_output")(x)
    return keras.Model(inputs, x, name=name)


def conv_decoder(
    input_dim,
    image_shape,
    filters=(64, 32),
    activation="relu",
    batch_normalization=False,
    name=None,
):
    """One dense layer, then transposed convolutions of stride 2.

    An image whose size is no multiple of `2 ** len(filters)` is made a little
    too large and cropped at the bottom and the right.

    Args:
        input_dim: Int, length of the input vector.
        image_shape: `(height, width, channels)`, any sizes.
        filters: Ints, one per transposed convolution; each doubles the image.
        activation: String or function. Defaults to `"relu"`.
        batch_normalization: Bool. Whether to normalise each convolution before
            its activation. Defaults to `False`.
        name: Optional string. The layers' names begin with it, so that the
            paths of the variables tell which network they belong to.

    Returns:
        `keras.Model` from `(batch, input_dim)` to `(batch, *image_shape)`;
        the output is linear.
    """
    height, width, channels = image_shape
    scale = 2 ** len(filters)
    rows, columns = math.ceil(height / scale), math.ceil(width / scale)
    inputs = keras.Input((input_dim,))
    x = layers.Dense(
        rows * columns * filters[0],
        activation=activation,
        name=name and f"{name}_input",
    )(inputs)
    x = layers.Reshape((rows, columns, filters[0]))(x)
    for i, count in enumerate(filters):
        x = hidden(
            layers.Conv2DTranspose,
            activation,
            batch_normalization,
            count,
            kernel_size=3,
            strides=2,
            padding="same",
            data_format="channels_last",
            name=name and f"{name}_{i}",
        )(x)
    x = layers.Conv2D(
        channels,
        3,
        padding="same",
        data_format="channels_last",
        name=name and f"{name}_output",
    )(x)
    x = layers.Cropping2D(
        ((0, rows * scale - height), (0, columns * scale - width)),
        data_format="channels_last",
    )(x)
    return keras.Model(inputs, x, name=name)
