"""Each value is mapped by what the values before it say.

    z_i = f(x_i; parameters_i(x_1, ..., x_{i-1})).

A masked network computes all parameters in one pass: densities are fast. The
inverse needs x to compute x,

    x_i = f^-1(z_i; parameters_i(x_1, ..., x_{i-1})),

and is the only solution of these equations. Renewing all values at once, from
any start, settles the first k of them in k passes at the latest; mostly all are
settled long before, and that ends it (Song et al., 2021,
https://arxiv.org/abs/2002.03629, algorithm 1).

References: Papamakarios et al., 2017, https://arxiv.org/abs/1705.07057, eq. 1
to 4; the masks: Germain et al., 2015, https://arxiv.org/abs/1502.03509.
"""

import math

import keras
import numpy as np
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels._internal.fixed_point import solve_equations
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.coupling import check_map
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.masked_dense import MaskedDense

FARTHEST = 1e9


@keras.saving.register_keras_serializable("keras_genmodels")
class MaskedAutoregression(Bijection):
    """A map of each value, with parameters made of those before it.

    Args:
        map: `ElementwiseMap`.
        data_shape: Tuple of ints, the shape of one example.
        hidden_units: Ints, units of each hidden layer. Defaults to two layers
            of 128.
        reverse: Bool. Whether the last value in the order of reading comes
            first. Defaults to `False`.
        num_classes: Optional int >= 1, the length of the context, which all
            parameters then depend on.
        activation: String or function of the hidden layers. Defaults to
            `"relu"`.
        tolerance: Float >= 0. The inverse is found when no value moves by more
            than this part of its size, or of 1. Defaults to 1e-6.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        [Papamakarios et al., 2017](https://arxiv.org/abs/1705.07057), section
        3.1.
    """

    def __init__(
        self,
        map,
        data_shape,
        *,
        hidden_units=(128, 128),
        reverse=False,
        num_classes=None,
        activation="relu",
        tolerance=1e-6,
        **kwargs,
    ):
        super().__init__(**kwargs)
        check_map(map)
        self.map = map
        self.data_shape = check_shape(data_shape)
        self.num_values = math.prod(self.data_shape)
        self.hidden_units = tuple(
            check_count("hidden_units", units) for units in hidden_units
        )
        self.reverse = bool(reverse)
        if not 0 <= tolerance < math.inf:
            raise ValueError(
                f"Expected `tolerance` >= 0. Received: tolerance={tolerance}"
            )
        self.num_classes = num_classes
        self.activation = keras.activations.get(activation)
        self.tolerance = float(tolerance)
        self._make_layers()

    @property
    def rank(self):
        """The number of each value in the order: ints `(num_values,)`."""
        rank = np.arange(self.num_values)
        return rank[::-1] if self.reverse else rank

    def _make_layers(self):
        most = max(self.num_values - 1, 1)  # a unit that sees all is no use
        degrees = [self.rank]
        for units in self.hidden_units:  # equally many of each degree
            degrees.append(np.arange(units) * most // units)
        last = np.repeat(self.rank, self.map.num_parameters)
        pairs = zip(degrees, degrees[1:], strict=False)
        self.hidden_layers = [
            MaskedDense(*pair, name=f"hidden_{i}")
            for i, pair in enumerate(pairs)
        ]
        # Zeros: a flow begins as the identity.
        self.output_layer = MaskedDense(
            degrees[-1],
            last,
            strict=True,
            kernel_initializer="zeros",
            name="parameters",
        )
        for layer in [*self.hidden_layers, self.output_layer]:
            layer.build((None, layer.in_degrees.shape[1]))
        self.label_layers = []
        if self.num_classes is not None:
            # To the parameters too: the first value sees no hidden unit.
            sizes = [*self.hidden_units, len(last)]
            kinds = ["glorot_uniform"] * len(self.hidden_units) + ["zeros"]
            for i, kind in enumerate(kinds):
                layer = layers.Dense(
                    sizes[i],
                    use_bias=False,
                    kernel_initializer=kind,
                    name=f"label_{i}",
                )
                layer.build((None, self.num_classes))
                self.label_layers.append(layer)

    def compute_parameters(self, x, context=None):
        """Of all values, `(batch, *data_shape, num_parameters)`."""
        units = ops.reshape(x, (-1, self.num_values))
        for i, layer in enumerate(self.hidden_layers):
            units = layer(units)
            if context is not None:
                units = units + self.label_layers[i](context)
            units = self.activation(units)
        units = self.output_layer(units)
        if context is not None:
            units = units + self.label_layers[-1](context)
        units = ops.cast(units, x.dtype)
        shape = (-1, *self.data_shape, self.map.num_parameters)
        return ops.reshape(units, shape)

    def forward(self, x, context=None, training=False):
        z, log_slope = self.map.forward(x, self.compute_parameters(x, context))
        return z, sum_per_example(log_slope)

    def inverse(self, z, context=None):
        x, _ = self._search(z, context)
        return x, -self.forward(x, context)[1]

    def solve(self, z, context=None):
        """As for every bijection; the search for x has no gradient."""
        x, passes = self._search(z, context)
        return ops.stop_gradient(x), passes

    def _search(self, z, context):
        def renew(x):
            parameters = self.compute_parameters(x, context)
            x, _ = self.map.inverse(z, parameters)
            # A value that is not settled yet may be anything; were it infinite,
            # a masked weight, 0, would make NaN of it for those before it.
            return ops.clip(x, -FARTHEST, FARTHEST)

        return solve_equations(
            renew,
            z,
            ops.ones_like(z, dtype="bool"),
            np.reshape(self.rank, (1, *self.data_shape)),
            self.num_values,
            self.tolerance,
        )

    def get_config(self):
        return {
            **super().get_config(),
            "map": keras.saving.serialize_keras_object(self.map),
            "data_shape": list(self.data_shape),
            "hidden_units": list(self.hidden_units),
            "reverse": self.reverse,
            "num_classes": self.num_classes,
            "activation": keras.activations.serialize(self.activation),
            "tolerance": self.tolerance,
        }
