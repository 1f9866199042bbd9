"""Squares of pixels as channels, for networks that cannot afford them all."""

from keras import layers

from keras_genmodels._internal.arguments import check_count


def pack_pixels(x, size):
    """Squares of `size` by `size` pixels become channels.

    Images whose sides are no multiples of it get zeros at the right and at the
    bottom.

    Args:
        x: Keras tensor `(batch, height, width, channels)`.
        size: Int >= 1.

    Returns:
        Keras tensor `(batch, ceil(height / size), ceil(width / size),
        size^2 channels)`.
    """
    size = check_count("size", size)
    height, width, channels = x.shape[1:]
    rows, columns = -(-height // size), -(-width // size)
    padding = (0, rows * size - height), (0, columns * size - width)
    x = layers.ZeroPadding2D(padding, data_format="channels_last")(x)
    x = layers.Reshape((rows, size, columns, size * channels))(x)
    x = layers.Permute((1, 3, 2, 4))(x)
    return layers.Reshape((rows, columns, size * size * channels))(x)


def unpack_pixels(x, size, data_shape):
    """What `pack_pixels` did, undone.

    Args:
        x: Keras tensor `(batch, rows, columns, size^2 channels)`.
        size: Int >= 1.
        data_shape: `(height, width, channels)`.

    Returns:
        Keras tensor `(batch, height, width, channels)`.
    """
    height, width, channels = data_shape
    rows, columns = x.shape[1:3]
    x = layers.Reshape((rows, columns, size, size * channels))(x)
    x = layers.Permute((1, 3, 2, 4))(x)
    x = layers.Reshape((rows * size, columns * size, channels))(x)
    cropping = (0, rows * size - height), (0, columns * size - width)
    return layers.Cropping2D(cropping, data_format="channels_last")(x)
