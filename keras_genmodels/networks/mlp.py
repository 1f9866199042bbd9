"""Multilayer perceptron between tensors of any shapes."""

import math

import keras
from keras import layers

from keras_genmodels.networks.hidden import hidden


def mlp(
    input_shape,
    output_shape,
    hidden_units=(256, 256),
    activation="relu",
    batch_normalization=False,
    output_initializer="glorot_uniform",
    name=None,
):
    """Fully connected network: flatten, hidden layers, linear output, reshape.

    Args:
        input_shape: Tuple of ints, without the batch.
        output_shape: Tuple of ints, without the batch.
        hidden_units: Ints, units of each hidden layer. May be empty: the
            network is then affine.
        activation: String or function of the hidden layers. Defaults to
            `"relu"`.
        batch_normalization: Bool. Whether to normalise each hidden layer
            before its activation. Defaults to `False`.
        output_initializer: String or Keras initializer of the last kernel:
            `"zeros"`, and the untrained network gives zeros. Defaults to
            `"glorot_uniform"`.
        name: Optional string. The layers' names begin with it, so that the
            paths of the variables tell which network they belong to.

    Returns:
        `keras.Model` from `(batch, *input_shape)` to `(batch, *output_shape)`.
    """
    inputs = x = keras.Input(input_shape)
    if len(input_shape) > 1:
        x = layers.Flatten(data_format="channels_last")(x)
    for i, units in enumerate(hidden_units):
        x = hidden(
            layers.Dense,
            activation,
            batch_normalization,
            units,
            name=name and f"{name}_{i}",
        )(x)
    x = layers.Dense(
        math.prod(output_shape),
        kernel_initializer=output_initializer,
        name=name and f"{name}_output",
    )(x)
    if len(output_shape) > 1:
        x = layers.Reshape(output_shape)(x)
    return keras.Model(inputs, x, name=name)
