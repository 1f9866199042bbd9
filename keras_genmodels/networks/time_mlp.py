"""Multilayer perceptron of data and a time."""

import math

import keras
from keras import layers

from keras_genmodels.networks.time_inputs import time_inputs


def time_mlp(
    data_shape,
    *,
    num_classes=None,
    hidden_units=(256, 256, 256),
    activation="silu",
    embedding_units=64,
    num_times=None,
    num_outputs=None,
    name="time_mlp",
):
    """Fully connected network that sees the time in each hidden layer.

    A layer as wide as the one before is added to it: a residual block.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        num_classes: Optional int: the network then takes one-hot labels too.
        hidden_units: Ints, units of each hidden layer.
        activation: String or function of the hidden layers.
        embedding_units: Even int, length of the vector for the time.
        num_times: Optional int: the network then takes so many times,
            `(batch, num_times)`.
        num_outputs: Optional int, size of the output's last axis, if it is not
            that of the data.
        name: String.

    Returns:
        `keras.Model` of a list, `(batch, *data_shape)`, times `(batch,)` and
        possibly labels `(batch, num_classes)`, to `(batch, *data_shape)`.
        Untrained, it gives zeros.
    """
    inputs, condition = time_inputs(
        data_shape, num_classes, embedding_units, num_times
    )
    output_shape = (*data_shape[:-1], num_outputs or data_shape[-1])
    x = inputs[0]
    if len(data_shape) > 1:
        x = layers.Flatten(data_format="channels_last")(x)
    for units in hidden_units:
        h = layers.Add()(
            [layers.Dense(units)(x), layers.Dense(units)(condition)]
        )
        h = layers.Activation(activation)(h)
        x = layers.Add()([x, h]) if x.shape[-1] == units else h
    x = layers.Dense(math.prod(output_shape), kernel_initializer="zeros")(x)
    if len(output_shape) > 1:
        x = layers.Reshape(output_shape)(x)
    return keras.Model(inputs, x, name=name)
