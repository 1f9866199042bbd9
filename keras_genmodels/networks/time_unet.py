"""U-Net of images and a time."""

import math

import keras
from keras import layers

from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.networks.pixel_packing import pack_pixels
from keras_genmodels.networks.pixel_packing import unpack_pixels
from keras_genmodels.networks.time_inputs import time_inputs


def time_unet(
    data_shape,
    *,
    num_classes=None,
    pack=2,
    filters=(32, 64),
    num_blocks=1,
    embedding_units=64,
    num_times=None,
    num_outputs=None,
    name="time_unet",
):
    """Convolutions at several resolutions, with connections across.

    Each resolution has `num_blocks` residual blocks on the way down and one
    more on the way up, where the features of the way down are appended.

    Args:
        data_shape: `(height, width, channels)`, of any size.
        num_classes: Optional int: the network then takes one-hot labels too.
        pack: Int >= 1. Squares of so many pixels a side are packed into
            channels first, which saves time: with 2 a quarter is left to do.
        filters: Ints, features at each resolution; each halves the one before.
        num_blocks: Int >= 1.
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
        ValueError: If the data are no images.

    Reference:
        [Ho et al., 2020](https://arxiv.org/abs/2006.11239), appendix B, without
        attention; the time as scale and shift: [Dhariwal & Nichol,
        2021](https://arxiv.org/abs/2105.05233), section 3.1.
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
    x = pack_pixels(inputs[0], pack)
    x = convolution(filters[0])(x)
    across = []
    for level, features in enumerate(filters):
        if level:
            x = convolution(features, strides=2)(x)
        for _ in range(num_blocks):
            x = residual_block(x, condition, features)
        across.append(x)
    for level, features in reversed(list(enumerate(filters))):
        before = across.pop()
        if level < len(filters) - 1:
            x = layers.UpSampling2D(2, data_format="channels_last")(x)
            more = [(0, x.shape[i] - before.shape[i]) for i in (1, 2)]
            x = layers.Cropping2D(more, data_format="channels_last")(x)
            x = convolution(features)(x)
        x = layers.Concatenate()([x, before])
        for _ in range(num_blocks):
            x = residual_block(x, condition, features)
    x = layers.Activation("silu")(normalization(x.shape[-1])(x))
    packed = pack**2 * output_shape[-1]
    x = convolution(packed, kernel_initializer="zeros")(x)
    x = unpack_pixels(x, pack, output_shape)
    return keras.Model(inputs, x, name=name)


def residual_block(x, condition, features):
    """Two convolutions, with the time in between, added to what there was.

    The time scales and shifts what has been normalised: before, a shift of all
    channels of a group would be lost again.
    """
    h = layers.Activation("silu")(normalization(x.shape[-1])(x))
    h = normalization(features)(convolution(features)(h))
    scale, shift = (
        layers.Reshape((1, 1, features))(layers.Dense(features)(condition))
        for _ in range(2)
    )
    h = layers.Add()([h, layers.Multiply()([h, scale]), shift])
    h = layers.Activation("silu")(h)
    h = convolution(features, kernel_initializer="zeros")(h)
    if x.shape[-1] != features:
        x = convolution(features, kernel_size=1)(x)
    return layers.Add()([x, h])


def convolution(features, kernel_size=3, **kwargs):
    return layers.Conv2D(
        features,
        kernel_size,
        padding="same",
        data_format="channels_last",
        **kwargs,
    )


def normalization(features):
    """Of groups of four channels or more: no example sees another."""
    groups = math.gcd(8, max(features // 4, 1), features)
    return layers.GroupNormalization(groups, axis=-1)
