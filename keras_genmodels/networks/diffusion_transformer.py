"""Transformer of patches of an image and a time."""

import keras
from keras import layers

from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.layers.diffusion_block import DiffusionBlock
from keras_genmodels.layers.place_embedding import PlaceEmbedding
from keras_genmodels.networks.pixel_packing import pack_pixels
from keras_genmodels.networks.pixel_packing import unpack_pixels
from keras_genmodels.networks.time_inputs import time_inputs


def diffusion_transformer(
    data_shape,
    *,
    num_classes=None,
    patch=2,
    units=64,
    num_layers=3,
    num_heads=4,
    embedding_units=64,
    num_times=None,
    num_outputs=None,
    name="diffusion_transformer",
):
    """Attention among patches, steered by the time.

    Args:
        data_shape: `(height, width, channels)`, of any size.
        num_classes: Optional int: the network then takes one-hot labels too.
        patch: Int >= 1, pixels on a side of a patch.
        units: Int >= 1, length of a patch's vector.
        num_layers: Int >= 0.
        num_heads: Int >= 1, a divisor of `units`.
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

    Raises:
        ValueError: If the data are no images, or the heads do not divide the
            units.

    Reference:
        [Peebles & Xie, 2023](https://arxiv.org/abs/2212.09748).
    """
    data_shape = check_shape(data_shape)
    if len(data_shape) != 3:
        raise ValueError(
            "Expected images (height, width, channels). "
            f"Received: data_shape={data_shape}"
        )
    inputs, condition = time_inputs(
        data_shape, num_classes, embedding_units, num_times
    )
    output_shape = (*data_shape[:-1], num_outputs or data_shape[-1])
    x = pack_pixels(inputs[0], patch)
    rows, columns, _ = x.shape[1:]
    x = layers.Reshape((rows * columns, x.shape[-1]))(x)
    x = layers.Dense(units)(x)
    x = PlaceEmbedding((rows, columns), "axial")(x)
    for _ in range(num_layers):
        x = DiffusionBlock(units, num_heads)(x, condition)
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    packed = patch**2 * output_shape[-1]
    x = layers.Dense(packed, kernel_initializer="zeros")(x)
    x = layers.Reshape((rows, columns, packed))(x)
    x = unpack_pixels(x, patch, output_shape)
    return keras.Model(inputs, x, name=name)
