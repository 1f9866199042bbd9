"""All metrics of a model's samples in one call."""

import typing

import numpy as np

from keras_genmodels import datasets
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.metrics.classifiers import CLASSIFIERS
from keras_genmodels.metrics.classifiers import feature_extractor
from keras_genmodels.metrics.classifiers import load_classifier
from keras_genmodels.metrics.feature_rows import outputs_of
from keras_genmodels.metrics.frechet import check_enough_rows
from keras_genmodels.metrics.frechet import distance_and_bias
from keras_genmodels.metrics.kernel import kernel_distance
from keras_genmodels.metrics.labels import class_histogram
from keras_genmodels.metrics.labels import label_accuracy
from keras_genmodels.metrics.memorization import memorization_test
from keras_genmodels.metrics.neighborhoods import overlap
from keras_genmodels.metrics.two_sample import classifier_two_sample_test


class SampleEvaluation(typing.NamedTuple):
    """Metrics of samples, and of real data in their place.

    Both dicts have the same keys: `frechet_distance`, `frechet_bias`,
    `kernel_distance`, `kernel_distance_error`, `precision`, `recall`,
    `density`, `coverage`, `two_sample_accuracy`, `two_sample_p_value`,
    `pixel_memorization` and `feature_memorization` (the statistic C_T),
    `pixel_copies` and `feature_copies` (shares, about 0.01
    expected), and with a classifier `class_histogram` and, of a conditional
    model, `label_accuracy`.

    Attributes:
        samples: Dict of floats, and of an array: the model's samples.
        baseline: Dict of the same of training data, as many as samples, and
            left out where the nearest training data are looked for: what a
            perfect model would get, up to chance. Its `label_accuracy` is that
            of the test data, if `y_test` is given, else NaN.
        test_histogram: Array `(num_classes,)`, the class histogram of the test
            data, or `None`.
    """

    samples: dict
    baseline: dict
    test_histogram: np.ndarray | None

    def __str__(self):
        lines = [f"{'':24}{'samples':>11}{'baseline':>11}"]
        for name, value in self.samples.items():
            if name != "class_histogram":
                pair = f"{value:11.4g}{self.baseline[name]:11.4g}"
                lines.append(f"{name:24}{pair}")
        if self.test_histogram is not None:
            lines.append(f"{'share of class':24}{'':22}{'test':>11}")
            histograms = (
                self.samples["class_histogram"],
                self.baseline["class_histogram"],
                self.test_histogram,
            )
            for label, shares in enumerate(zip(*histograms, strict=True)):
                numbers = "".join(f"{share:11.3f}" for share in shares)
                lines.append(f"{label:<24}{numbers}")
        return "\n".join(lines)


def evaluate_samples(
    model,
    x_test,
    x_train=None,
    *,
    y_test=None,
    extractor=None,
    classifier=None,
    num_samples=None,
    sample_options=None,
    seed=0,
    batch_size=256,
):
    """Draw from a model, and compare the samples with test data.

    Distances and neighbourhoods are those of features. For digits of 8x8 and
    28x28 pixels the package has classifiers, `load_classifier`, and knows the
    training data; for other images or vectors give `x_train` and `extractor`,
    as well for others of these sizes, such as Fashion-MNIST.

    Args:
        model: Model with `sample(num_samples, labels=, seed=, batch_size=)` and
            `num_classes`. If this is not `None`, labels are drawn, as those in
            `y_test` are distributed; without it each class with equal
            probability, although the test data may have other shares.
        x_test: Array `(m, *data_shape)`, which the model has not seen.
        x_train: Optional array `(l, *data_shape)`, which it has. Defaults to
            the training data of the digits or of MNIST, by the shape, and
            binarised if `x_test` is.
        y_test: Optional ints `(m,)`, labels of `x_test`, for those of samples
            and for the classifier's own accuracy.
        extractor: Optional `keras.Model` or function of an array, from data to
            features `(n, num_features)`. Defaults to that of the classifier of
            the package.
        classifier: Optional `keras.Model` or function of an array, from data to
            scores `(n, num_classes)`. Defaults to that of the package if
            `extractor` is missing too; else there are no class histogram and
            label accuracy.
        num_samples: Optional int >= 1, at most half of the training data.
            Defaults to m, so that all sets are equally large.
        sample_options: Optional dict, further arguments of `model.sample`, such
            as `num_steps` and `guidance`.
        seed: Int, for the samples and for everything drawn besides.
        batch_size: Int >= 1.

    Returns:
        A `SampleEvaluation`. `print` shows it as a table.

    Raises:
        ValueError: If there are too few data or samples, fewer than five for
            each feature for one, or if the shape is not of known data, and
            `x_train` or `extractor` is missing.

    Example:
        >>> evaluation = evaluate_samples(gan, x_test)
        >>> evaluation.samples["frechet_distance"]
        >>> print(evaluation)
    """
    x_test = np.asarray(x_test, "float32")
    seed = check_seed(seed)
    names = {shape: name for name, (shape, _) in CLASSIFIERS.items()}
    name = names.get(x_test.shape[1:])
    if name is None and (x_train is None or extractor is None):
        raise ValueError(
            "Expected `x_train` and `extractor`, since only images of the "
            f"shapes {list(names)} are known. Received: data of shape "
            f"{x_test.shape[1:]}"
        )
    if x_train is None:
        (x_train, _), _ = datasets.load(name)
        if np.isin(x_test, (0, 1)).all():
            x_train = datasets.binarize(x_train)
    if extractor is None:
        own = load_classifier(name)
        classifier = classifier or own
        extractor = feature_extractor(own)
    x_train = np.asarray(x_train, "float32")
    if num_samples is None:
        num_samples = len(x_test)
    num_samples = check_count("num_samples", num_samples)
    if num_samples > len(x_train) // 2:
        raise ValueError(
            f"Expected `num_samples` of at most {len(x_train) // 2}, half of "
            f"the training data. Received: num_samples={num_samples}"
        )
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x_train))
    chosen, rest = order[:num_samples], order[num_samples:]

    def features(x):
        return outputs_of(extractor, x, batch_size)

    def histogram(x):
        return class_histogram(classifier, x, batch_size=batch_size)

    test_features, train_features = features(x_test), features(x_train)
    # Before the samples are drawn, which may take long.
    check_enough_rows("x_test", test_features)
    check_enough_rows("num_samples", train_features[chosen])
    labels = None
    if getattr(model, "num_classes", None):
        given = model.num_classes if y_test is None else y_test
        labels = rng.choice(given, num_samples)
    samples = model.sample(
        num_samples,
        labels=labels,
        seed=seed,
        batch_size=batch_size,
        **(sample_options or {}),
    )

    def evaluate(x, x_features, seen, seen_features):
        result = _compare(x_features, test_features, seed)
        result |= _copies("pixel", x, x_test, seen, seed)
        result |= _copies(
            "feature", x_features, test_features, seen_features, seed
        )
        if classifier is not None:
            result["class_histogram"] = histogram(x)
        return result

    of_samples = evaluate(samples, features(samples), x_train, train_features)
    baseline = evaluate(
        x_train[chosen],
        train_features[chosen],
        x_train[rest],
        train_features[rest],
    )
    if classifier is None:
        return SampleEvaluation(of_samples, baseline, None)
    if labels is not None:
        for result, x, y in (
            (of_samples, samples, labels),
            (baseline, x_test, y_test),
        ):
            result["label_accuracy"] = (
                np.nan
                if y is None
                else label_accuracy(classifier, x, y, batch_size=batch_size)
            )
    return SampleEvaluation(of_samples, baseline, histogram(x_test))


def _compare(samples, reference, seed):
    """Metrics of two sets of features."""
    frechet, bias = distance_and_bias(samples, reference, seed=seed)
    kernel, error = kernel_distance(samples, reference)
    (precision, recall), (density, coverage) = overlap(samples, reference)
    accuracy, p_value = classifier_two_sample_test(
        samples, reference, seed=seed
    )
    return {
        "frechet_distance": frechet,
        "frechet_bias": bias,
        "kernel_distance": kernel,
        "kernel_distance_error": error,
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
        "two_sample_accuracy": accuracy,
        "two_sample_p_value": p_value,
    }


def _copies(space, samples, x_test, x_train, seed):
    test = memorization_test(samples, x_test, x_train, seed=seed)
    return {
        f"{space}_memorization": test.statistic,
        f"{space}_copies": test.copied,
    }
