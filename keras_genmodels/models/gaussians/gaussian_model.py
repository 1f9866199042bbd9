"""What the Gaussian models share: the verb `log_prob`, and its checks."""

import math

import numpy as np
from keras import ops

from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.training import is_concrete
from keras_genmodels.training import run_in_batches


class GaussianModel(GenerativeModel):
    """A model of data as vectors, with an exact density and its own state.

    A subclass defines `compute_log_prob` and `check_fitted`, which raises a
    `ValueError` if there is no density yet.

    Args:
        data_shape: Tuple of ints, the shape of one example: `(d,)` or
            `(height, width, channels)`.
        covariance_floor: Float >= 0.
        **kwargs: As for `GenerativeModel`.
    """

    def __init__(self, data_shape, *, covariance_floor, **kwargs):
        super().__init__(data_shape, **kwargs)
        if not 0 <= covariance_floor < math.inf:
            raise ValueError(
                "Expected `covariance_floor` >= 0. "
                f"Received: covariance_floor={covariance_floor}"
            )
        self.covariance_floor = float(covariance_floor)
        self.dim = math.prod(self.data_shape)

    @classmethod
    def from_shape(cls, data_shape, **kwargs):
        """The same as the class itself, as there is no network to build."""
        return cls(data_shape, **kwargs)

    def log_prob(self, x, *, batch_size=256, verbose=0):
        """Exact log density.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.

        Raises:
            ValueError: If the model is not fitted, or a covariance singular.
        """
        x = self.check_data(x)
        return self.run_fitted("compute_log_prob", (x,), batch_size, verbose)

    def fit(self, x=None, *args, **kwargs):
        if hasattr(x, "shape"):
            check_precision(x)
        return super().fit(x, *args, **kwargs)

    fit.__doc__ = GenerativeModel.fit.__doc__

    def predict(self, *args, **kwargs):
        self.check_fitted()
        return super().predict(*args, **kwargs)

    predict.__doc__ = GenerativeModel.predict.__doc__

    def __call__(self, x, *args, **kwargs):
        if is_concrete(x):  # not where Keras builds the model
            self.check_fitted()
        return super().__call__(x, *args, **kwargs)

    def run_fitted(self, method, arrays, batch_size, verbose=0):
        """`run_in_batches` of a fitted model."""
        self.check_fitted()
        return run_in_batches(
            self, method, arrays, batch_size=batch_size, verbose=verbose
        )

    def sample(self, num_samples, **kwargs):
        self.check_fitted()
        return super().sample(num_samples, **kwargs)

    sample.__doc__ = GenerativeModel.sample.__doc__

    def evaluate(self, *args, **kwargs):
        self.check_fitted()
        return super().evaluate(*args, **kwargs)

    evaluate.__doc__ = GenerativeModel.evaluate.__doc__

    def add_state(self, name, *shape, initializer="zeros"):
        """A variable that steps assign to, and no optimizer."""
        return self.add_weight(
            shape=shape, initializer=initializer, trainable=False, name=name
        )

    def flat(self, x):
        """Examples as vectors, `(batch, d)`."""
        return ops.reshape(x, (-1, self.dim))

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": self.data_shape,
            "covariance_floor": self.covariance_floor,
            "seed": self.seed,
        }


def check_precision(x):
    """Raise a `ValueError` if float32 cannot tell the values of a column apart.

    Rounding moves a value x by up to 2^-24 |x|. Where that is more than 0.005
    of the column's range, about 0.02 standard deviations, log densities are
    wrong in the second digit.

    Args:
        x: Array `(n, ...)`, as the user gives it.
    """
    rows = np.asarray(x)
    if not rows.size or rows.dtype.kind not in "fiu":
        return  # refused elsewhere
    rows = rows.reshape(len(rows), -1)
    low, high = (
        bound(rows, axis=0).astype("float64") for bound in (np.min, np.max)
    )
    largest = np.maximum(np.abs(low), np.abs(high))
    coarse = (high > low) & (largest * 2.0**-24 > 0.005 * (high - low))
    if coarse.any():
        i = int(np.argmax(coarse))
        raise ValueError(
            "Expected values that float32 can tell apart: subtract their mean, "
            "or `x, inverse = datasets.standardize(x)`. Received: column "
            f"{i} with values from {low[i]!r} to {high[i]!r}"
        )


def check_regular(covariance, remedy):
    """Raise a `ValueError` if a covariance is singular to float32's precision.

    Args:
        covariance: Array `(d, d)`, symmetric.
        remedy: String, what the error message advises to set.
    """
    variance = np.diag(covariance).astype("float64")
    regular = np.all(variance > 0)
    if regular:
        # Scaled to correlations, whose entries are rounded like 1.
        scale = variance**-0.5
        correlation = scale[:, None] * covariance * scale
        error = 4 * np.finfo("float32").eps * len(variance) ** 0.5
        try:
            np.linalg.cholesky(correlation - error * np.eye(len(variance)))
        except np.linalg.LinAlgError:
            regular = False
    if not regular:
        raise ValueError(
            "Expected a regular covariance. Received: a singular one. "
            f"{int(np.sum(~(variance > 0)))} of {len(variance)} values are "
            "constant, the others may depend linearly on each other, or there "
            f"were too few rows. Set {remedy}."
        )
