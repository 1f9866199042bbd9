"""Autoregressive models of sequences: one network, applied at every value.

The values of an example are read one after the other. At each step the network
takes the value before, the place, and what it remembers of all earlier steps,

    parameters_i = f(x_{i-1}, i, memory_{i-1}),

whatever the memory is: the state of a recurrent network, the last inputs of a
convolution, the keys and values of attention. In training all steps are
computed together. To draw, they are computed one by one and the memory is kept
(cached), so that a step costs one value's work rather than a whole pass.
"""

from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.place_embedding import PlaceEmbedding
from keras_genmodels.models.autoregressive.autoregressive_model import (
    AutoregressiveModel,
)
from keras_genmodels.training import run_in_batches


class SequenceModel(AutoregressiveModel):
    """What the models of sequences share.

    A subclass defines `compute_features(units, training=False)`, a function of
    tensors `(batch, length, units)` that lets no element see a later one, and
    for cached drawing `empty_caches(batch_size)`, a list of tensors or of pairs
    of them, and `compute_features(units, caches=, index=)`, which takes the one
    element of that number and returns the next caches besides.

    Args:
        data_shape: Tuple of ints, the shape of one example, read row by row.
        units: Int >= 1, features of an element.
        places: `"coordinates"`, `"axial"` or `"learned"`, how the network is
            told the place of a value (see `layers.PlaceEmbedding`), or `None`
            not to tell.
        **kwargs: `output`, `num_levels`, `num_classes` and `seed`; see
            `AutoregressiveModel`.
    """

    methods = (*AutoregressiveModel.methods, "cached")

    def __init__(self, data_shape, *, units, places, **kwargs):
        super().__init__(data_shape, **kwargs)
        self.units = check_count("units", units)
        output = self.output_distribution
        self.value_layer = layers.Dense(self.units, name="value")
        self.value_layer.build((None, output.num_channels))
        self.places = places
        if places is not None:
            self.place_layer = PlaceEmbedding(
                self.data_shape, places, name="place"
            )
            self.place_layer.build((None, self.num_values, self.units))
        if self.num_classes is not None:
            self.label_layer = layers.Dense(
                self.units, use_bias=False, name="label"
            )
            self.label_layer.build((None, self.num_classes))

    def build_outputs(self):
        """The layer that gives the parameters; a subclass's last to build."""
        num_parameters = self.output_distribution.num_parameters
        self.output_layer = layers.Dense(num_parameters, name="parameters")
        self.output_layer.build((None, self.units))
        self.built = True

    @classmethod
    def from_shape(cls, data_shape, **kwargs):
        """The constructor, under the name that all models have it by."""
        return cls(data_shape, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_parameters(self, x, y=None, training=False):
        """Parameters of all factors, `(batch, *data_shape, num_parameters)`."""
        output = self.output_distribution
        shape = (-1, self.num_values, output.num_channels)
        values = ops.reshape(output.embed(x), shape)
        before = ops.pad(values[:, :-1], ((0, 0), (1, 0), (0, 0)))
        units = self._compute_units(before, self._compute_label(y))
        features = self.compute_features(units, training=training)
        parameters = ops.cast(self.output_layer(features), self.variable_dtype)
        shape = (-1, *self.data_shape, output.num_parameters)
        return ops.reshape(parameters, shape)

    def _compute_label(self, y):
        """What is added to each element for its label: 0 without one."""
        if y is None:
            return 0
        return self.label_layer(ops.one_hot(y, self.num_classes))[:, None]

    def _compute_units(self, before, label, **index):
        units = self.value_layer(before)
        if self.places is not None:
            units = self.place_layer(units, **index)
        return units + label

    def compute_draw(self, x, unknown, noise, y=None):
        """`compute_solution` one value after the other, by the caches.

        Args:
            x: Tensor `(batch, *data_shape)`.
            unknown: Bool tensor like `x`.
            noise: Tensor `(batch, *data_shape, num_noise)`, uniform.
            y: Labels `(batch,)`, if the model is conditional.

        Returns:
            A tensor like `x`, and the number of steps, `(batch,)`, int32.
        """
        output = self.output_distribution
        batch_size = ops.shape(x)[0]
        flat = ops.reshape(x, (-1, self.num_values))
        unknown = ops.reshape(unknown, (-1, self.num_values))
        noise = ops.reshape(noise, (-1, self.num_values, output.num_noise))
        label = self._compute_label(y)

        def draw_next(i, flat, before, caches):
            units = self._compute_units(before, label, index=i)
            features, caches = self.compute_features(
                units, caches=caches, index=i
            )
            parameters = self.output_layer(features)
            parameters = ops.cast(parameters, self.variable_dtype)
            here = ops.reshape(i, (1,))
            drawn = output.draw(parameters, ops.take(noise, here, axis=1))
            given = ops.take(flat, here, axis=1)
            value = ops.where(ops.take(unknown, here, axis=1), drawn, given)
            # JAX wants indices of one dtype.
            flat = ops.slice_update(flat, (ops.zeros_like(i), i), value)
            return i + 1, flat, output.embed(value), caches

        start = ops.zeros((), dtype="int32")
        before = ops.zeros(
            (batch_size, 1, output.num_channels), dtype=self.variable_dtype
        )
        _, flat, *_ = ops.while_loop(
            lambda i, *_: i < self.num_values,
            draw_next,
            (start, flat, before, self.empty_caches(batch_size)),
        )
        steps = ops.full((batch_size,), self.num_values, dtype="int32")
        return ops.reshape(flat, (-1, *self.data_shape)), steps

    # --- verbs ------------------------------------------------------------

    def _solve(self, x, unknown, rows, *, method, **options):
        if method not in ("auto", "cached"):
            return super()._solve(x, unknown, rows, method=method, **options)
        noise = self._draw("compute_noise", len(x))
        return run_in_batches(
            self, "compute_draw", (x, unknown, noise, *rows), **options
        )

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": list(self.data_shape),
            "units": self.units,
            "num_classes": self.num_classes,
        }
