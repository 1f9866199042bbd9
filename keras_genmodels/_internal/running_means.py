"""The logs of a model: one metric for all of its terms."""

import keras
from keras import ops


class RunningMeans(keras.metrics.Metric):
    """Means over the examples of an epoch, of several terms at once.

    A `keras.metrics.Mean` for each term costs more than the step of a small
    model. Keras puts the dict that `result` returns into the logs.

    Args:
        names: Sequence of strings, the terms. The first is also the metric's
            name, so that it comes first where Keras returns a list.
    """

    def __init__(self, names, **kwargs):
        super().__init__(name=names[0], **kwargs)
        self.names = tuple(names)
        self.totals = self.add_variable(
            (len(self.names),), initializer="zeros", name="totals"
        )
        self.count = self.add_variable((), initializer="zeros", name="count")

    def update_state(self, values, sample_weight=None):
        """Add a batch.

        Args:
            values: Dict of a tensor `(batch,)`, or `()` for a mean over the
                batch, for each name.
            sample_weight: Optional tensor `(batch,)`; or, where all values are
                means, the number of examples.

        Raises:
            ValueError: If the names are not those of the metric.
        """
        if set(values) != set(self.names):
            raise ValueError(
                f"Expected the terms {list(self.names)}. "
                f"Received: {sorted(values)}"
            )
        terms = [ops.cast(values[name], self.dtype) for name in self.names]
        ones = ops.ones_like(sum(terms))
        if sample_weight is None:
            weight = ones
        else:
            weight = ones * ops.cast(sample_weight, self.dtype)
        weighted = ops.stack([term * weight for term in terms])
        self.totals.assign_add(
            ops.sum(ops.reshape(weighted, (len(terms), -1)), axis=1)
        )
        self.count.assign_add(ops.sum(weight))

    def result(self):
        """Dict of the weighted mean of each term, 0 before any batch."""
        means = ops.divide_no_nan(self.totals, self.count)
        return {name: means[i] for i, name in enumerate(self.names)}
