"""Models that predict each value from those before it.

With the n values of an example in a fixed order,

    p(x) = product over i of p(x_i | x_1, ..., x_{i-1}),

exactly, for any distribution. A network computes the parameters of all factors
in one pass; whatever its architecture, it must not let a value see itself or a
later one. Here is all that does not depend on the architecture: the density
and the training step; the ways to draw are in `fixed_point_sampling`.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels.distributions import sum_per_example
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.layers.outputs import output_layer
from keras_genmodels.models.autoregressive.fixed_point_sampling import (
    FixedPointSampling,
)
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches


class AutoregressiveModel(FixedPointSampling, GenerativeModel):
    """A model of levels, with an exact density and exact samples.

    A subclass defines `compute_parameters(x, y, training)`: the parameters of
    all factors, `(batch, *data_shape, num_parameters)`, those at a value a
    function of the values before it alone. Also `rank`, if its order is not the
    order of reading.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        output: Distribution of a value: `"bernoulli"` for bits,
            `"categorical"` or `"logistic_mixture"` for `num_levels` levels in
            [0, 1], or a layer (`layers.CategoricalOutput`, ...).
        num_levels: Int >= 2, with the named outputs of several levels.
        num_classes: Optional int >= 1, of a conditional model.
        seed: Optional int for the noise.

    Raises:
        ValueError: If the output is not known or the levels are missing.
    """

    log_names = ("loss", "bits_per_dim")

    def __init__(
        self,
        data_shape,
        *,
        output="bernoulli",
        num_levels=None,
        num_classes=None,
        seed=None,
        **kwargs,
    ):
        output = output_layer(output, num_levels)
        super().__init__(
            data_shape,
            data_range=output.data_range,
            num_classes=num_classes,
            seed=seed,
            **kwargs,
        )
        self.output_distribution = output
        self.num_values = math.prod(self.data_shape)

    # --- the model, of tensors --------------------------------------------

    @property
    def rank(self):
        """The number of each value in the order: ints `(1, *data_shape)`."""
        return np.arange(self.num_values).reshape(1, *self.data_shape)

    def compute_log_prob(self, x, y=None, training=False, **options):
        """log p(x) or log p(x | y), exactly: `(batch,)`, nats.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            training: Bool.
            **options: What the model's `compute_parameters` takes besides.
        """
        parameters = self.compute_parameters(x, y, training, **options)
        return sum_per_example(self.output_distribution.log_prob(x, parameters))

    def compute_parameters_at(self, indices, x, y=None):
        """Parameters of one factor, `(batch, num_parameters)`.

        Args:
            indices: Int tensor `(batch,)`, the place of the factor's value in
                the flattened data.
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
        """
        parameters = self.compute_parameters(x, y)
        shape = (-1, self.num_values, self.output_distribution.num_parameters)
        parameters = ops.reshape(parameters, shape)
        indices = indices[:, None, None]
        return ops.take_along_axis(parameters, indices, axis=1)[:, 0]

    def call(self, x, y=None, training=False):
        x = ops.cast(x, self.variable_dtype)
        return self.compute_parameters(x, y, training=training)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)

        def objective():
            nll = -self.compute_log_prob(x, y, training=True)
            return self.mean_loss(nll, sample_weight), nll

        _, nll = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self._log_batch(nll, sample_weight)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        return self._log_batch(-self.compute_log_prob(x, y), sample_weight)

    def _log_batch(self, nll, sample_weight):
        bits_per_dim = nll / (self.num_values * math.log(2))
        return self.log(sample_weight, loss=nll, bits_per_dim=bits_per_dim)

    # --- verbs ------------------------------------------------------------

    def log_prob(self, x, y=None, *, batch_size=256, verbose=0):
        """Log probability of data.

        Args:
            x: Array `(n, *data_shape)` of levels.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, exact.
        """
        return run_in_batches(
            self,
            "compute_log_prob",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )

    def receptive_field(self, x, index, *, y=None, verbose=0):
        """On which values the prediction of one value depends.

        Every value is changed in turn, to the lowest level or, if it is that,
        to the highest.

        Args:
            x: Array `data_shape` of levels, an example.
            index: Tuple of ints, the place of the predicted value in `x`.
            y: Int, its label, if the model is conditional.
            verbose: 0 or 1.

        Returns:
            Array `data_shape`: how much the parameters change, in sum.
        """
        x = self.check_data(np.asarray(x)[None])
        index = int(np.ravel_multi_index(index, self.data_shape))
        low, high = self.data_range
        rows = np.repeat(x.reshape(1, -1), self.num_values + 1, axis=0)
        changed = np.arange(self.num_values)
        rows[changed, changed] = np.where(x.ravel() == low, high, low)
        indices = np.full(len(rows), index, "int32")
        parameters = run_in_batches(
            self,
            "compute_parameters_at",
            (
                indices,
                rows.reshape(-1, *self.data_shape),
                *self.check_own_labels(y, len(rows)),
            ),
            batch_size=1,  # the rows of a larger one may round differently
            verbose=verbose,
        )
        change = np.abs(parameters[:-1] - parameters[-1:]).sum(axis=-1)
        return change.reshape(self.data_shape)

    def check_data(self, x, name="x"):
        """As for every model; the values must be levels of the output."""
        x = super().check_data(x, name)
        self.output_distribution.check(x, name)
        return x

    # --- saving -----------------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "output": keras.saving.serialize_keras_object(
                self.output_distribution
            ),
            "seed": self.seed,
        }
