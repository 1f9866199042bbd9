"""Several functions of a model in one TensorFlow SavedModel."""

import keras

from keras_genmodels.training.autodiff import BACKEND


def export_functions(model, functions, filepath, verbose=None):
    """Write a SavedModel with named endpoints, on TensorFlow or JAX.

    Args:
        model: `keras.Model`, whose variables the functions use.
        functions: Dict of `(function of tensors, input signature)`, by name.
        filepath: Path of the folder to write.
        verbose: Optional bool.
    """
    archive = keras.export.ExportArchive()
    archive.track(model)
    for name, (function, signature) in functions.items():
        # On JAX, state that a draw moves on must be asked for.
        options = {"is_static": False} if BACKEND == "jax" else {}
        archive.add_endpoint(name, function, signature, **options)
    archive.write_out(filepath, verbose=verbose is not False)
