"""A function of the decoded data, as a function of the code."""

import keras
from keras import ops

from keras_genmodels.training import CompiledMethods
from keras_genmodels.training import input_gradient
from keras_genmodels.training import run_in_batches


def decoded_response(model, response, name="response"):
    """The `DecodedResponse` of both, the same as before if there was one.

    So what is compiled for a function is used again. The last eight are kept,
    with the model, as long as it lives.

    Args:
        model: Model with a method `compute_decode(z)` of tensors.
        response: Function of a tensor, or a Keras model.
        name: String, what error messages call the response.
    """
    # Not by assignment, which would make it a part of the model for Keras.
    kept = vars(model).setdefault("_decoded_responses", CompiledMethods(8))
    return kept.get(
        (response, name), lambda: DecodedResponse(model, response, name)
    )


class DecodedResponse(keras.Model):
    """The composition z -> decode(z) -> response, compiled and in batches.

    It is a `keras.Model` so that the weights of the model, and of a response
    that is a Keras model too, are among its variables.

    Args:
        model: Model with a method `compute_decode(z)` of tensors. `None`
            where only `values` is used.
        response: Function of a tensor `(batch, *data_shape)`, or a Keras
            model, that returns a tensor `(batch,)` or `(batch, k)`.
        name: String, what error messages call the response.
    """

    def __init__(self, model, response, name="response"):
        super().__init__()
        if not callable(response):
            raise ValueError(
                f"Expected `{name}` to be a function of tensors or a Keras "
                f"model. Received: {name}={response!r}"
            )
        self.model = model
        self.response = response
        self.response_name = name
        self.seed_generator = keras.random.SeedGenerator(0)
        self.compiled_methods = CompiledMethods()

    def compute_value(self, x):
        """The response to data: `(batch,)` or `(batch, k)`."""
        value = ops.cast(ops.convert_to_tensor(self.response(x)), "float32")
        if len(value.shape) not in (1, 2):
            raise ValueError(
                f"Expected `{self.response_name}` to return a tensor (batch,) "
                f"or (batch, k). Received: shape {tuple(value.shape)}"
            )
        return value

    def compute_response(self, z):
        """The response to decoded codes: `(batch,)` or `(batch, k)`."""
        return self.compute_value(self.model.compute_decode(z))

    def compute_jacobian(self, z, num_responses):
        """The derivatives of k = `num_responses`: `(batch, k, latent_dim)`.

        Every code is repeated once per response, so that one pass in reverse
        gives the gradients of them all. `k` is 1 if the response has no axis.
        """

        def one_response_per_row(z):
            shape = (-1, num_responses, num_responses)
            values = ops.reshape(self.compute_response(z), shape)
            return ops.trace(values, axis1=1, axis2=2)

        gradient = input_gradient(
            one_response_per_row, ops.repeat(z, num_responses, axis=0)
        )
        return ops.reshape(gradient, (-1, num_responses, z.shape[-1]))

    def values(self, x, batch_size=256, verbose=0):
        """`compute_value` of an array `(n, *data_shape)`, as an array."""
        return self._run("compute_value", x, batch_size, verbose)

    def responses(self, z, batch_size=256, verbose=0):
        """`compute_response` of an array `(n, latent_dim)`, as an array."""
        return self._run("compute_response", z, batch_size, verbose)

    def jacobians(self, z, batch_size=256, verbose=0):
        """The response and its derivatives, of an array `(n, latent_dim)`.

        Args:
            z: Array `(n, latent_dim)`.
            batch_size: Int >= 1. At most so many codes, counted once per
                response, are decoded at a time.
            verbose: 0 or 1.

        Returns:
            Arrays `(n[, k])` and `(n[, k], latent_dim)`.
        """
        values = self.responses(z, batch_size, verbose)
        count = 1 if values.ndim == 1 else values.shape[1]
        rows = max(1, batch_size // count)
        slopes = self._run(
            "compute_jacobian", z, rows, verbose, num_responses=count
        )
        return values, slopes.reshape(*values.shape, z.shape[1])

    def _run(self, method, rows, batch_size, verbose, **options):
        return run_in_batches(
            self,
            method,
            (rows,),
            batch_size=batch_size,
            verbose=verbose,
            **options,
        )
