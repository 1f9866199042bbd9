"""Mixture of Gaussians, fitted by expectation maximisation.

    p(x) = sum_k pi_k N(x; mu_k, Sigma_k)

Were the component of every example known, the maximum of the likelihood would
be the moments of each component's examples. EM replaces what is not known by
its probability: the E-step computes the responsibilities p(k | x), the M-step
the moments weighted by them. A step here does both on a batch, and moves the
model's moments towards the batch's by the step size gamma:

    gamma = 1 for a batch of all rows: EM, which never lowers the likelihood;
    gamma = (t + 2)^-learning_decay for the t-th smaller batch: stepwise EM.

Symbols: pi is `mixing_weights`, mu `means`, Sigma `covariances`, p(k | x) is
`compute_responsibilities`. The moments are kept as means and covariances, not
as the sums of x and x x^T of the papers, from which they would have to be found
as differences of large numbers.

References: Dempster, Laird & Rubin, 1977; Cappé & Moulines, 2009,
https://arxiv.org/abs/0712.4273, eq. 14; Bishop, Pattern Recognition and Machine
Learning, 2006, section 9.2.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_index
from keras_genmodels._internal.data_checks import first_batch
from keras_genmodels.distributions import covariance_cholesky
from keras_genmodels.distributions import multivariate_normal_log_prob
from keras_genmodels.models.gaussians.gaussian_model import GaussianModel
from keras_genmodels.models.gaussians.gaussian_model import check_precision
from keras_genmodels.models.gaussians.gaussian_model import check_regular
from keras_genmodels.models.gaussians.moments import TINY
from keras_genmodels.models.gaussians.moments import kmeans_moments
from keras_genmodels.models.gaussians.moments import merge_moments
from keras_genmodels.models.gaussians.moments import normalise
from keras_genmodels.models.gaussians.moments import weighted_moments
from keras_genmodels.training import portable_step
from keras_genmodels.training import sum_over_replicas

COVARIANCE_TYPES = ("full", "diag", "tied")


@keras.saving.register_keras_serializable("keras_genmodels")
class GaussianMixture(GaussianModel):
    """Mixture of Gaussians of vectors or images.

    The first `fit` starts from a k-means clustering (see `initialize`). No
    optimizer takes part. `fit(x, batch_size=len(x), epochs=100)` is EM; smaller
    batches, best of a few hundred rows and more, make it stepwise EM. The log
    `loss` is the mean of -log p(x) in nats before each step.

    Args:
        data_shape: Tuple of ints, the shape of one example: `(d,)` or
            `(height, width, channels)`.
        num_components: Int >= 1.
        covariance_type: `"full"`, the default; `"diag"` for independent values
            within a component; `"tied"` for one covariance of all components.
        covariance_floor: Float >= 0, added to all variances. Defaults to 1e-6,
            as in scikit-learn. Without it the likelihood has no maximum: it
            grows for ever as a component shrinks onto one point.
        learning_decay: Float in [0, 1], how fast the step size falls in
            stepwise EM, which converges for values in (0.5, 1]. With 0 every
            batch replaces what was learned before. Defaults to 0.6.
        seed: Optional int for draws and for k-means.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The responsibilities, a tensor `(batch, num_components)`.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> mixture = GaussianMixture((2,), num_components=8)
        >>> mixture.compile()
        >>> history = mixture.fit(x, batch_size=len(x), epochs=50)
        >>> mixture.sample(16, component=3).shape
        (16, 2)

    Reference:
        [Cappé & Moulines, 2009](https://arxiv.org/abs/0712.4273), eq. 14.
    """

    def __init__(
        self,
        data_shape,
        num_components,
        *,
        covariance_type="full",
        covariance_floor=1e-6,
        learning_decay=0.6,
        seed=None,
        **kwargs,
    ):
        super().__init__(
            data_shape, covariance_floor=covariance_floor, seed=seed, **kwargs
        )
        if not 0 <= learning_decay <= 1:
            raise ValueError(
                "Expected `learning_decay` to be in [0, 1]. "
                f"Received: learning_decay={learning_decay}"
            )
        self.learning_decay = float(learning_decay)
        if covariance_type not in COVARIANCE_TYPES:
            raise ValueError(
                f"Expected `covariance_type` to be one of {COVARIANCE_TYPES}. "
                f"Received: covariance_type={covariance_type!r}"
            )
        self.num_components = check_count("num_components", num_components)
        self.covariance_type = covariance_type
        self.total = self.num_components * (self.num_classes or 1)
        shape = {
            "full": (self.total, self.dim, self.dim),
            "diag": (self.total, self.dim),
            "tied": (self.dim, self.dim),
        }[covariance_type]
        self.moments = [
            self.add_state("mixing_weights", self.total),
            self.add_state("means", self.total, self.dim),
            self.add_state("covariances", *shape),  # without the floor
        ]
        self.count = self.add_state("count")  # of rows, in all steps
        # Of the array that `fit` was given, infinite if it was no array.
        self.num_rows = self.add_state(
            "num_rows", initializer=keras.initializers.Constant(math.inf)
        )
        self.built = True

    # --- the model, of tensors --------------------------------------------

    def compute_covariances(self):
        """With the floor: `(K, d, d)`, `(K, d)` or `(d, d)` by their type."""
        return self.moments[2].value + ops.convert_to_tensor(self._floor())

    def compute_component_log_prob(self, x):
        """log N(x; mu_k, Sigma_k) of all K components, `(batch, K)`."""
        rows = self.flat(x)[None]
        means, covariances = self.moments[1].value, self.compute_covariances()
        if self.covariance_type == "diag":
            variances = covariances[:, None] + TINY
            terms = ops.square(rows - means[:, None]) / variances
            values = ops.sum(
                -0.5 * (terms + ops.log(2.0 * math.pi * variances)), axis=-1
            )
        else:
            cholesky = covariance_cholesky(covariances)
            if self.covariance_type == "tied":
                cholesky = ops.repeat(cholesky[None], self.total, axis=0)
            values = multivariate_normal_log_prob(rows, means, cholesky)
        return ops.transpose(values)

    def compute_log_joint(self, x):
        """log pi_k + log N(x; mu_k, Sigma_k), `(batch, K)`."""
        log_weights = ops.log(ops.maximum(self.moments[0].value, TINY))
        return log_weights + self.compute_component_log_prob(x)

    def compute_log_prob(self, x):
        """Bishop, eq. 9.7: `(batch,)`, nats."""
        return ops.logsumexp(self.compute_log_joint(x), axis=1)

    def compute_responsibilities(self, x):
        """p(k | x), Bishop, eq. 9.13: `(batch, K)`."""
        return normalise(self.compute_log_joint(x))

    def compute_sample(self, num_samples, component=None):
        """Draws from the mixture, or from one component of it."""
        logits = ops.log(ops.maximum(self.moments[0].value, TINY))
        if component is not None:
            logits = ops.where(
                ops.arange(self.total) == component, 0.0, -math.inf
            )
        return self._draw(ops.repeat(logits[None], num_samples, axis=0))

    def _draw(self, logits):
        """A draw for each row, its component by the log odds `(batch, K)`."""
        seed, dtype = self.seed_generator, self.variable_dtype
        component = keras.random.categorical(logits, 1, seed=seed)
        num_samples = ops.shape(logits)[0]
        noise = keras.random.normal(
            (num_samples, self.dim), dtype=dtype, seed=seed
        )
        covariances = self.compute_covariances()
        if self.covariance_type == "diag":
            noise = noise * ops.sqrt(covariances)[:, None]
        else:
            cholesky = covariance_cholesky(covariances)
            noise = ops.matmul(noise, ops.swapaxes(cholesky, -2, -1))
        # Every component's draw, (K, batch, d), of which one is kept.
        draws = self.moments[1].value[:, None] + noise
        kept = ops.one_hot(component[:, 0], self.total, dtype=dtype)
        x = ops.sum(ops.transpose(kept)[:, :, None] * draws, axis=0)
        return ops.reshape(x, (num_samples, *self.data_shape))

    def call(self, x):
        return self.compute_responsibilities(ops.cast(x, self.variable_dtype))

    # --- training ---------------------------------------------------------

    def fit(self, x=None, y=None, *args, **kwargs):
        """`keras.Model.fit`, after `initialize` if there is no density yet.

        Arrays are checked whole before the first step, data sets by their
        first batch, generators not at all. A batch that has all rows of an
        array is a step of EM, another one a step of stepwise EM.
        """
        if not self.initialized:
            self._check_fit(x, y, kwargs.get("sample_weight"))
            if hasattr(x, "shape"):
                check_precision(x)
            self.initialize(*first_rows(x, y))
        num_rows = math.inf
        if hasattr(x, "shape"):
            split = kwargs.get("validation_split") or 0.0
            num_rows = int(x.shape[0] * (1 - split))
        self.num_rows.assign(num_rows)
        return super().fit(x, y, *args, **kwargs)

    def train_on_batch(self, x, y=None, **kwargs):
        """`keras.Model.train_on_batch`, after `initialize` if need be."""
        if not self.initialized:
            self.initialize(*first_rows(x, y))
        return super().train_on_batch(x, y, **kwargs)

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)
        log_joint = self.compute_log_joint(x)  # the E-step
        self.maximize(x, log_joint, sample_weight)
        loss = -ops.logsumexp(log_joint, axis=1)
        return self.log(sample_weight, loss=loss)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        return self.log(sample_weight, loss=-self.compute_log_prob(x))

    def maximize(self, x, log_joint, sample_weight=None):
        """The M-step; Cappé & Moulines, eq. 14.

        Args:
            x: Tensor `(batch, *data_shape)`.
            log_joint: Tensor `(batch, K)`, log p(x, k) but for a constant in
                each row.
            sample_weight: Optional tensor `(batch,)`.
        """
        mass = normalise(log_joint)
        if sample_weight is not None:
            mass = mass * sample_weight[:, None]
        old = tuple(variable.value for variable in self.moments)
        new = weighted_moments(self.flat(x), mass, old[1], self.covariance_type)
        batch_size, num_rows = sum_over_replicas(
            (ops.sum(mass), ops.cast(ops.shape(x)[0], mass.dtype))
        )
        step_size = self.compute_step_size(num_rows, batch_size)
        merged = merge_moments(old, new, step_size, self.covariance_type)
        for variable, value in zip(self.moments, merged, strict=True):
            variable.assign(value)
        self.count.assign_add(batch_size)

    def compute_step_size(self, num_rows, batch_size):
        """Gamma for a batch of `num_rows` whose weights sum to `batch_size`.

        Both are float tensors `()`. Gamma is `(t + 2)^-learning_decay`, with t
        counted in batches of this size.
        """
        t = self.count.value / ops.maximum(batch_size, TINY)
        all_rows = num_rows >= self.num_rows.value
        step_size = ops.where(all_rows, 1.0, (t + 2.0) ** -self.learning_decay)
        return ops.where(batch_size > 0, step_size, 0.0)

    # --- where it starts --------------------------------------------------

    @property
    def initialized(self):
        """Bool, whether there is a density: after `initialize` or `fit`."""
        return bool(np.any(ops.convert_to_numpy(self.moments[0].value) > 0))

    def initialize(self, x):
        """Start from the clusters that scikit-learn's k-means finds.

        Args:
            x: Array `(n, *data_shape)`, with n at least `num_components`. Of
                more than 10,000 rows a random 10,000 are used.
        """
        x = self.check_data(x).reshape(-1, self.dim)
        self._assign(
            *kmeans_moments(
                x, self.num_components, self.covariance_type, self.seed
            )
        )

    def set_parameters(self, weights, means, covariances):
        """Start from given parameters.

        Args:
            weights: Array `(K,)`, at least 0, with the sum 1.
            means: Array `(K, *data_shape)`.
            covariances: Array `(K, d, d)`, `(K, d)` or `(d, d)` by their type,
                the floor included.

        Raises:
            ValueError: If shapes or values are not like that.
        """
        given = [
            np.asarray(a, "float64") for a in (weights, means, covariances)
        ]
        shapes = [tuple(variable.shape) for variable in self.moments]
        shapes[1] = (self.total, *self.data_shape)
        if [a.shape for a in given] != shapes or not all(
            np.isfinite(a).all() for a in given
        ):
            raise ValueError(
                "Expected finite weights, means and covariances of shapes "
                f"{shapes}. Received: {[a.shape for a in given]}"
            )
        weights, means, covariances = given
        if weights.min() < 0 or abs(weights.sum() - 1) > 1e-5:
            raise ValueError(
                "Expected weights of at least 0 with the sum 1. "
                f"Received: {weights}"
            )
        for matrix in self._matrices(covariances):
            check_regular(matrix, "other ones")
        self._assign(weights, means, covariances - self._floor())

    def _assign(self, weights, means, covariances):
        means = np.reshape(means, (self.total, self.dim))
        for variable, value in zip(
            self.moments, (weights, means, covariances), strict=True
        ):
            variable.assign(value)
        self.count.assign(0.0)

    # --- what it has learned ----------------------------------------------

    @property
    def mixing_weights(self):
        """Array `(K,)`, at least 0, with the sum 1."""
        return ops.convert_to_numpy(self.moments[0].value)

    @property
    def means(self):
        """Array `(K, *data_shape)`."""
        means = ops.convert_to_numpy(self.moments[1].value)
        return means.reshape(self.total, *self.data_shape)

    @property
    def covariances(self):
        """Array `(K, d, d)`, `(K, d)` or `(d, d)`, by `covariance_type`."""
        return ops.convert_to_numpy(self.compute_covariances())

    def check_fitted(self):
        if not self.initialized:
            raise ValueError(
                "Expected a fitted model: call `fit` or `initialize` first"
            )
        if self.covariance_floor == 0:
            for matrix in self._matrices(self.covariances):
                check_regular(matrix, "`covariance_floor` of the model")

    def _matrices(self, covariances):
        """The covariances that there are, as matrices."""
        if self.covariance_type == "diag":
            return [np.diag(variances) for variances in covariances]
        return covariances.reshape(-1, self.dim, self.dim)

    def _floor(self):
        """What is added to `covariances` where they are used."""
        matrix = np.eye(self.dim) if self.covariance_type != "diag" else 1.0
        return np.asarray(self.covariance_floor * matrix, self.variable_dtype)

    # --- verbs ------------------------------------------------------------

    def predict_proba(self, x, *, batch_size=256, verbose=0):
        """Probabilities of the components, given data.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, num_components)`, whose rows have the sum 1.
        """
        x = self.check_data(x)
        return self.run_fitted("call", (x,), batch_size, verbose)

    def sample(self, num_samples, *, component=None, **kwargs):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            component: Optional int in [0, num_components), the only component
                to draw from.
            **kwargs: `seed`, `batch_size` and `verbose`, as for every model.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        if component is not None:
            component = check_index("component", component, self.num_components)
            kwargs["component"] = component
        return super().sample(num_samples, **kwargs)

    def get_config(self):
        return {
            **super().get_config(),
            "num_components": self.num_components,
            "covariance_type": self.covariance_type,
            "learning_decay": self.learning_decay,
        }


def first_rows(x, y=None):
    """What there is to start from: arrays whole, of data sets a batch."""
    if not hasattr(x, "shape"):
        batch = first_batch(x)
        if batch is None:
            raise ValueError(
                "Expected a model that has been initialized, since a batch of "
                "a generator cannot be given back. Call `initialize` first. "
                f"Received: x of type {type(x).__name__}"
            )
        x, y, _ = batch
    return (x,) if y is None else (x, y)
