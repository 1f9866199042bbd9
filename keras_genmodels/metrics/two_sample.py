"""Whether a classifier can tell samples from data."""

import typing
import warnings

import numpy as np

from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.metrics.feature_rows import feature_rows


class TwoSampleTest(typing.NamedTuple):
    """How well a classifier does that has to tell two sets apart.

    Attributes:
        accuracy: Float in [0, 1], on rows it was not trained on; 0.5 for two
            sets that cannot be told apart.
        p_value: Float, probability of so high an accuracy by guessing.
    """

    accuracy: float
    p_value: float


def classifier_two_sample_test(samples, reference, *, estimator=None, seed=0):
    """Train a classifier to tell samples from data, and test it.

    Half of the rows of both sets are for training, half for the test. If there
    are more of one set, as many as of the other are taken at random.

    Args:
        samples: Array `(n, d)` of features, or `(n, ...)`, to be flattened.
        reference: Array `(m, d)`.
        estimator: Optional classifier as of scikit-learn. Defaults to a network
            with one hidden layer of 20 units, on standardised features.
        seed: Int, for the halves and the default classifier.

    Returns:
        A `TwoSampleTest`.

    Raises:
        ValueError: If a set has fewer than four rows.

    Reference:
        [Lopez-Paz & Oquab, 2017](https://arxiv.org/abs/1610.06545), section 3.
    """
    # Imported here: scikit-learn takes a second to import.
    from scipy.stats import binomtest
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    sets = feature_rows(samples=samples, reference=reference)
    size = min(map(len, sets))
    if size < 4:
        raise ValueError(
            "Expected at least four rows of each set. "
            f"Received: {len(sets[0])} and {len(sets[1])}"
        )
    seed = check_seed(seed)
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.permutation(rows)[:size] for rows in sets])
    y = np.repeat([0, 1], size)
    x, x_held_out, y, y_held_out = train_test_split(
        x, y, test_size=0.5, stratify=y, random_state=seed
    )
    if estimator is None:
        estimator = make_pipeline(
            StandardScaler(),
            MLPClassifier(
                (20,), learning_rate_init=0.01, max_iter=100, random_state=seed
            ),
        )
    with warnings.catch_warnings():
        # 100 epochs are enough to tell, whether or not the loss still falls.
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(x, y)
    right = estimator.predict(x_held_out) == y_held_out
    test = binomtest(int(right.sum()), len(right), 0.5, alternative="greater")
    return TwoSampleTest(float(right.mean()), float(test.pvalue))
