"""Invertible maps that normalising flows are built of."""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.bijections.act_norm import ActNorm
from keras_genmodels.bijections.additive_map import AdditiveMap
from keras_genmodels.bijections.affine_map import AffineMap
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.chain import Chain
from keras_genmodels.bijections.coupling import Coupling
from keras_genmodels.bijections.elementwise_map import ElementwiseMap
from keras_genmodels.bijections.factor_out import FactorOut
from keras_genmodels.bijections.invert import Invert
from keras_genmodels.bijections.invertible_linear import InvertibleLinear
from keras_genmodels.bijections.logit import Logit
from keras_genmodels.bijections.masked_autoregression import (
    MaskedAutoregression,
)
from keras_genmodels.bijections.neural_ode import NeuralODE
from keras_genmodels.bijections.permutation import Permutation
from keras_genmodels.bijections.spline_map import SplineMap
from keras_genmodels.bijections.squeeze import Squeeze

__all__ = [
    "ActNorm",
    "AdditiveMap",
    "AffineMap",
    "Bijection",
    "Chain",
    "Coupling",
    "ElementwiseMap",
    "FactorOut",
    "Invert",
    "InvertibleLinear",
    "Logit",
    "MaskedAutoregression",
    "NeuralODE",
    "Permutation",
    "SplineMap",
    "Squeeze",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
