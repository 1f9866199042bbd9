"""What a model needs to train and run on three backends.

The only part of the package that names TensorFlow, JAX or PyTorch.
"""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.training.autodiff import input_gradient
from keras_genmodels.training.autodiff import is_concrete
from keras_genmodels.training.autodiff import jvp
from keras_genmodels.training.autodiff import value_and_grad
from keras_genmodels.training.compiled import CompiledMethods
from keras_genmodels.training.compiled import run_in_batches
from keras_genmodels.training.compiled import seeded
from keras_genmodels.training.noise import noise_in_loop
from keras_genmodels.training.replicas import gather_over_replicas
from keras_genmodels.training.replicas import sum_over_replicas
from keras_genmodels.training.step import apply_gradients
from keras_genmodels.training.step import minimize
from keras_genmodels.training.step import portable_step

__all__ = [
    "CompiledMethods",
    "apply_gradients",
    "gather_over_replicas",
    "input_gradient",
    "is_concrete",
    "jvp",
    "minimize",
    "noise_in_loop",
    "portable_step",
    "run_in_batches",
    "seeded",
    "sum_over_replicas",
    "value_and_grad",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
