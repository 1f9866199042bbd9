"""Masked autoencoder for distribution estimation (MADE).

A fully connected network computes all factors of

    p(x) = product over i of p(x_i | x_1, ..., x_{i-1})

at once. Each hidden unit has a degree m, counted from 0, and depends on values
of at most that number alone; the output for a value is connected to hidden
units of lower degree only. So no path leads from a value to its own output or
to an earlier one. Of n units only about n / D have the degree of one of D
values, and no other brings it to the next output; so outputs are connected
directly to all earlier values as well.

The order of the values is free, and so are the degrees. Trained with several
orders, one drawn for each batch, the network is an ensemble, whose members
share all weights; its density is the mean of theirs,

    p(x) = (1 / M) sum over the M orders of p_o(x).

The mean of the probabilities is a density. A mean of the logits, sometimes seen
in its place, is none: there every value sees some that come after it.

Symbols: m is `degrees`, M `num_masks`.

Reference: Germain et al., 2015, https://arxiv.org/abs/1502.03509.
"""

import keras
import numpy as np
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import log_mean_exp
from keras_genmodels.layers.masked_dense import MaskedDense
from keras_genmodels.models.autoregressive.autoregressive_model import (
    AutoregressiveModel,
)

ORDERS = ("raster", "random")


@keras.saving.register_keras_serializable("keras_genmodels")
class MADE(AutoregressiveModel):
    """Autoregressive model made of masked dense layers.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        hidden_units: Ints, units of each hidden layer. Defaults to one layer
            of 500.
        num_masks: Int >= 1, sets of degrees that training draws from, one for
            each batch. Defaults to 1. With more, `log_prob` takes as many
            passes.
        order: `"raster"`, the order of reading, for all masks, or `"random"`,
            an order of its own for each. Defaults to `"raster"`.
        direct: Bool. Whether outputs are connected to earlier values directly
            as well, by as many weights as there are pairs of an input and an
            output. Defaults to `True`.
        activation: String or function of the hidden layers. Defaults to
            `"relu"`.
        mask_seed: Int, for the orders, and the degrees if there are several
            masks. Defaults to 0.
        **kwargs: `output`, `num_levels`, `num_classes` and `seed`; see
            `AutoregressiveModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The parameters of all factors, by the first mask: a tensor
        `(batch, *data_shape, num_parameters)`.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> made = MADE((8, 8, 1), hidden_units=(500,))
        >>> made.compile()
        >>> history = made.fit(binarize(x_train), epochs=50)
        >>> made.log_prob(binarize(x_test)).shape
        (360,)

    Reference:
        [Germain et al., 2015](https://arxiv.org/abs/1502.03509), eq. 12 and 13,
        sections 4.1 to 4.3.
    """

    def __init__(
        self,
        data_shape,
        *,
        hidden_units=(500,),
        num_masks=1,
        order="raster",
        direct=True,
        activation="relu",
        mask_seed=0,
        **kwargs,
    ):
        super().__init__(data_shape, **kwargs)
        if order not in ORDERS:
            raise ValueError(
                f"Expected `order` to be one of {ORDERS}. "
                f"Received: order={order!r}"
            )
        self.hidden_units = tuple(
            check_count("hidden_units", units) for units in hidden_units
        )
        self.num_masks = check_count("num_masks", num_masks)
        self.order = order
        self.direct = bool(direct)
        self.activation = keras.activations.get(activation)
        self.mask_seed = mask_seed
        output = self.output_distribution
        self.degrees = self._draw_degrees()
        first, *hidden, last = self.degrees
        # All channels of a value, and all its parameters, have its degree.
        first = np.repeat(first, output.num_channels, axis=1)
        last = np.repeat(last, output.num_parameters, axis=1)
        before = [first, *hidden]
        self.hidden_layers = [
            MaskedDense(*pair, name=f"hidden_{i}")
            for i, pair in enumerate(zip(before, hidden, strict=False))
        ]
        self.output_layer = MaskedDense(
            before[-1], last, strict=True, name="parameters"
        )
        masked_layers = [*self.hidden_layers, self.output_layer]
        self.direct_layer = None
        if self.direct:
            self.direct_layer = MaskedDense(
                first, last, strict=True, use_bias=False, name="direct"
            )
            masked_layers.append(self.direct_layer)
        for layer in masked_layers:
            layer.build((None, layer.in_degrees.shape[1]))
        self.label_layers = []
        if self.num_classes is not None:
            # To the parameters too: the first value sees no hidden unit.
            for i, units in enumerate((*self.hidden_units, last.shape[1])):
                layer = layers.Dense(units, use_bias=False, name=f"label_{i}")
                layer.build((None, self.num_classes))
                self.label_layers.append(layer)
        self.built = True

    @classmethod
    def from_shape(cls, data_shape, **kwargs):
        """The constructor, under the name that all models have it by."""
        return cls(data_shape, **kwargs)

    def _draw_degrees(self):
        """Of the values, of each hidden layer's units, and of the values."""
        rng = np.random.Generator(np.random.PCG64(self.mask_seed))
        values = np.tile(np.arange(self.num_values), (self.num_masks, 1))
        if self.order == "random":
            values = rng.permuted(values, axis=1)
        degrees = [values]
        most = max(self.num_values - 1, 1)  # a unit that sees all is no use
        for units in self.hidden_units:
            if self.num_masks == 1:
                # Equally many units of each degree.
                drawn = np.arange(units)[None] * most // units
            else:
                shape = (self.num_masks, units)
                least = degrees[-1].min(axis=1, keepdims=True)
                drawn = rng.integers(least, most, shape)
            degrees.append(drawn)
        return [*degrees, values]

    # --- the model, of tensors --------------------------------------------

    def compute_parameters(self, x, y=None, training=False, index=None):
        """Parameters of all factors, `(batch, *data_shape, num_parameters)`.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            training: Bool. Whether to draw the mask, if none is given.
            index: Scalar int tensor, the mask; else the first.
        """
        if index is None:
            index = 0
            if training and self.num_masks > 1:
                index = keras.random.randint(
                    (), 0, self.num_masks, seed=self.seed_generator
                )
        output = self.output_distribution
        first = self.degrees[0].shape[1] * output.num_channels
        values = units = ops.reshape(output.embed(x), (-1, first))
        label = None if y is None else ops.one_hot(y, self.num_classes)
        for i, layer in enumerate(self.hidden_layers):
            units = layer(units, index=index)
            if label is not None:
                units = units + self.label_layers[i](label)
            units = self.activation(units)
        parameters = self.output_layer(units, index=index)
        if label is not None:
            parameters = parameters + self.label_layers[-1](label)
        if self.direct:
            parameters = parameters + self.direct_layer(values, index=index)
        parameters = ops.cast(parameters, self.variable_dtype)
        shape = (-1, *self.data_shape, output.num_parameters)
        return ops.reshape(parameters, shape)

    def compute_log_prob(self, x, y=None, training=False):
        """log p(x), in training of the mask that is drawn: `(batch,)`, nats."""
        if training or self.num_masks == 1:
            return super().compute_log_prob(x, y, training)
        members = []
        for index in range(self.num_masks):
            members.append(super().compute_log_prob(x, y, index=index))
        return log_mean_exp(ops.stack(members, axis=1), axis=1)

    def compute_solution(self, x, unknown, width, noise, index, y=None):
        """As for every autoregressive model, by the mask `index[0]`."""
        values = ops.take(self.degrees[0], index[0], axis=0)
        return self.solve(
            x,
            unknown,
            width,
            noise,
            y,
            rank=ops.reshape(values, (1, *self.data_shape)),
            index=index[0],
        )

    def compute_choice(self, num_samples):
        """A mask for each example, ints `(num_samples,)`."""
        return keras.random.randint(
            (num_samples,), 0, self.num_masks, seed=self.seed_generator
        )

    def _solve(self, x, unknown, labels, **options):
        """Every example by a mask that is drawn for it, one mask at a time."""
        chosen = self._draw("compute_choice", len(x))
        passes = np.zeros(len(x), "int32")
        for index in np.unique(chosen):
            rows = chosen == index
            among = unknown & rows.reshape(-1, *[1] * (x.ndim - 1))
            indices = np.full(len(x), index, "int32")
            x, taken = super()._solve(x, among, (indices, *labels), **options)
            passes[rows] = taken[rows]
        return x, passes

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": list(self.data_shape),
            "hidden_units": list(self.hidden_units),
            "num_masks": self.num_masks,
            "order": self.order,
            "direct": self.direct,
            "activation": keras.activations.serialize(self.activation),
            "mask_seed": self.mask_seed,
            "num_classes": self.num_classes,
        }
