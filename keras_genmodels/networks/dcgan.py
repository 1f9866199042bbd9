"""The all-convolutional networks of DCGAN, for images of any size.

Radford et al., 2016, https://arxiv.org/abs/1511.06434, section 3.
"""

import math

import keras
from keras import layers

from keras_genmodels.networks.hidden import hidden


def dcgan_generator(
    latent_dim,
    image_shape,
    filters=(128, 64),
    *,
    activation="relu",
    batch_normalization=True,
    upsampling="transposed",
    name=None,
):
    """One dense layer, then convolutions that each double the image.

    An image whose size is no multiple of `2 ** len(filters)` is made a little
    too large and cropped at the bottom and the right.

    Args:
        latent_dim: Int, length of the input vector.
        image_shape: `(height, width, channels)`, any sizes.
        filters: Ints. The first is that of the coarsest image.
        activation: String or function of the hidden layers.
        batch_normalization: Bool. Whether to normalise each hidden layer
            before its activation.
        upsampling: `"transposed"` for transposed convolutions of stride 2,
            `"resize"` for nearest neighbours and a convolution, which leaves no
            checkerboard: Odena et al.,
            [2016](https://distill.pub/2016/deconv-checkerboard/).
        name: Optional string. The layers' names begin with it, so that the
            paths of the variables tell which network they belong to.

    Returns:
        `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`;
        the output is linear.

    Raises:
        ValueError: If `upsampling` is neither.
    """
    if upsampling not in ("transposed", "resize"):
        raise ValueError(
            'Expected `upsampling` to be "transposed" or "resize". '
            f"Received: upsampling={upsampling!r}"
        )
    height, width, channels = image_shape
    scale = 2 ** len(filters)
    rows, columns = math.ceil(height / scale), math.ceil(width / scale)
    options = {"padding": "same", "data_format": "channels_last"}
    if upsampling == "resize":
        layer, options["kernel_size"] = layers.Conv2D, 5
    else:
        layer = layers.Conv2DTranspose
        options |= {"kernel_size": 4, "strides": 2}

    def enlarged(x):
        if upsampling == "resize":
            return layers.UpSampling2D(data_format="channels_last")(x)
        return x  # the layer's stride does it

    inputs = keras.Input((latent_dim,))
    part = name and f"{name}_input"
    x = layers.Dense(
        rows * columns * filters[0],
        use_bias=not batch_normalization,
        name=part,
    )(inputs)
    x = layers.Reshape((rows, columns, filters[0]))(x)
    if batch_normalization:
        x = layers.BatchNormalization(name=part and f"{part}_norm")(x)
    x = layers.Activation(activation)(x)
    for i, count in enumerate(filters[1:]):
        x = hidden(
            layer,
            activation,
            batch_normalization,
            count,
            name=name and f"{name}_{i}",
            **options,
        )(enlarged(x))
    x = layer(channels, name=name and f"{name}_output", **options)(enlarged(x))
    x = layers.Cropping2D(
        ((0, rows * scale - height), (0, columns * scale - width)),
        data_format="channels_last",
    )(x)
    return keras.Model(inputs, x, name=name)


def dcgan_discriminator(
    image_shape,
    output_dim=1,
    filters=(64, 128),
    *,
    activation="leaky_relu",
    batch_normalization=False,
    name=None,
):
    """Convolutions of stride 2, then one linear layer.

    Args:
        image_shape: `(height, width, channels)`, any sizes.
        output_dim: Int, length of the output vector.
        filters: Ints, one per convolution; each halves the image, rounding up.
        activation: String or function of the hidden layers.
        batch_normalization: Bool. Whether to normalise each convolution but
            the first before its activation.
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
            batch_normalization and i > 0,
            count,
            kernel_size=4,
            strides=2,
            padding="same",
            data_format="channels_last",
            name=name and f"{name}_{i}",
        )(x)
    x = layers.Flatten(data_format="channels_last")(x)
    x = layers.Dense(output_dim, name=name and f"{name}_output")(x)
    return keras.Model(inputs, x, name=name)
