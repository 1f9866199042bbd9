"""What networks that see a time begin with."""

import keras
from keras import layers

from keras_genmodels.layers.time_embedding import TimeEmbedding


def time_inputs(data_shape, num_classes, units):
    """Inputs of data, a time and possibly a label, and a vector of the latter.

    Args:
        data_shape: Tuple of ints.
        num_classes: Optional int >= 1.
        units: Even int, length of the vector.

    Returns:
        `(inputs, condition)`: a list of two or three `keras.Input`s, and a
        tensor `(batch, units)` of the time and the label, which is added where
        there is one: zeros for a label are none.
    """
    x, t = keras.Input(data_shape), keras.Input(())
    condition = layers.Dense(units, activation="silu")(TimeEmbedding(units)(t))
    condition = layers.Dense(units)(condition)
    if num_classes is None:
        return [x, t], layers.Activation("silu")(condition)
    y = keras.Input((num_classes,))
    condition = layers.Add()(
        [condition, layers.Dense(units, use_bias=False)(y)]
    )
    return [x, t, y], layers.Activation("silu")(condition)
