"""Normalising flows: noise, bent by a map that can be undone.

An example x is made of noise z as long as itself by an invertible map, and any
x can be brought back to its z = f(x). So its density is known exactly,

    log p(x) = log N(z; 0, I) + log |det dz/dx|,

and it is all that is trained on. Which map it is, a model says; here is the
rest: the density, training, drawing, codes.

**Levels.** Pixels have few values, and a density of them grows without bound.
A level k of L stands for an interval: noise u, drawn anew in each step, spreads
it evenly over (k + u) / L, and by Jensen's inequality

    log P(k) >= E_u[log p((k + u) / L)] - D log L

for the D values of an example. `elbo` is one draw of the right-hand side;
`importance_log_prob` puts the mean of many under the logarithm.

Reference: Papamakarios et al., 2021, https://arxiv.org/abs/1912.02762; levels:
Theis et al., 2016, https://arxiv.org/abs/1511.01844, section 3.1; the mean of
several draws: Hoogeboom et al., 2020, https://arxiv.org/abs/2001.11235.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arcs import check_noise
from keras_genmodels._internal.arcs import interpolate_on_arcs
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.levels import check_levels
from keras_genmodels.bijections.chain import check_bijection
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded


@keras.saving.register_keras_serializable("keras_genmodels")
class FlowModel(GenerativeModel):
    """A normalising flow made of any bijection.

    Args:
        bijection: `bijections.Bijection` of the data to noise of their shape;
            of data of a range, it should begin with a `bijections.Logit`.
        data_shape: Tuple of ints.
        data_range: `(low, high)` of the data, or `None` for real numbers.
        num_levels: Optional int >= 2, for data that are levels, equally spaced
            over their range, which is then (0, 1) if none is given: 17 for
            scikit-learn's digits, 256 for 8-bit images.
        num_classes: Optional int >= 1, of a conditional model, whose bijection
            must make use of one-hot labels.
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The noise z, a tensor like `x`.

    Raises:
        ValueError: If an argument does not fit.

    Example:
        >>> flow = FlowModel(Chain([Coupling(...), ...]), (2,))
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=50)
        >>> flow.log_prob(x_test).shape  # nats, exact
        (360,)

    Reference:
        [Papamakarios et al., 2021](https://arxiv.org/abs/1912.02762).
    """

    def __init__(
        self,
        bijection,
        data_shape,
        *,
        data_range=None,
        num_levels=None,
        num_classes=None,
        seed=None,
        **kwargs,
    ):
        check_bijection("bijection", bijection)
        if num_levels is not None:
            num_levels = check_count("num_levels", num_levels, least=2)
            data_range = (0.0, 1.0) if data_range is None else data_range
            self.log_names = ("loss", "bits_per_dim")
        super().__init__(
            data_shape,
            data_range=data_range and tuple(map(float, data_range)),
            num_classes=num_classes,
            seed=seed,
            **kwargs,
        )
        self.bijection = bijection
        self.num_levels = num_levels
        self.num_values = math.prod(self.data_shape)
        self.built = True

    # --- the model, of tensors --------------------------------------------

    def compute_encode(self, x, y=None, training=False):
        """The noise that data are made of: a tensor like `x`."""
        return self._forward(x, y, training)[0]

    def compute_log_prob(self, x, y=None, training=False):
        """log p(x) or log p(x | y), exactly: `(batch,)`, nats.

        Papamakarios et al., 2021, section 2.1.

        Args:
            x: Tensor `(batch, *data_shape)`, real numbers.
            y: Labels `(batch,)`, if the model is conditional.
            training: Bool.
        """
        z, log_det = self._forward(x, y, training)
        return normal_log_prob(z) + log_det

    def compute_elbo(self, x, y=None, noise=None, training=False):
        """The bound of log P(x) of levels, with one draw: `(batch,)`, nats.

        Without `num_levels` there is nothing to bound: it is log p(x).

        Args:
            x: Tensor `(batch, *data_shape)`, levels.
            y: Labels `(batch,)`, if the model is conditional.
            noise: Optional tensor like `x`, in place of uniform draws.
            training: Bool.
        """
        if self.num_levels is None:
            return self.compute_log_prob(x, y, training)
        if noise is None:
            noise = keras.random.uniform(
                ops.shape(x), dtype=x.dtype, seed=self.seed_generator
            )
        low, high = self.data_range
        width = (high - low) / self.num_levels  # of the interval of a level
        level = ops.round((x - low) * (self.num_levels - 1) / (high - low))
        log_prob = self.compute_log_prob(
            low + width * (level + noise), y, training
        )
        return log_prob + self.num_values * math.log(width)

    def compute_decode(self, z, y=None):
        """The data that noise becomes: a tensor like `z`."""
        return self._decode(z, y)[0]

    def compute_decode_and_passes(self, z, y=None):
        """That, and how often the networks ran, `(batch,)`, int32."""
        x, passes = self._decode(z, y)
        return x, passes + ops.zeros(ops.shape(x)[:1], dtype="int32")

    def compute_sample(
        self, num_samples_or_labels, *, temperature=1.0, return_passes=False
    ):
        """New data, `(num_samples, *data_shape)`.

        Args:
            num_samples_or_labels: Int, or if the model is conditional, labels
                `(num_samples,)`.
            temperature: Float, the standard deviation of the noise.
            return_passes: Bool. Whether to return how often the networks ran,
                too, `(num_samples,)`.
        """
        rows, y = num_samples_or_labels, None
        if self.num_classes is not None:
            rows, y = ops.shape(num_samples_or_labels)[0], num_samples_or_labels
        z = temperature * keras.random.normal(
            (rows, *self.data_shape),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )
        x, passes = self.compute_decode_and_passes(z, y)
        if self.num_levels is not None:
            low, high = self.data_range
            level = ops.floor((x - low) * (self.num_levels / (high - low)))
            level = ops.minimum(level, self.num_levels - 1)
            x = low + level * ((high - low) / (self.num_levels - 1))
        return (x, passes) if return_passes else x

    def _forward(self, x, y, training):
        return self.bijection.forward(x, self._context(y), training=training)

    def _decode(self, z, y):
        x, passes = self.bijection.solve(z, self._context(y))
        if self.data_range is not None:
            x = ops.clip(x, *self.data_range)
        return x, passes

    def _context(self, y):
        """One-hot labels, or `None`."""
        if y is None:
            return None
        return ops.one_hot(y, self.num_classes, dtype=self.variable_dtype)

    def call(self, x, y=None, training=False):
        x = ops.cast(x, self.variable_dtype)
        return self.compute_encode(x, y, training)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)

        def objective():
            loss = -self.compute_elbo(x, y, training=True)
            return self.mean_loss(loss, sample_weight), loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self._log_batch(loss, sample_weight)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        return self._log_batch(-self.compute_elbo(x, y), sample_weight)

    def _log_batch(self, loss, sample_weight):
        values = {"loss": loss}
        if self.num_levels is not None:
            values["bits_per_dim"] = loss / (self.num_values * math.log(2))
        return self.log(sample_weight, **values)

    # --- verbs ------------------------------------------------------------

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        temperature=1.0,
        return_passes=False,
        **kwargs,
    ):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn evenly if missing.
            temperature: Float >= 0, the standard deviation of the noise.
                Below 1, the draws are more alike, and likelier by the model.
                Defaults to 1.
            return_passes: Bool. Whether to return how often the networks of
                autoregressive parts ran; 0 where there are none.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32; levels, if the model is
            one of levels. With `return_passes` also an int array
            `(num_samples,)`, the passes of each one's batch.

        Raises:
            ValueError: If an argument is out of range.
        """
        if not 0 <= temperature < math.inf:
            raise ValueError(
                f"Expected `temperature` >= 0. Received: {temperature=}"
            )
        options = {"return_passes": True} if return_passes else {}
        if temperature != 1:
            options["temperature"] = float(temperature)
        return super().sample(num_samples, labels=labels, **options, **kwargs)

    def log_prob(self, x, y=None, *, batch_size=256, verbose=0):
        """Log density of data.

        Args:
            x: Array `(n, *data_shape)` of real numbers, within the range, if
                there is one. Of a model of levels it is the density that
                dequantised data have; levels have probabilities, which `elbo`
                bounds.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, exact.
        """
        return run_in_batches(
            self,
            "compute_log_prob",
            self._check_real(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )

    def elbo(self, x, y=None, *, seed=None, batch_size=256, verbose=0):
        """Evidence lower bound of log P(x) of levels, with one draw of noise.

        Without `num_levels` there is nothing to bound: it is `log_prob`.

        Args:
            x: Array `(n, *data_shape)` of levels.
            y: Labels `(n,)`, if the model is conditional: log P(x | y).
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        return run_in_batches(
            self,
            "compute_elbo",
            self.check_inputs(x, y),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
        )

    def importance_log_prob(
        self,
        x,
        num_samples=100,
        *,
        y=None,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Tighter lower bound of log P(x) of levels, with several draws.

        Its expectation rises with `num_samples` and approaches log P(x).
        Hoogeboom et al., [2020](https://arxiv.org/abs/2001.11235).

        Args:
            x: Array `(n, *data_shape)` of levels.
            num_samples: Int >= 1, draws of noise per example; 1 gives an ELBO.
            y: Labels `(n,)`, if the model is conditional: log P(x | y).
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats.
        """
        inputs = self.check_inputs(x, y)
        num_samples = check_count("num_samples", num_samples)
        progress = keras.utils.Progbar(num_samples) if verbose else None
        total = np.full(len(inputs[0]), -np.inf)
        with seeded(self, seed):
            for _ in range(num_samples):
                drawn = run_in_batches(
                    self, "compute_elbo", inputs, batch_size=batch_size
                )
                total = np.logaddexp(total, drawn)
                if progress is not None:
                    progress.add(1)
        return (total - math.log(num_samples)).astype("float32")

    def encode(self, x, y=None, *, batch_size=256, verbose=0):
        """The noise that data are made of: `decode` undoes it.

        Args:
            x: Array `(n, *data_shape)`, as for `log_prob`.
            y: Labels `(n,)`, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        return run_in_batches(
            self,
            "compute_encode",
            self._check_real(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )

    def decode(
        self, z, y=None, *, return_passes=False, batch_size=256, verbose=0
    ):
        """The data that noise becomes.

        Args:
            z: Array `(n, *data_shape)`, finite.
            y: Labels `(n,)` or one label, if the model is conditional.
            return_passes: Bool; see `sample`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)` of real numbers, clipped to the range of
            the data, if there is one; with `return_passes` also an int array
            `(n,)`.
        """
        z = check_noise(z, self.data_shape)
        return run_in_batches(
            self,
            "compute_decode_and_passes" if return_passes else "compute_decode",
            (z, *self.check_own_labels(y, len(z))),
            batch_size=batch_size,
            verbose=verbose,
        )

    def interpolate(self, x_a, x_b, num_steps=8, y=None):
        """Data on the arc between the codes of two data.

        Not on the line: in the middle of two draws of noise there is less noise
        than the model ever saw.

        Args:
            x_a: Array `data_shape`, or `(n, *data_shape)` for n pairs.
            x_b: Array like `x_a`.
            num_steps: Int >= 2, points on the arc, both ends included.
            y: The label of both, or `(n,)` for n pairs, if the model is
                conditional.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n pairs.
        """
        return interpolate_on_arcs(self, x_a, x_b, num_steps, y)

    # --- housekeeping -----------------------------------------------------

    def check_data(self, x, name="x"):
        """As for every model; of levels, the values must be some."""
        x = super().check_data(x, name)
        if self.num_levels is not None:
            check_levels(x, self.num_levels, self.data_range, name)
        return x

    def _check_real(self, x, y):
        """As `check_inputs`, of data that need not be levels."""
        x = super().check_data(x)
        return x, *self.check_own_labels(y, len(x))

    def get_config(self):
        return {
            **super().get_config(),
            "bijection": keras.saving.serialize_keras_object(self.bijection),
            "data_shape": list(self.data_shape),
            "data_range": self.data_range,
            "num_levels": self.num_levels,
            "num_classes": self.num_classes,
            "seed": self.seed,
        }
