"""Convolutions that keep the size of an image."""

import keras
from keras import layers

from keras_genmodels.networks.time_unet import convolution


def residual_convnet(
    input_shape,
    num_outputs,
    filters=32,
    num_blocks=1,
    activation="relu",
    name="residual_convnet",
):
    """A convolution, residual blocks of two, and a last one that gives zeros.

    Args:
        input_shape: `(height, width, channels)`, any sizes.
        num_outputs: Int, channels of the output.
        filters: Int, channels in between.
        num_blocks: Int >= 0.
        activation: String or function. Defaults to `"relu"`.
        name: String.

    Returns:
        `keras.Model` from `(batch, height, width, channels)` to
        `(batch, height, width, num_outputs)`. Untrained, it gives zeros.
    """
    inputs = keras.Input(input_shape)
    x = convolution(filters)(inputs)
    for _ in range(num_blocks):
        h = layers.Activation(activation)(x)
        h = convolution(filters, activation=activation)(h)
        x = layers.Add()([x, convolution(filters, kernel_size=1)(h)])
    x = layers.Activation(activation)(x)
    x = convolution(num_outputs, kernel_initializer="zeros")(x)
    return keras.Model(inputs, x, name=name)
