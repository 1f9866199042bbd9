"""Layers that generative models are built of."""

from keras_genmodels.layers.bernoulli_likelihood import BernoulliLikelihood
from keras_genmodels.layers.normal_likelihood import NormalLikelihood
from keras_genmodels.layers.sampling import Sampling

__all__ = ["BernoulliLikelihood", "NormalLikelihood", "Sampling"]
