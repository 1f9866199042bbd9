"""Recurrent networks that see only earlier pixels."""

from keras import layers

from keras_genmodels.layers.diagonal_bilstm import DiagonalBiLSTM
from keras_genmodels.layers.masked_conv_2d import MaskedConv2D
from keras_genmodels.layers.row_lstm import RowLSTM
from keras_genmodels.networks.pixel_ends import PixelEnds
from keras_genmodels.networks.pixel_ends import shared

RECURRENCES = ("diagonal", "row")


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
    groups = data_shape[-1]
    few, many = shared(filters, groups), 2 * shared(filters, groups)
    recurrent = DiagonalBiLSTM if recurrence == "diagonal" else RowLSTM
    ends = PixelEnds(data_shape, num_channels, num_parameters, num_classes)

    def masked(filters, size, mask_type="B"):
        return MaskedConv2D(filters, size, mask_type, num_groups=groups)

    # One more column at the right: features there see the last pixel of a row,
    # which those that come from the right would miss.
    x = layers.ZeroPadding2D((0, (0, 1)), data_format="channels_last")(
        ends.pixels
    )
    x = ends.add_label(masked(many, kernel_size, "A")(x))
    for _ in range(num_blocks):
        h = recurrent(few, num_groups=groups)(x)
        x = layers.Add()([x, masked(many, 1)(h)])
    x = layers.Cropping2D((0, (0, 1)), data_format="channels_last")(x)
    x = masked(many, 1)(layers.ReLU()(ends.add_label(x)))
    x = masked(ends.num_outputs, 1)(layers.ReLU()(x))
    return ends.model(x, "pixel_rnn")
