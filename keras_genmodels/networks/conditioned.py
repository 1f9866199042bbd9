"""Give a network the class as a second input."""

import math

import keras
from keras import layers


def conditioned(make_network, input_shape, num_classes, flat=False):
    """A network of data and a label.

    The label, as one-hot vector, is appended to the last axis of the data: to
    the channels at every place of an image.

    Args:
        make_network: Function of an input shape that returns a `keras.Model`.
        input_shape: Tuple of ints, without the batch.
        num_classes: Int >= 1.
        flat: Bool. Whether images become vectors first. Defaults to `False`.

    Returns:
        `keras.Model` of a list of two tensors, `(batch, *input_shape)` and
        `(batch, num_classes)`.
    """
    x = keras.Input(input_shape)
    y = keras.Input((num_classes,))
    data, label = x, y
    if flat and len(input_shape) > 1:
        data = layers.Flatten(data_format="channels_last")(x)
        input_shape = (math.prod(input_shape),)
    if len(input_shape) == 3:
        label = layers.Reshape((1, 1, num_classes))(y)
        label = layers.UpSampling2D(
            input_shape[:2], data_format="channels_last"
        )(label)
    joined = layers.Concatenate()([data, label])
    network = make_network((*input_shape[:-1], input_shape[-1] + num_classes))
    return keras.Model([x, y], network(joined), name=network.name)
