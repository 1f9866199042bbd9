"""A recurrent layer that reads an image row by row."""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.layers.conv_lstm_cell import ConvLSTMCell
from keras_genmodels.layers.conv_lstm_cell import check_shares
from keras_genmodels.layers.masked_conv_2d import MaskedConv2D


@keras.saving.register_keras_serializable("keras_genmodels")
class RowLSTM(FixedSettings, layers.Layer):
    """LSTM from the top to the bottom, all pixels of a row at once.

    A pixel's gates are a masked convolution of its own row plus a convolution
    of the states of the row above. So it sees a triangle above, which widens by
    `kernel_size // 2` to either side with each row.

    Args:
        units: Int >= 1, a multiple of `num_groups`.
        kernel_size: Odd int, the width of both convolutions. Defaults to 3.
        num_groups: Int >= 1, channels of the data; see `MaskedConv2D`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, height, width, features)`.

    Returns:
        Tensor `(batch, height, width, units)`.

    Raises:
        ValueError: If the groups cannot share the units.

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), section
        3.1 and eq. 3.
    """

    def __init__(self, units, kernel_size=3, *, num_groups=1, **kwargs):
        super().__init__(**kwargs)
        check_shares(units, num_groups)
        self.units = units
        self.kernel_size = kernel_size
        self.num_groups = num_groups
        self.input_to_state = MaskedConv2D(
            4 * self.units,
            (1, kernel_size),
            "B",
            num_groups=num_groups,
            name="input_to_state",
        )

    def build(self, input_shape):
        _, height, width, _ = input_shape
        reach = self.kernel_size // 2
        cell = ConvLSTMCell(
            width,
            self.units,
            tuple(range(-reach, reach + 1)),
            self.num_groups,
            name="cell",
        )
        self.rows = layers.RNN(cell, return_sequences=True, name="rows")
        self.input_to_state.build(input_shape)
        self.rows.build((None, height, width * 4 * self.units))

    def call(self, inputs):
        _, height, width, _ = inputs.shape
        gates = self.input_to_state(inputs)
        gates = ops.reshape(gates, (-1, height, width * 4 * self.units))
        states = self.rows(gates)
        return ops.reshape(states, (-1, height, width, self.units))

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "kernel_size": self.kernel_size,
            "num_groups": self.num_groups,
        }
