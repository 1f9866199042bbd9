"""One multivariate normal distribution, fitted in closed form.

    log p(x) = -(d log 2 pi + log det Sigma + (x - mu)^T Sigma^-1 (x - mu)) / 2

The parameters that maximise the likelihood are the mean of the data and their
covariance, divided by n. `fit` finds them in one pass: a step merges the count,
mean and scatter matrix of a batch with those of all rows before it. The order
and the size of the batches make no difference but for rounding. Rows that come
a second time double all weights and so change nothing; a model that should
forget what it has seen is made anew.

Symbols: mu is `mean`, Sigma is `covariance`, x is flattened to d values.

References: Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm
for computing sample variances, 1979, eq. 2.1; Bishop, Pattern Recognition and
Machine Learning, 2006, section 2.3.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels.distributions import condition_gaussian
from keras_genmodels.distributions import covariance_cholesky
from keras_genmodels.distributions import multivariate_normal_log_prob
from keras_genmodels.models.gaussians.gaussian_model import GaussianModel
from keras_genmodels.models.gaussians.gaussian_model import check_regular
from keras_genmodels.training import portable_step
from keras_genmodels.training import seeded
from keras_genmodels.training import sum_over_replicas


@keras.saving.register_keras_serializable("keras_genmodels")
class MultivariateGaussian(GaussianModel):
    """Multivariate normal distribution of vectors or images.

    No optimizer takes part: one epoch of `fit` gives the maximum of the
    likelihood. The log `loss` is the mean of -log p(x) in nats over the batches
    that came after the first d rows, each under the estimate that includes it.

    Args:
        data_shape: Tuple of ints, the shape of one example: `(d,)` or
            `(height, width, channels)`.
        shrinkage: Float in [0, 1]. The covariance is `(1 - shrinkage) *
            estimate + shrinkage * mean variance * identity`. Needed, or
            `covariance_floor`, where values are constant or there are fewer
            rows than dimensions. Defaults to 0, maximum likelihood.
        covariance_floor: Float >= 0, added to all variances. Defaults to 0.
        seed: Optional int for draws.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        log p(x), a tensor `(batch,)` in nats.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> gaussian = MultivariateGaussian((8, 8, 1), shrinkage=0.01)
        >>> gaussian.compile()
        >>> history = gaussian.fit(x_train)  # one epoch
        >>> gaussian.log_prob(x_test).shape  # nats
        (360,)

    Reference:
        [Chan, Golub & LeVeque, 1979](https://doi.org/10.1007/978-3-642-51461-6_3),
        eq. 2.1.
    """

    def __init__(
        self,
        data_shape,
        *,
        shrinkage=0.0,
        covariance_floor=0.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(
            data_shape, covariance_floor=covariance_floor, seed=seed, **kwargs
        )
        if not 0 <= shrinkage <= 1:
            raise ValueError(
                "Expected `shrinkage` to be in [0, 1]. "
                f"Received: shrinkage={shrinkage}"
            )
        self.shrinkage = float(shrinkage)
        # The mean is `origin + offset`: sums of differences from one row keep
        # the digits that sums of large values would lose.
        self.count = self.add_state("count")
        self.origin = self.add_state("origin", self.dim)
        self.offset = self.add_state("offset", self.dim)
        self.scatter = self.add_state("scatter", self.dim, self.dim)
        self.built = True

    # --- the model, of tensors --------------------------------------------

    def compute_covariance(self):
        """The regularised estimate, `(d, d)`."""
        estimate = self.scatter.value / ops.maximum(self.count.value, 1e-30)
        identity = ops.eye(self.dim, dtype=estimate.dtype)
        mean_variance = ops.trace(estimate) / self.dim
        ridge = self.shrinkage * mean_variance + self.covariance_floor
        return (1.0 - self.shrinkage) * estimate + ridge * identity

    def compute_log_prob(self, x):
        """Bishop, eq. 2.43: `(batch,)`, nats."""
        cholesky = covariance_cholesky(self.compute_covariance())
        return multivariate_normal_log_prob(
            self.flat(x) - self.origin.value, self.offset.value, cholesky
        )

    def compute_sample(self, num_samples):
        """`mean + L noise`, with L the Cholesky factor of the covariance."""
        noise = keras.random.normal(
            (num_samples, self.dim),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )
        cholesky = covariance_cholesky(self.compute_covariance())
        x = (
            self.origin.value
            + self.offset.value
            + ops.matmul(noise, ops.transpose(cholesky))
        )
        return ops.reshape(x, (num_samples, *self.data_shape))

    def call(self, x):
        return self.compute_log_prob(ops.cast(x, self.variable_dtype))

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)
        rows = self.flat(x)
        weight = ops.ones_like(rows[:, :1])
        if sample_weight is not None:
            weight = weight * sample_weight[:, None]
        first = rows[:1]  # of each replica, which may have none
        first_sum, num_firsts = sum_over_replicas(
            (ops.sum(first, axis=0), ops.sum(ops.ones_like(first[:, 0])))
        )
        origin = ops.where(
            self.count.value > 0, self.origin.value, first_sum / num_firsts
        )

        # Count, mean and scatter of the batch, seen from the origin ...
        centred = rows - origin
        batch_count, batch_sum = sum_over_replicas(
            (ops.sum(weight), ops.sum(weight * centred, axis=0))
        )
        batch_mean = batch_sum / ops.maximum(batch_count, 1e-30)
        residual = centred - batch_mean
        batch_scatter = sum_over_replicas(
            ops.matmul(ops.transpose(weight * residual), residual)
        )

        # ... merged with those of all rows before it: Chan et al., eq. 2.1.
        count = self.count.value + batch_count
        share = batch_count / ops.maximum(count, 1e-30)
        delta = batch_mean - self.offset.value
        self.scatter.assign_add(
            batch_scatter
            + self.count.value * share * delta[:, None] * delta[None, :]
        )
        self.origin.assign(origin)
        self.offset.assign_add(share * delta)
        self.count.assign(count)

        enough_rows = ops.cast(count > self.dim, weight.dtype)
        return self.log(
            weight[:, 0] * enough_rows, loss=-self.compute_log_prob(x)
        )

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        return self.log(sample_weight, loss=-self.compute_log_prob(x))

    # --- verbs ------------------------------------------------------------

    @property
    def mean(self):
        """Array `data_shape`."""
        mean = ops.convert_to_numpy(self.origin.value + self.offset.value)
        return mean.reshape(self.data_shape)

    @property
    def covariance(self):
        """Array `(d, d)`, of the values of an example in row-major order."""
        return ops.convert_to_numpy(self.compute_covariance())

    def condition(self, x, mask):
        """The distribution of some values, given the others.

        Args:
            x: Array `(n, *data_shape)`. What it holds where `mask` is true
                does not matter, but must be finite.
            mask: Bool array that broadcasts to `data_shape`: true where values
                are unknown, the same for all rows.

        Returns:
            `(mean, covariance)`: arrays `(n, *data_shape)`, which is `x` with
            the conditional mean in place of the unknown values, and `(m, m)`,
            the conditional covariance of the m unknown values in row-major
            order, which is the same for every row.

        Raises:
            ValueError: If the mask fits no example or marks no value.
        """
        (x,) = self.check_inputs(x)
        mask = self._check_mask(mask)
        self.check_fitted()
        known, unknown = np.flatnonzero(~mask), np.flatnonzero(mask)
        weights, covariance = map(
            ops.convert_to_numpy,
            condition_gaussian(self.compute_covariance(), known, unknown),
        )
        mean = self.mean.ravel()
        completed = x.reshape(len(x), self.dim).copy()
        difference = completed[:, known] - mean[known]
        completed[:, unknown] = mean[unknown] + difference @ weights.T
        return completed.reshape(x.shape), covariance

    def inpaint(self, x, mask, *, seed=None):
        """Redraw some values, given the others.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `data_shape`: true where values
                are drawn anew.
            seed: Optional int. The same seed gives the same draw.

        Returns:
            Array like `x`, which it equals where `mask` is false.
        """
        completed, covariance = self.condition(x, mask)
        flat = completed.reshape(len(completed), self.dim)
        with seeded(self, seed):
            noise = keras.random.normal(
                (len(flat), len(covariance)),
                dtype=self.variable_dtype,
                seed=self.seed_generator,
            )
        cholesky = covariance_cholesky(ops.convert_to_tensor(covariance))
        draw = ops.matmul(noise, ops.transpose(cholesky))
        flat[:, self._check_mask(mask)] += ops.convert_to_numpy(draw)
        return completed

    # --- checks -----------------------------------------------------------

    def check_fitted(self):
        if not float(ops.convert_to_numpy(self.count.value)) > 0:
            raise ValueError("Expected a fitted model: call `fit(x)` first")
        check_regular(
            self.covariance, "`shrinkage` or `covariance_floor` of the model"
        )

    def _check_mask(self, mask):
        """The mask as a bool array `(d,)`."""
        mask = np.asarray(mask)
        try:
            whole = np.broadcast_to(mask, self.data_shape).reshape(self.dim)
        except ValueError:
            whole = mask
        if mask.dtype != bool or whole.shape != (self.dim,) or not whole.any():
            raise ValueError(
                f"Expected a bool mask of shape {self.data_shape} that is true "
                "somewhere, where values are unknown. Received: "
                f"shape {mask.shape}, dtype {mask.dtype}, {mask.sum()} true"
            )
        return whole

    def get_config(self):
        return {**super().get_config(), "shrinkage": self.shrinkage}
