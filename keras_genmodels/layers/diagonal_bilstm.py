"""Two recurrent layers that read an image along its diagonals."""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.layers.conv_lstm_cell import ConvLSTMCell
from keras_genmodels.layers.conv_lstm_cell import check_shares
from keras_genmodels.layers.masked_conv_2d import MaskedConv2D


@keras.saving.register_keras_serializable("keras_genmodels")
class DiagonalBiLSTM(FixedSettings, layers.Layer):
    """LSTMs from the upper left and from the upper right corner, added.

    The first sees everything above and to the left: a pixel's gates depend on
    the states of its left neighbour and of the one above. The second does the
    same in the mirror, and is shifted down by a row, since to the right a
    pixel's own row comes later. Together they see all earlier pixels.

    Pixels of one diagonal do not depend on each other, so they are computed at
    once: each row is moved to the right by its number, and the diagonals are
    columns.

    Args:
        units: Int >= 1, a multiple of `num_groups`.
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
        3.2 and figure 3.
    """

    def __init__(self, units, *, num_groups=1, **kwargs):
        super().__init__(**kwargs)
        check_shares(units, num_groups)
        self.units = units
        self.num_groups = num_groups
        self.inputs_to_states = [
            MaskedConv2D(
                4 * self.units, 1, "B", num_groups=num_groups, name=name
            )
            for name in ("from_the_left", "from_the_right")
        ]

    def build(self, input_shape):
        _, height, width, _ = input_shape
        self.diagonals = []
        for layer in self.inputs_to_states:
            cell = ConvLSTMCell(
                height, self.units, (-1, 0), self.num_groups, name="cell"
            )
            rnn = layers.RNN(cell, return_sequences=True, name=layer.name)
            layer.build(input_shape)
            rnn.build((None, height + width - 1, height * 4 * self.units))
            self.diagonals.append(rnn)

    def call(self, inputs):
        left = self._scan(0, inputs)
        right = ops.flip(self._scan(1, ops.flip(inputs, axis=2)), axis=2)
        above = ops.pad(right[:, :-1], ((0, 0), (1, 0), (0, 0), (0, 0)))
        return left + above

    def _scan(self, i, inputs):
        _, height, width, _ = inputs.shape
        gates = ops.transpose(
            skew(self.inputs_to_states[i](inputs)), (0, 2, 1, 3)
        )
        shape = (-1, height + width - 1, height * 4 * self.units)
        states = self.diagonals[i](ops.reshape(gates, shape))
        shape = (-1, height + width - 1, height, self.units)
        states = ops.transpose(ops.reshape(states, shape), (0, 2, 1, 3))
        return unskew(states, width)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "num_groups": self.num_groups,
        }


def skew(x):
    """Row i of an image is moved i places to the right, among zeros.

    Args:
        x: Tensor `(batch, height, width, features)`.

    Returns:
        Tensor `(batch, height, height + width - 1, features)`.
    """
    _, height, width, features = x.shape
    # Rows that are one place too long, read with rows of the right length.
    padded = ops.pad(x, ((0, 0), (0, 0), (0, height), (0, 0)))
    flat = ops.reshape(padded, (-1, height * (width + height), features))
    shape = (-1, height, width + height - 1, features)
    return ops.reshape(flat[:, :-height], shape)


def unskew(x, width):
    """The inverse of `skew`: tensor `(batch, height, width, features)`."""
    _, height, length, features = x.shape
    flat = ops.reshape(x, (-1, height * length, features))
    flat = ops.pad(flat, ((0, 0), (0, height), (0, 0)))
    rows = ops.reshape(flat, (-1, height, length + 1, features))
    return rows[:, :, :width]
