"""Data to learn from: real images, densities in the plane, and their encodings.

Images are float32 in [0, 1] of shape `(n, height, width, channels)`, labels
int64 of shape `(n,)`.
"""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.datasets.densities import checkerboard
from keras_genmodels.datasets.densities import eight_gaussians
from keras_genmodels.datasets.densities import pinwheel
from keras_genmodels.datasets.densities import rings
from keras_genmodels.datasets.densities import swiss_roll
from keras_genmodels.datasets.densities import two_moons
from keras_genmodels.datasets.dynamic_binarization import DynamicBinarization
from keras_genmodels.datasets.loading import load
from keras_genmodels.datasets.preprocessing import binarize
from keras_genmodels.datasets.preprocessing import dequantize
from keras_genmodels.datasets.preprocessing import quantize
from keras_genmodels.datasets.preprocessing import standardize
from keras_genmodels.datasets.preprocessing import validation_split
from keras_genmodels.datasets.tables import load_table

__all__ = [
    "DynamicBinarization",
    "binarize",
    "checkerboard",
    "dequantize",
    "eight_gaussians",
    "load",
    "load_table",
    "pinwheel",
    "quantize",
    "rings",
    "standardize",
    "swiss_roll",
    "two_moons",
    "validation_split",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
