"""What a classifier sees in samples."""

import numpy as np

from keras_genmodels.metrics.feature_rows import outputs_of


def label_accuracy(classifier, x, labels, *, batch_size=256):
    """How often a classifier sees in samples what they were asked to be.

    Args:
        classifier: `keras.Model`, or function of an array, from data
            `(n, *data_shape)` to scores or probabilities `(n, num_classes)`.
        x: Array `(n, *data_shape)`, samples of a conditional model.
        labels: Ints `(n,)`, what was asked for.
        batch_size: Int >= 1, of a Keras model.

    Returns:
        Float in [0, 1].

    Raises:
        ValueError: If there are not as many labels as samples.
    """
    labels = np.asarray(labels)
    if labels.shape != (len(x),):
        raise ValueError(
            f"Expected {len(x)} labels. Received: shape {labels.shape}"
        )
    predictions, _ = _predictions(classifier, x, batch_size)
    return float(np.mean(predictions == labels))


def class_histogram(classifier, x, *, batch_size=256):
    """The share of each class in samples, as a classifier sees them.

    Args:
        classifier: See `label_accuracy`.
        x: Array `(n, *data_shape)`.
        batch_size: Int >= 1, of a Keras model.

    Returns:
        Array `(num_classes,)`, float64; its sum is 1.
    """
    predictions, num_classes = _predictions(classifier, x, batch_size)
    return np.bincount(predictions, minlength=num_classes) / len(x)


def _predictions(classifier, x, batch_size):
    scores = outputs_of(classifier, x, batch_size)
    if scores.ndim != 2:
        raise ValueError(
            "Expected `classifier` to return scores (n, num_classes). "
            f"Received: shape {scores.shape}"
        )
    return scores.argmax(axis=1), scores.shape[1]
