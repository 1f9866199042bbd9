"""What networks that see a time begin with."""

import keras
from keras import layers

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.time_embedding import TimeEmbedding

# The highest frequency of the times where there are several: models that jump
# differentiate their network with respect to them, and 1000 is then all noise.
HIGHEST = 3.0


def time_inputs(data_shape, num_classes, units, num_times=None):
    """Inputs of data, times and possibly a label, and a vector of the latter.

    Args:
        data_shape: Tuple of ints.
        num_classes: Optional int >= 1.
        units: Even int, length of the vector.
        num_times: Optional int >= 1: times `(batch, num_times)`, where else
            there is one, `(batch,)`.

    Returns:
        `(inputs, condition)`: a list of two or three `keras.Input`s, and a
        tensor `(batch, units)` of the times and the label, which is added where
        there is one: zeros for a label are none.
    """
    times = () if num_times is None else (check_count("times", num_times),)
    x, t = keras.Input(data_shape), keras.Input(times)
    highest = HIGHEST if times else 1000.0
    waves = TimeEmbedding(units, highest=highest)(t)
    if times:
        waves = layers.Flatten(data_format="channels_last")(waves)
    condition = layers.Dense(units, activation="silu")(waves)
    condition = layers.Dense(units)(condition)
    if num_classes is None:
        return [x, t], layers.Activation("silu")(condition)
    y = keras.Input((num_classes,))
    condition = layers.Add()(
        [condition, layers.Dense(units, use_bias=False)(y)]
    )
    return [x, t, y], layers.Activation("silu")(condition)
