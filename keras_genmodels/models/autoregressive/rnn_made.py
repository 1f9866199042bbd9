"""The factorisation of MADE by a recurrent network.

MADE has weights of its own for each value. A recurrent network has the same for
all, and the coordinates of a value as a further input,

    h_i = GRU(h_{i-1}, [x_{i-1}, coordinates of i]),
    parameters_i = W h_i + b,

so that the number of weights does not depend on the size of the data. The state
h_i is a summary of all values before x_i.

References: Cho et al., 2014, https://arxiv.org/abs/1406.1078, eq. 5 to 8; for
MADE Germain et al., 2015, https://arxiv.org/abs/1502.03509.
"""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.models.autoregressive.sequence_model import SequenceModel


@keras.saving.register_keras_serializable("keras_genmodels")
class RNNMADE(SequenceModel):
    """Autoregressive model of gated recurrent units.

    Args:
        data_shape: Tuple of ints, the shape of one example, read row by row.
        units: Int >= 1, of each recurrent layer. Defaults to 128.
        num_layers: Int >= 1. Defaults to 1.
        **kwargs: `output`, `num_levels`, `num_classes` and `seed`; see
            `AutoregressiveModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.
        y: Labels `(batch,)`, if the model is conditional.

    Returns:
        The parameters of all factors, a tensor
        `(batch, *data_shape, num_parameters)`.

    Example:
        >>> model = RNNMADE((8, 8, 1))
        >>> model.compile()
        >>> history = model.fit(binarize(x_train), epochs=50)
        >>> model.sample(16, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Germain et al., 2015](https://arxiv.org/abs/1502.03509), eq. 4, with
        the units of [Cho et al., 2014](https://arxiv.org/abs/1406.1078).
    """

    def __init__(self, data_shape, *, units=128, num_layers=1, **kwargs):
        super().__init__(
            data_shape, units=units, places="coordinates", **kwargs
        )
        self.num_layers = check_count("num_layers", num_layers)
        self.recurrent_layers = [
            layers.GRU(
                self.units,
                return_sequences=True,
                return_state=True,
                name=f"recurrent_{i}",
            )
            for i in range(self.num_layers)
        ]
        for layer in self.recurrent_layers:
            layer.build((None, self.num_values, self.units))
        self.build_outputs()

    def empty_caches(self, batch_size):
        """States before the first value, `(batch, units)` for each layer."""
        state = ops.zeros((batch_size, self.units), dtype=self.compute_dtype)
        return [state] * self.num_layers

    def compute_features(self, units, caches=None, index=None, training=False):
        """States at each value, `(batch, length, units)`, of the last layer."""
        states = []
        for i, layer in enumerate(self.recurrent_layers):
            state = None if caches is None else caches[i]
            units, state = layer(units, initial_state=state, training=training)
            states.append(state)
        return units if caches is None else (units, states)

    def get_config(self):
        return {**super().get_config(), "num_layers": self.num_layers}
