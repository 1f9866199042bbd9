"""Whether a reconstruction keeps what matters about the original."""

import typing

import numpy as np

from keras_genmodels.explore.decoded_response import DecodedResponse


class FeatureComparison(typing.NamedTuple):
    """The features of n data and of their reconstructions.

    Attributes:
        original: `(n, k)`, features of the data.
        reconstructed: `(n, k)`, features of the reconstructions.
        correlation: `(k,)`, in [-1, 1], over the data; NaN for a feature that
            is constant.
        difference: `(k,)`, mean of reconstructed less original.
        difference_error: `(k,)`, its standard error.
        root_mean_square: `(k,)`, root of the mean squared difference.
        same_class: `(n,)`, bools: whether the class whose mean features are
            nearest is the same for original and reconstruction; `None`
            without labels.
        class_agreement: Float in [0, 1], the mean of `same_class`, or `None`.
    """

    original: np.ndarray
    reconstructed: np.ndarray
    correlation: np.ndarray
    difference: np.ndarray
    difference_error: np.ndarray
    root_mean_square: np.ndarray
    same_class: np.ndarray | None
    class_agreement: float | None


def compare_features(model, features, x, y=None, *, batch_size=256):
    """Compare the features of data with those of their reconstructions.

    Args:
        model: Model with `reconstruct(x)`.
        features: Function of a tensor `(batch, *data_shape)`, or a Keras
            model, that returns `(batch, k)`, or `(batch,)` for one feature:
            a hidden layer of a classifier, the width of a stroke.
        x: Data as the model takes it, `n` examples, at least two.
        y: Optional integer labels `(n,)`. With them the nearest of the
            classes' mean features of originals is found for both.
        batch_size: Int >= 1.

    Returns:
        A `FeatureComparison`.

    Raises:
        ValueError: If there are too few data, or `y` has another shape.
    """
    x = np.asarray(x, dtype="float32")
    if len(x) < 2:
        raise ValueError(
            f"Expected at least two examples. Received: x with shape {x.shape}"
        )
    if y is not None and np.shape(y) != (len(x),):
        raise ValueError(
            f"Expected `y` with shape ({len(x)},). "
            f"Received: shape {np.shape(y)}"
        )
    compiled = DecodedResponse(None, features, "features")
    original, reconstructed = (
        compiled.values(data, batch_size).reshape(len(x), -1)
        for data in (x, np.asarray(model.reconstruct(x)))
    )
    a, b = original.astype("float64"), reconstructed.astype("float64")
    difference = b - a
    same_class = agreement = None
    if y is not None:
        classes = np.unique(y)
        means = np.stack([a[np.asarray(y) == c].mean(axis=0) for c in classes])
        same_class = _nearest(a, means) == _nearest(b, means)
        agreement = float(same_class.mean())
    return FeatureComparison(
        original=original,
        reconstructed=reconstructed,
        correlation=_correlation(a, b),
        difference=difference.mean(axis=0),
        difference_error=difference.std(axis=0, ddof=1) / len(x) ** 0.5,
        root_mean_square=np.sqrt(np.mean(difference**2, axis=0)),
        same_class=same_class,
        class_agreement=agreement,
    )


def _correlation(a, b):
    covariance = np.mean((a - a.mean(axis=0)) * (b - b.mean(axis=0)), axis=0)
    spread = a.std(axis=0) * b.std(axis=0)
    constant = spread < 1e-12
    return np.where(
        constant, np.nan, covariance / np.where(constant, 1, spread)
    )


def _nearest(points, means):
    squares = (means**2).sum(axis=1) - 2 * points @ means.T
    return squares.argmin(axis=1)
