"""The verb of models that know p(y | x)."""

import numpy as np


class Classifier:
    """The part of a model that names a class; it defines `predict_proba`."""

    def classify(self, x, *, batch_size=256, verbose=0):
        """The most probable class.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, int64, labels from 0 to `num_classes - 1`.
        """
        probabilities = self.predict_proba(
            x, batch_size=batch_size, verbose=verbose
        )
        return np.argmax(probabilities, axis=1)
