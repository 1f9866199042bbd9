"""Long short-term memory along one axis of an image, for a line at a time."""

from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


def check_shares(units, num_groups):
    """Raise a `ValueError` if groups cannot share the units evenly."""
    check_count("num_groups", num_groups)
    if check_count("units", units) % num_groups:
        raise ValueError(
            "Expected `units` that the groups can share evenly. Received: "
            f"units={units}, num_groups={num_groups}"
        )


class ConvLSTMCell(FixedSettings, layers.Layer):
    """LSTM cells in a line; each sees the states of its neighbours before.

    Args:
        length: Int, cells in the line.
        units: Int, of each cell.
        offsets: Ints: cell i sees the states of the cells i + offset.
        num_groups: Int. Each of so many equal parts of the inputs holds the
            four gates of an equal part of the units.

    Call arguments:
        inputs: Tensor `(batch, length * 4 * units)`, what the data adds to the
            gates.
        states: Two tensors `(batch, length * units)`.

    Returns:
        The new hidden state, and both states.

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), eq. 3.
    """

    def __init__(self, length, units, offsets, num_groups, **kwargs):
        super().__init__(**kwargs)
        self.length, self.units = length, units
        self.offsets, self.num_groups = offsets, num_groups
        self.state_size = [length * units, length * units]
        self.output_size = length * units

    def build(self, input_shape):
        self.dense = layers.Dense(
            4 * self.units,
            use_bias=False,
            kernel_initializer="orthogonal",
            name="state_to_state",
        )
        self.dense.build((None, len(self.offsets) * self.units))

    def call(self, inputs, states, training=False):
        hidden, memory = (
            ops.reshape(state, (-1, self.length, self.units))
            for state in states
        )
        before, after = -min(*self.offsets, 0), max(*self.offsets, 0)
        padded = ops.pad(hidden, ((0, 0), (before, after), (0, 0)))
        seen = [
            padded[:, before + offset : before + offset + self.length]
            for offset in self.offsets
        ]
        gates = self.dense(ops.concatenate(seen, axis=-1))
        gates = gates + ops.reshape(inputs, (-1, self.length, 4 * self.units))
        shape = (-1, self.length, self.num_groups, 4, self.units_of_a_group)
        gates = ops.reshape(gates, shape)
        output, forget, new, content = (gates[:, :, :, i] for i in range(4))
        shape = (-1, self.length, self.num_groups, self.units_of_a_group)
        memory = ops.reshape(memory, shape)
        # A bias of 1, so that training begins with remembering.
        memory = ops.sigmoid(forget + 1) * memory
        memory = memory + ops.sigmoid(new) * ops.tanh(content)
        hidden = ops.sigmoid(output) * ops.tanh(memory)
        flat = (-1, self.length * self.units)
        hidden, memory = ops.reshape(hidden, flat), ops.reshape(memory, flat)
        return hidden, [hidden, memory]

    @property
    def units_of_a_group(self):
        return self.units // self.num_groups
