"""Convolutional networks that see only earlier pixels."""

from keras import layers

from keras_genmodels.layers.gated_activation import GatedActivation
from keras_genmodels.layers.masked_conv_2d import MaskedConv2D
from keras_genmodels.networks.pixel_ends import PixelEnds
from keras_genmodels.networks.pixel_ends import shared


def pixel_cnn(
    data_shape,
    num_channels,
    num_parameters,
    *,
    num_classes=None,
    filters=32,
    num_blocks=4,
    kernel_size=7,
):
    """Masked convolutions in residual blocks.

    [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), table 1.

    Args:
        data_shape: `(height, width, channels)`.
        num_channels: Int, what the network sees of each value.
        num_parameters: Int, what it gives for each value.
        num_classes: Optional int, of a second input: a label as one-hot vector.
        filters: Int, features inside a block, at least; twice as many between
            blocks.
        num_blocks: Int >= 0.
        kernel_size: Odd int, of the first layer; 3 in the blocks.

    Returns:
        `keras.Model` from `(batch, *data_shape, num_channels)` to
        `(batch, *data_shape, num_parameters)`.
    """
    groups = data_shape[-1]
    few, many = shared(filters, groups), 2 * shared(filters, groups)
    ends = PixelEnds(data_shape, num_channels, num_parameters, num_classes)

    def masked(filters, size, mask_type="B"):
        return MaskedConv2D(filters, size, mask_type, num_groups=groups)

    x = masked(many, kernel_size, "A")(ends.pixels)
    for _ in range(num_blocks):
        h = masked(few, 1)(layers.ReLU()(x))
        h = masked(few, 3)(layers.ReLU()(ends.add_label(h)))
        h = masked(many, 1)(layers.ReLU()(h))
        x = layers.Add()([x, h])
    x = masked(many, 1)(layers.ReLU()(ends.add_label(x)))
    x = masked(ends.num_outputs, 1)(layers.ReLU()(x))
    return ends.model(x, "pixel_cnn")


def gated_pixel_cnn(
    data_shape,
    num_channels,
    num_parameters,
    *,
    num_classes=None,
    filters=32,
    num_blocks=5,
    kernel_size=5,
):
    """Two stacks: one of the rows above, one of the same row to the left.

    [van den Oord et al., 2016](https://arxiv.org/abs/1606.05328), figure 2.

    Args:
        data_shape: `(height, width, channels)`.
        num_channels: Int, what the network sees of each value.
        num_parameters: Int, what it gives for each value.
        num_classes: Optional int, of a second input: a label as one-hot vector.
        filters: Int, features of each stack, at least.
        num_blocks: Int >= 1.
        kernel_size: Odd int, the width of all convolutions.

    Returns:
        `keras.Model` from `(batch, *data_shape, num_channels)` to
        `(batch, *data_shape, num_parameters)`.
    """
    groups = data_shape[-1]
    filters = shared(filters, groups)
    reach = kernel_size // 2
    ends = PixelEnds(data_shape, num_channels, num_parameters, num_classes)

    def masked(filters, width, mask_type="B"):
        size = (1, width)
        return MaskedConv2D(filters, size, mask_type, num_groups=groups)

    # The vertical stack is one row behind: it never sees the pixel's own row.
    horizontal = ends.pixels
    lowered = layers.ZeroPadding2D(((1, 0), 0), data_format="channels_last")
    cropped = layers.Cropping2D(((0, 1), 0), data_format="channels_last")
    vertical = cropped(lowered(horizontal))
    for block in range(num_blocks):
        padding = ((reach, 0), reach)
        above = layers.ZeroPadding2D(padding, data_format="channels_last")(
            vertical
        )
        above = layers.Conv2D(
            2 * filters,
            (reach + 1, kernel_size),
            data_format="channels_last",
        )(above)
        left = masked(2 * filters, kernel_size, "B" if block else "A")
        left = layers.Add()(
            [
                left(horizontal),
                layers.Conv2D(2 * filters, 1, data_format="channels_last")(
                    above
                ),
            ]
        )
        vertical = GatedActivation(groups)(ends.add_label(above))
        gated = GatedActivation(groups)(ends.add_label(left))
        gated = masked(filters, 1)(gated)
        horizontal = layers.Add()([horizontal, gated]) if block else gated
    x = masked(filters, 1)(layers.ReLU()(horizontal))
    x = masked(ends.num_outputs, 1)(layers.ReLU()(x))
    return ends.model(x, "gated_pixel_cnn")
