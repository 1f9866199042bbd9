"""Judging samples without a likelihood.

The functions take arrays of features, or of data, and return numbers. For
digits, `load_classifier` and `feature_extractor` provide the features, and
`evaluate_samples` puts nearly all of it in one table.
"""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.metrics.classifiers import feature_extractor
from keras_genmodels.metrics.classifiers import load_classifier
from keras_genmodels.metrics.evaluation import SampleEvaluation
from keras_genmodels.metrics.evaluation import evaluate_samples
from keras_genmodels.metrics.frechet import frechet_bias
from keras_genmodels.metrics.frechet import frechet_distance
from keras_genmodels.metrics.kernel import KernelDistance
from keras_genmodels.metrics.kernel import kernel_distance
from keras_genmodels.metrics.labels import class_histogram
from keras_genmodels.metrics.labels import label_accuracy
from keras_genmodels.metrics.memorization import MemorizationTest
from keras_genmodels.metrics.memorization import Neighbors
from keras_genmodels.metrics.memorization import memorization_test
from keras_genmodels.metrics.memorization import nearest_neighbors
from keras_genmodels.metrics.neighborhoods import DensityCoverage
from keras_genmodels.metrics.neighborhoods import PrecisionRecall
from keras_genmodels.metrics.neighborhoods import density_coverage
from keras_genmodels.metrics.neighborhoods import precision_recall
from keras_genmodels.metrics.two_sample import TwoSampleTest
from keras_genmodels.metrics.two_sample import classifier_two_sample_test

__all__ = [
    "DensityCoverage",
    "KernelDistance",
    "MemorizationTest",
    "Neighbors",
    "PrecisionRecall",
    "SampleEvaluation",
    "TwoSampleTest",
    "class_histogram",
    "classifier_two_sample_test",
    "density_coverage",
    "evaluate_samples",
    "feature_extractor",
    "frechet_bias",
    "frechet_distance",
    "kernel_distance",
    "label_accuracy",
    "load_classifier",
    "memorization_test",
    "nearest_neighbors",
    "precision_recall",
]

# What the field calls some of them.
_ALSO_CALLED = {
    "coverage": "density_coverage",
    "density": "density_coverage",
    "precision": "precision_recall",
    "recall": "precision_recall",
    "c2st": "classifier_two_sample_test",
    "ct": "memorization_test",
    "fid": "frechet_distance",
    "frechet_inception_distance": "frechet_distance",
    "kid": "kernel_distance",
    "kernel_inception_distance": "kernel_distance",
    "mmd": "kernel_distance",
    "maximum_mean_discrepancy": "kernel_distance",
    "prdc": "density_coverage",
}


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__, _ALSO_CALLED)
