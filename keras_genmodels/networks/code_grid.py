"""Residual networks between images of any size and grids of vectors."""

import math

import keras
from keras import layers

from keras_genmodels.networks.mlp import mlp


def grid_encoder(
    image_shape,
    embedding_dim,
    filters=(32, 64),
    num_residual_blocks=2,
    activation="relu",
    name=None,
):
    """Convolutions of stride 2, residual blocks, a vector at each position.

    Args:
        image_shape: `(height, width, channels)`, any sizes.
        embedding_dim: Int, length of the vectors.
        filters: Ints, one per convolution; each halves the image, rounding up.
        num_residual_blocks: Int >= 0. Defaults to 2.
        activation: String or function. Defaults to `"relu"`.
        name: Optional string. The layers' names begin with it, so that the
            paths of the variables tell which network they belong to.

    Returns:
        `keras.Model` from `(batch, *image_shape)` to
        `(batch, rows, columns, embedding_dim)`.
    """
    inputs = x = keras.Input(image_shape)
    for i, count in enumerate(filters):
        x = layers.Conv2D(
            count,
            4,
            strides=2,
            activation=activation,
            name=name and f"{name}_{i}",
            **_SAME,
        )(x)
    x = _residual_blocks(x, num_residual_blocks, activation, name)
    x = layers.Conv2D(
        embedding_dim, 1, name=name and f"{name}_output", **_SAME
    )(x)
    return keras.Model(inputs, x, name=name)


def grid_decoder(
    embedding_dim,
    image_shape,
    filters=(64, 32),
    num_residual_blocks=2,
    activation="relu",
    name=None,
):
    """A convolution, residual blocks, transposed convolutions of stride 2.

    An image whose size is no multiple of `2 ** len(filters)` is made a little
    too large and cropped at the bottom and the right.

    Args:
        embedding_dim: Int, length of the vectors.
        image_shape: `(height, width, channels)`, any sizes.
        filters: Ints, one per transposed convolution; each doubles the image.
        num_residual_blocks: Int >= 0. Defaults to 2.
        activation: String or function. Defaults to `"relu"`.
        name: Optional string. The layers' names begin with it, so that the
            paths of the variables tell which network they belong to.

    Returns:
        `keras.Model` from `(batch, rows, columns, embedding_dim)` to
        `(batch, *image_shape)`; the output is linear.
    """
    height, width, channels = image_shape
    scale = 2 ** len(filters)
    rows, columns = math.ceil(height / scale), math.ceil(width / scale)
    inputs = keras.Input((rows, columns, embedding_dim))
    x = layers.Conv2D(filters[0], 3, name=name and f"{name}_input", **_SAME)(
        inputs
    )
    x = _residual_blocks(x, num_residual_blocks, activation, name)
    counts = (*filters[1:], channels)
    for i, count in enumerate(counts):
        last = i + 1 == len(counts)
        x = layers.Conv2DTranspose(
            count,
            4,
            strides=2,
            activation=None if last else activation,
            name=name and f"{name}_{'output' if last else i}",
            **_SAME,
        )(x)
    x = layers.Cropping2D(
        ((0, rows * scale - height), (0, columns * scale - width)),
        data_format="channels_last",
    )(x)
    return keras.Model(inputs, x, name=name)


def grid_encoder_decoder(
    data_shape,
    embedding_dim,
    *,
    hidden_units=None,
    network=None,
    code_length=8,
    num_residual_blocks=2,
    activation="relu",
):
    """An encoder to a grid of vectors and a decoder from it.

    Args:
        data_shape: `(d,)` for vectors or `(height, width, channels)` for
            images, of any size.
        embedding_dim: Int >= 1, length of the vectors.
        hidden_units: Ints, the encoder's hidden layers; the decoder has the
            same in reverse. For `"conv"` they are numbers of filters, and each
            layer halves the image. Defaults to `(256, 256)` for `"dense"`; for
            `"conv"` to `(32, 64)`, and to `(64,)` for images less than 16 high
            or wide.
        network: `"dense"` or `"conv"` (images only), the default for images.
        code_length: Int >= 1, number of vectors of a dense network.
        num_residual_blocks: Int >= 0, of a convolutional network.
        activation: String or function of the hidden layers.

    Returns:
        Two `keras.Model`s, `(batch, *data_shape)` to
        `(batch, *code_shape, embedding_dim)` and back, both linear at the
        output. The `code_shape` is `(rows, columns)` for `"conv"` and
        `(code_length,)` for `"dense"`.

    Raises:
        ValueError: If the network is unknown or does not suit the data.
    """
    data_shape = tuple(data_shape)
    is_image = len(data_shape) == 3
    network = network or ("conv" if is_image else "dense")
    if network == "dense":
        hidden_units = (256, 256) if hidden_units is None else hidden_units
        code = (code_length, embedding_dim)
        encoder = mlp(
            data_shape, code, hidden_units, activation, name="encoder"
        )
        decoder = mlp(
            code, data_shape, hidden_units[::-1], activation, name="decoder"
        )
        return encoder, decoder
    if network != "conv" or not is_image:
        raise ValueError(
            'Expected `network` to be "dense", or "conv" for images (height, '
            f"width, channels). Received: network={network!r}, "
            f"data_shape={data_shape}"
        )
    if hidden_units is None:
        hidden_units = (32, 64) if min(data_shape[:2]) >= 16 else (64,)
    options = {
        "num_residual_blocks": num_residual_blocks,
        "activation": activation,
    }
    return (
        grid_encoder(
            data_shape, embedding_dim, hidden_units, name="encoder", **options
        ),
        grid_decoder(
            embedding_dim,
            data_shape,
            hidden_units[::-1],
            name="decoder",
            **options,
        ),
    )


_SAME = {"padding": "same", "data_format": "channels_last"}


def _residual_blocks(x, num_blocks, activation, name):
    """Blocks of two convolutions, each added to what it gets."""
    count = x.shape[-1]
    for i in range(num_blocks):
        block = name and f"{name}_block_{i}"
        h = layers.Activation(activation)(x)
        h = layers.Conv2D(count, 3, activation=activation, name=block, **_SAME)(
            h
        )
        h = layers.Conv2D(count, 1, name=block and f"{block}_out", **_SAME)(h)
        x = layers.Add()([x, h])
    return layers.Activation(activation)(x) if num_blocks else x
