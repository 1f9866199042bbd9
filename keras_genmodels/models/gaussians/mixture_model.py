"""The parameters of a mixture: where they start, how they are kept and read."""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.data_checks import first_batch
from keras_genmodels.models.gaussians.gaussian_model import GaussianModel
from keras_genmodels.models.gaussians.gaussian_model import check_precision
from keras_genmodels.models.gaussians.gaussian_model import check_regular

COVARIANCE_TYPES = ("full", "diag", "tied")


class MixtureModel(GaussianModel):
    """A mixture of Gaussians, which `fit` starts from the data if need be.

    A subclass defines `initialize`, the density and the steps.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        num_components: Int >= 1; for a conditional model, of each class.
        covariance_type: `"full"`, `"diag"` or `"tied"`.
        **kwargs: As for `GaussianModel`.
    """

    def __init__(
        self, data_shape, num_components, *, covariance_type, **kwargs
    ):
        super().__init__(data_shape, **kwargs)
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

    def compute_covariances(self):
        """With the floor: `(K, d, d)`, `(K, d)` or `(d, d)` by their type."""
        return self.moments[2].value + ops.convert_to_tensor(self._floor())

    # --- where it starts --------------------------------------------------

    @property
    def initialized(self):
        """Bool, whether there is a density: after `initialize` or `fit`."""
        return bool(np.any(ops.convert_to_numpy(self.moments[0].value) > 0))

    def fit(self, x=None, y=None, *args, **kwargs):
        """`keras.Model.fit`, after `initialize` if there is no density yet.

        Arrays are checked whole before the first step, data sets by their
        first batch, generators not at all. A batch that has all rows of an
        array is a step of EM, another one a step of stepwise EM.
        """
        self._check_fit(x, y, kwargs.get("sample_weight"))
        if hasattr(x, "shape"):
            check_precision(x)
        if not self.initialized:
            self.initialize(*first_rows(x, y))
        num_rows = math.inf
        if hasattr(x, "shape"):
            split = kwargs.get("validation_split") or 0.0
            num_rows = int(len(x) * (1 - split))
        self.num_rows.assign(num_rows)
        return super().fit(x, y, *args, **kwargs)

    def train_on_batch(self, x, y=None, **kwargs):
        """`keras.Model.train_on_batch`, after `initialize` if need be."""
        if not self.initialized:
            self.initialize(*first_rows(x, y))
        return super().train_on_batch(x, y, **kwargs)

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

    def get_config(self):
        return {
            **super().get_config(),
            "num_components": self.num_components,
            "covariance_type": self.covariance_type,
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
