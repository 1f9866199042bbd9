"""Finding out what a model has learned, through its verbs.

Every function takes a trained model and NumPy arrays, and returns NumPy
arrays. `keras_genmodels.plotting` draws them.
"""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.explore.arithmetic import arithmetic
from keras_genmodels.explore.arithmetic import attribute_vector
from keras_genmodels.explore.compare_features import FeatureComparison
from keras_genmodels.explore.compare_features import compare_features
from keras_genmodels.explore.embedding import embedding
from keras_genmodels.explore.given_label import GivenLabel
from keras_genmodels.explore.interpolate import interpolate
from keras_genmodels.explore.local_change import LocalChange
from keras_genmodels.explore.local_change import local_change
from keras_genmodels.explore.reconstruction_errors import ReconstructionErrors
from keras_genmodels.explore.reconstruction_errors import reconstruction_errors
from keras_genmodels.explore.stress_test import StressTest
from keras_genmodels.explore.stress_test import stress_test
from keras_genmodels.explore.traverse import traverse

__all__ = [
    "FeatureComparison",
    "GivenLabel",
    "LocalChange",
    "ReconstructionErrors",
    "StressTest",
    "arithmetic",
    "attribute_vector",
    "compare_features",
    "embedding",
    "interpolate",
    "local_change",
    "reconstruction_errors",
    "stress_test",
    "traverse",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
