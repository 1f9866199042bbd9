"""Bayes classifier: a density for each class, and Bayes' theorem.

    p(y | x) = p(y) p(x | y) / sum_c p(c) p(x | c)

The density of a class is a Gaussian or a mixture of them. So the density of all
data, sum_c p(c) p(x | c), is one large mixture of the components of all classes
with the weights p(c) p(m | c). The classifier is this mixture, fitted by the
same step, but for the E-step: a row belongs to components of its class only.

With one Gaussian per class nothing is left to guess. Labels are
responsibilities, and a step size of 1/t makes the moments the averages over all
rows so far: one epoch gives the maximum of the likelihood, and a second changes
nothing.

Symbols: p(y) is `class_weights`, p(x | y) is `log_prob(x, y)`, p(x) is
`log_prob(x)`, p(y | x) is `predict`, and `classify` its maximum.

Reference: Hastie & Tibshirani, Discriminant analysis by Gaussian mixtures,
1996; with one Gaussian per class it is quadratic discriminant analysis.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.classifier import Classifier
from keras_genmodels.models.gaussians.gaussian_mixture import GaussianMixture
from keras_genmodels.models.gaussians.moments import TINY
from keras_genmodels.models.gaussians.moments import kmeans_moments
from keras_genmodels.models.gaussians.moments import normalise
from keras_genmodels.training import portable_step


@keras.saving.register_keras_serializable("keras_genmodels")
class BayesClassifier(Classifier, GaussianMixture):
    """Classifier and conditional sampler: a Gaussian mixture for each class.

    With `num_components=1`, a Gaussian for each class, one epoch of `fit(x, y)`
    is enough. With more, `fit` is EM as for `GaussianMixture`. The log `loss`
    is the mean of -log p(x, y) in nats, `accuracy` the share of the rows that
    are put in their class, both before each step.

    Args:
        data_shape: Tuple of ints, the shape of one example: `(d,)` or
            `(height, width, channels)`.
        num_classes: Int >= 1.
        num_components: Int >= 1, of each class. Defaults to 1.
        **kwargs: As for `GaussianMixture`. `covariance_type="tied"` means one
            covariance of all components of all classes: for
            `num_components=1`, linear discriminant analysis.
            `learning_decay` has no effect for `num_components=1`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        p(y | x), a tensor `(batch, num_classes)`.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> classifier = BayesClassifier((8, 8, 1), num_classes=10)
        >>> classifier.compile()
        >>> history = classifier.fit(x_train, y_train)
        >>> classifier.classify(x_test).shape
        (360,)
        >>> classifier.sample(8, labels=3).shape
        (8, 8, 8, 1)

    Reference:
        [Hastie & Tibshirani, 1996](https://doi.org/10.1111/j.2517-6161.1996.tb02073.x).
    """

    log_names = ("loss", "accuracy")

    def __init__(self, data_shape, num_classes, num_components=1, **kwargs):
        super().__init__(
            data_shape, num_components, num_classes=num_classes, **kwargs
        )

    # --- the model, of tensors --------------------------------------------

    def compute_log_class_joint(self, x):
        """log p(x, y) for all y, `(batch, num_classes)`."""
        return self._by_class(self.compute_log_joint(x))

    def compute_log_prob(self, x, y=None):
        """log p(x | y), or log p(x) without labels: `(batch,)`, nats."""
        if y is None:
            return super().compute_log_prob(x)
        log_conditional = self.compute_log_class_joint(x) - self._log_prior()
        return self._of_class(log_conditional, y)

    def compute_probabilities(self, x):
        """p(y | x), `(batch, num_classes)`."""
        return normalise(self.compute_log_class_joint(x))

    def compute_labels(self, num_samples):
        """Labels as frequent as in the data, `(num_samples,)`."""
        return keras.random.categorical(
            self._log_prior(), num_samples, seed=self.seed_generator
        )[0]

    def compute_sample(self, labels, component=None):
        """Draws from classes, or from one component of each."""
        logits = ops.log(ops.maximum(self.moments[0].value, TINY))[None]
        wanted = self._components_of(labels)
        if component is not None:
            number = ops.arange(self.total) % self.num_components
            wanted = ops.logical_and(wanted, number == component)
        return self._draw(ops.where(wanted, logits, -np.inf))

    def _by_class(self, log_values):
        """Logarithms of sums within a class, of `(batch, K)`."""
        shape = (-1, self.num_classes, self.num_components)
        return ops.logsumexp(ops.reshape(log_values, shape), axis=2)

    def _log_prior(self):
        """log p(y), `(1, num_classes)`."""
        weights = ops.maximum(self.moments[0].value, TINY)
        return self._by_class(ops.log(weights)[None])

    def _components_of(self, y):
        """Bools `(batch, K)`, whether a component belongs to the class."""
        classes = ops.arange(self.total, dtype="int32") // self.num_components
        return ops.cast(y, "int32")[:, None] == classes

    def _of_class(self, values, y):
        """Of `(batch, num_classes)` the values of the labels, `(batch,)`."""
        classes = ops.arange(self.num_classes, dtype="int32")
        chosen = ops.cast(y, "int32")[:, None] == classes
        return ops.sum(ops.where(chosen, values, 0.0), axis=1)

    def call(self, x):
        return self.compute_probabilities(ops.cast(x, self.variable_dtype))

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)
        log_joint = self.compute_log_joint(x)  # the E-step, but for the labels
        terms = self._terms(log_joint, y)
        of_class = ops.where(self._components_of(y), log_joint, -np.inf)
        self.maximize(x, of_class, sample_weight)
        return self.log(sample_weight, **terms)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        terms = self._terms(self.compute_log_joint(x), y)
        return self.log(sample_weight, **terms)

    def _terms(self, log_joint, y):
        by_class = self._by_class(log_joint)
        found = ops.cast(ops.argmax(by_class, axis=1), y.dtype)
        accuracy = ops.cast(found == y, by_class.dtype)
        return {"loss": -self._of_class(by_class, y), "accuracy": accuracy}

    def compute_step_size(self, num_rows, batch_size):
        if self.num_components > 1:
            return super().compute_step_size(num_rows, batch_size)
        # The share of the batch in all rows so far: an average over them.
        return batch_size / ops.maximum(self.count.value + batch_size, TINY)

    def initialize(self, x, y):
        """Start each class from the clusters that k-means finds in it.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, at least `num_components` of each class. Of
                more than 10,000 rows of a class a random 10,000 are used.
        """
        x, y = self.check_inputs(x, y)
        rows = x.reshape(len(x), self.dim)
        missing = np.setdiff1d(np.arange(self.num_classes), y)
        if len(missing):
            raise ValueError(
                "Expected examples of every class, in the array or in the "
                "first batch of a data set; or call `initialize(x, y)` with "
                f"some. Received: none of {missing.tolist()}"
            )
        of_classes = [
            kmeans_moments(
                rows[y == label],
                self.num_components,
                self.covariance_type,
                self.seed,
            )
            for label in range(self.num_classes)
        ]
        frequency = np.bincount(y, minlength=self.num_classes) / len(y)
        weights, means, covariances = zip(*of_classes, strict=True)
        if self.covariance_type == "tied":
            covariances = np.tensordot(frequency, covariances, axes=1)
        else:
            covariances = np.concatenate(covariances)
        self._assign(
            np.concatenate(frequency[:, None] * weights),
            np.concatenate(means),
            covariances,
        )

    # --- verbs ------------------------------------------------------------

    @property
    def class_weights(self):
        """Array `(num_classes,)`: p(y), the share of each class."""
        shape = (self.num_classes, self.num_components)
        return self.mixing_weights.reshape(shape).sum(axis=1)

    def log_prob(self, x, y=None, *, batch_size=256, verbose=0):
        """Exact log density, of a class or of all of them.

        Args:
            x: Array `(n, *data_shape)`.
            y: Optional labels `(n,)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats: log p(x | y); without labels log p(x).
        """
        if y is None:
            return super().log_prob(x, batch_size=batch_size, verbose=verbose)
        inputs = self.check_inputs(x, y)
        return self.run_fitted("compute_log_prob", inputs, batch_size, verbose)

    def predict_proba(self, x, *, batch_size=256, verbose=0):
        """Probabilities of the classes, as `predict` returns them.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, num_classes)`, whose rows have the sum 1.
        """
        return super().predict_proba(x, batch_size=batch_size, verbose=verbose)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}
