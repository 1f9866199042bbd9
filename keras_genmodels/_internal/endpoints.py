"""What a model offers when it is exported: `serve`, `decode`, `sample`."""

import inspect

import keras
from keras import ops


def model_endpoints(model):
    """The endpoints that a model can have.

    Args:
        model: `GenerativeModel`.

    Returns:
        Dict of `(function of tensors, input signature)`, by name.
    """
    dtype = model.variable_dtype
    x = keras.InputSpec(shape=(None, *model.data_shape), dtype=dtype)
    y = keras.InputSpec(shape=(None,), dtype="int32")
    rows = keras.InputSpec(shape=(None,), dtype=dtype)
    labelled = model.num_classes is not None

    def labels_of(method):
        takes_labels = "y" in inspect.signature(method).parameters
        return [y] if labelled and takes_labels else []

    endpoints = {"serve": (model.call, [x, *labels_of(model.call)])}
    if hasattr(model, "compute_decode"):
        if hasattr(model, "code_shape"):  # integers
            code = keras.InputSpec(
                shape=(None, *model.code_shape), dtype="int32"
            )
        elif hasattr(model, "latent_dim"):
            code = keras.InputSpec(shape=(None, model.latent_dim), dtype=dtype)
        else:  # noise of the shape of the data
            code = x
        endpoints["decode"] = (
            model.compute_decode,
            [code, *labels_of(model.compute_decode)],
        )
    if labelled and hasattr(model, "compute_sample"):
        endpoints["sample"] = (model.compute_sample, [y])
    elif hasattr(model, "compute_sample"):

        def sample(rows):
            return model.compute_sample(ops.shape(rows)[0])

        endpoints["sample"] = (sample, [rows])
    return endpoints


class Endpoint(keras.Model):
    """A function of tensors that uses a model, as a model for Keras to export.

    Args:
        model: `keras.Model`, whose variables the function uses.
        function: Function of tensors.
    """

    def __init__(self, model, function):
        super().__init__()
        self.model = model
        self.function = function
        self.built = True

    def call(self, *inputs):
        return self.function(*inputs)
