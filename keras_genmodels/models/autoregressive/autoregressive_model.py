"""Models that predict each value from those before it.

With the n values of an example in a fixed order,

    p(x) = product over i of p(x_i | x_1, ..., x_{i-1}),

exactly, for any distribution. A network computes the parameters of all factors
in one pass; whatever its architecture, it must not let a value see itself or a
later one. Here is all that does not depend on the architecture: the density,
the training step and the ways to draw.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels.arguments import check_count
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.layers.outputs import output_layer
from keras_genmodels.models.autoregressive.parallel_sampling import (
    solve_equations,
)
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded

METHODS = ("auto", "fixed_point", "ancestral")


class AutoregressiveModel(GenerativeModel):
    """A model of levels, with an exact density and exact samples.

    A subclass defines `compute_parameters(x, y, training)`, and `rank` if its
    order is not the order of reading.

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

    def compute_parameters(self, x, y=None, training=False):
        """Parameters of all factors, `(batch, *data_shape, num_parameters)`.

        Those at a value must depend on the values before it alone.
        """
        raise NotImplementedError

    @property
    def rank(self):
        """The number of each value in the order: ints `(1, *data_shape)`."""
        return np.arange(self.num_values).reshape(1, *self.data_shape)

    def compute_log_prob(self, x, y=None, training=False):
        """log p(x) or log p(x | y), exactly: `(batch,)`, nats."""
        parameters = self.compute_parameters(x, y, training=training)
        return sum_per_example(self.output_distribution.log_prob(x, parameters))

    def compute_solution(self, x, unknown, width, noise, y=None, **options):
        """Unknown values as functions of the others and of noise.

        Args:
            x: Tensor `(batch, *data_shape)`.
            unknown: Bool tensor like `x`.
            width: Int tensor `(batch,)`, all alike; see `parallel_sampling`.
            noise: Tensor `(batch, *data_shape, num_noise)`, uniform.
            y: Labels `(batch,)`, if the model is conditional.
            **options: What the model's `compute_parameters` takes besides.

        Returns:
            A tensor like `x`, and the number of passes, `(batch,)`, int32.
        """
        rank = self.rank
        return self.solve(x, unknown, width, noise, y, rank=rank, **options)

    def solve(self, x, unknown, width, noise, y, *, rank, **options):
        """`compute_solution` for an order: ints `(1, *data_shape)`."""

        def draw(x):
            parameters = self.compute_parameters(x, y, **options)
            return self.output_distribution.draw(parameters, noise)

        x, passes = solve_equations(draw, x, unknown, rank, ops.max(width))
        return x, ops.zeros_like(width) + passes

    def compute_parameters_at(self, x, y=None, *, index):
        """Parameters of one factor, `(batch, num_parameters)`.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            index: Int, the place of the factor's value in the flattened data.
        """
        parameters = self.compute_parameters(x, y)
        shape = (-1, self.num_values, self.output_distribution.num_parameters)
        return ops.reshape(parameters, shape)[:, index]

    def compute_noise(self, num_samples):
        """Uniform noise, `(num_samples, *data_shape, num_noise)`."""
        num_noise = self.output_distribution.num_noise
        return keras.random.uniform(
            (num_samples, *self.data_shape, num_noise),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )

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

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        seed=None,
        method="auto",
        return_passes=False,
        batch_size=256,
        verbose=0,
        **options,
    ):
        """Draw new data.

        All methods give the same draw for the same seed.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn by `compute_labels` if missing.
            seed: Optional int. The same seed gives the same draw.
            method: `"fixed_point"` draws all values at once until nothing
                changes (see the theory page); `"ancestral"` one value after
                the other; `"auto"` is the quickest the model has.
            return_passes: Bool. Whether to return how often the network ran.
            batch_size: Int >= 1. Examples drawn at a time.
            verbose: 0 or 1. Whether to show a progress bar.
            **options: What the model's `compute_parameters` takes besides.

        Returns:
            Array `(num_samples, *data_shape)`, float32; if `return_passes` also
            an int array `(num_samples,)`, the passes of each one's batch.

        Raises:
            ValueError: If the method is not known, labels are missing, not
                wanted or out of range, or there are no samples.
        """
        num_samples = check_count("num_samples", num_samples)
        with seeded(self, seed):
            if self.num_classes is None:
                self._check_presence(labels, "labels")
                rows = ()
            elif labels is None:
                rows = (ops.convert_to_numpy(self.compute_labels(num_samples)),)
            else:
                rows = (self.check_labels(labels, num_samples, "labels"),)
            x = np.full(
                (num_samples, *self.data_shape), self.data_range[0], "float32"
            )
            x, passes = self._solve(
                x,
                np.ones(x.shape, "bool"),
                rows,
                method=method,
                batch_size=batch_size,
                verbose=verbose,
                **options,
            )
        return (x, passes) if return_passes else x

    def inpaint(
        self,
        x,
        mask,
        *,
        y=None,
        seed=None,
        method="auto",
        batch_size=256,
        verbose=0,
        **options,
    ):
        """Draw some values anew.

        Each is drawn given all values before it, drawn or kept. Kept values
        that come later have no influence on it.

        Args:
            x: Array `(n, *data_shape)` of levels.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            y: Labels `(n,)`, if the model is conditional.
            seed: Optional int. The same seed gives the same draw.
            method: See `sample`.
            batch_size: Int >= 1.
            verbose: 0 or 1.
            **options: What the model's `compute_parameters` takes besides.

        Returns:
            Array like `x`.

        Raises:
            ValueError: If the mask is not of bools or does not fit.
        """
        x, *rows = self.check_inputs(x, y)
        mask = np.asarray(mask)
        if mask.dtype != bool or not _broadcasts(mask.shape, x.shape):
            raise ValueError(
                f"Expected a mask of bools that broadcasts to {x.shape}. "
                f"Received: dtype {mask.dtype}, shape {mask.shape}"
            )
        with seeded(self, seed):
            x, _ = self._solve(
                x,
                np.broadcast_to(mask, x.shape),
                rows,
                method=method,
                batch_size=batch_size,
                verbose=verbose,
                **options,
            )
        return x

    def receptive_field(self, x, index, *, y=None, batch_size=256, verbose=0):
        """On which values the prediction of one value depends.

        Every value is changed in turn, to the lowest level or, if it is that,
        to the highest.

        Args:
            x: Array `data_shape` of levels, an example.
            index: Tuple of ints, the place of the predicted value in `x`.
            y: Int, its label, if the model is conditional.
            batch_size: Int >= 1.
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
        parameters = run_in_batches(
            self,
            "compute_parameters_at",
            self.check_inputs(rows.reshape(-1, *self.data_shape), y),
            batch_size=batch_size,
            verbose=verbose,
            index=index,
        )
        change = np.abs(parameters[:-1] - parameters[-1:]).sum(axis=-1)
        return change.reshape(self.data_shape)

    def _solve(self, x, unknown, rows, *, method, **options):
        if method not in METHODS:
            raise ValueError(
                f"Expected `method` to be one of {METHODS}. "
                f"Received: method={method!r}"
            )
        # An argument rather than an option, so that one compiled function
        # serves both, and rounds the same.
        width = 1 if method == "ancestral" else self.num_values
        arrays = (
            x,
            unknown,
            np.full(len(x), width, "int32"),
            ops.convert_to_numpy(self.compute_noise(len(x))),
            *rows,
        )
        return run_in_batches(self, "compute_solution", arrays, **options)

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


def _broadcasts(shape, target):
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False
