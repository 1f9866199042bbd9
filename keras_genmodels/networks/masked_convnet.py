"""Networks that see only earlier pixels."""

import keras
from keras import layers

from keras_genmodels.layers.diagonal_bilstm import DiagonalBiLSTM
from keras_genmodels.layers.gated_activation import GatedActivation
from keras_genmodels.layers.masked_conv_2d import MaskedConv2D
from keras_genmodels.layers.row_lstm import RowLSTM

RECURRENCES = ("diagonal", "row")


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
    ends = _PixelEnds(data_shape, num_channels, num_parameters, num_classes)
    few, many = ends.shared(filters), 2 * ends.shared(filters)

    x = ends.masked(many, kernel_size, "A")(ends.pixels)
    for _ in range(num_blocks):
        h = ends.masked(few, 1)(layers.ReLU()(x))
        h = ends.masked(few, 3)(layers.ReLU()(ends.add_label(h)))
        h = ends.masked(many, 1)(layers.ReLU()(h))
        x = layers.Add()([x, h])
    x = ends.masked(many, 1)(layers.ReLU()(ends.add_label(x)))
    x = ends.masked(ends.num_outputs, 1)(layers.ReLU()(x))
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
    ends = _PixelEnds(data_shape, num_channels, num_parameters, num_classes)
    filters = ends.shared(filters)
    reach = kernel_size // 2

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
        left = ends.masked(2 * filters, (1, kernel_size), "B" if block else "A")
        left = layers.Add()(
            [
                left(horizontal),
                layers.Conv2D(2 * filters, 1, data_format="channels_last")(
                    above
                ),
            ]
        )
        vertical = GatedActivation(ends.groups)(ends.add_label(above))
        gated = GatedActivation(ends.groups)(ends.add_label(left))
        gated = ends.masked(filters, 1)(gated)
        horizontal = layers.Add()([horizontal, gated]) if block else gated
    x = ends.masked(filters, 1)(layers.ReLU()(horizontal))
    x = ends.masked(ends.num_outputs, 1)(layers.ReLU()(x))
    return ends.model(x, "gated_pixel_cnn")


def pixel_rnn(
    data_shape,
    num_channels,
    num_parameters,
    *,
    num_classes=None,
    filters=16,
    num_blocks=3,
    kernel_size=7,
    recurrence="diagonal",
):
    """Recurrent layers in residual blocks.

    [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), table 1.

    Args:
        data_shape: `(height, width, channels)`.
        num_channels: Int, what the network sees of each value.
        num_parameters: Int, what it gives for each value.
        num_classes: Optional int, of a second input: a label as one-hot vector.
        filters: Int, units of a recurrent layer, at least; twice as many
            features between blocks.
        num_blocks: Int >= 0.
        kernel_size: Odd int >= 3, of the first layer, a masked convolution that
            does not see the pixel itself.
        recurrence: `"diagonal"` for `layers.DiagonalBiLSTM`, `"row"` for
            `layers.RowLSTM`.

    Returns:
        `keras.Model` from `(batch, *data_shape, num_channels)` to
        `(batch, *data_shape, num_parameters)`.

    Raises:
        ValueError: If the recurrence is not known.
    """
    if recurrence not in RECURRENCES:
        raise ValueError(
            f"Expected `recurrence` to be one of {RECURRENCES}. "
            f"Received: recurrence={recurrence!r}"
        )
    ends = _PixelEnds(data_shape, num_channels, num_parameters, num_classes)
    few, many = ends.shared(filters), 2 * ends.shared(filters)
    recurrent = DiagonalBiLSTM if recurrence == "diagonal" else RowLSTM

    # One more column at the right: features there see the last pixel of a row,
    # which those that come from the right would miss.
    x = layers.ZeroPadding2D((0, (0, 1)), data_format="channels_last")(
        ends.pixels
    )
    x = ends.add_label(ends.masked(many, kernel_size, "A")(x))
    for _ in range(num_blocks):
        h = recurrent(few, num_groups=ends.groups)(x)
        x = layers.Add()([x, ends.masked(many, 1)(h)])
    x = layers.Cropping2D((0, (0, 1)), data_format="channels_last")(x)
    x = ends.masked(many, 1)(layers.ReLU()(ends.add_label(x)))
    x = ends.masked(ends.num_outputs, 1)(layers.ReLU()(x))
    return ends.model(x, "pixel_rnn")


class _PixelEnds:
    """The inputs of a network of pixels, its masks, and its outputs."""

    def __init__(self, data_shape, num_channels, num_parameters, num_classes):
        *size, channels = data_shape
        self.groups = channels
        self.shape = (*data_shape, num_parameters)
        self.num_outputs = channels * num_parameters
        self.data = keras.Input((*data_shape, num_channels))
        self.label = keras.Input((num_classes,)) if num_classes else None
        self.pixels = layers.Reshape((*size, channels * num_channels))(
            self.data
        )

    def shared(self, filters):
        """At least so many features, evenly shared by the channels."""
        return -(-filters // self.groups) * self.groups

    def masked(self, filters, size, mask_type="B"):
        """A convolution that sees only what comes before."""
        return MaskedConv2D(filters, size, mask_type, num_groups=self.groups)

    def add_label(self, features):
        """Add a vector for the label at every place."""
        if self.label is None:
            return features
        bias = layers.Dense(features.shape[-1], use_bias=False)(self.label)
        bias = layers.Reshape((1, 1, features.shape[-1]))(bias)
        return layers.Add()([features, bias])

    def model(self, outputs, name):
        """From the inputs to features for each parameter of each value."""
        outputs = layers.Reshape(self.shape)(outputs)
        inputs = self.data
        if self.label is not None:
            inputs = [self.data, self.label]
        return keras.Model(inputs, outputs, name=name)
