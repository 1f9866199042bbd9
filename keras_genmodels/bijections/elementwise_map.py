"""Functions of one number that rise, with parameters from a network."""

import keras

from keras_genmodels._internal.settings import FixedSettings


class ElementwiseMap(FixedSettings, keras.layers.Layer):
    """z_i = f(x_i; parameters_i), for each value of a tensor by itself.

    f rises, so it can be undone, and its Jacobian is diagonal. A coupling or an
    autoregression provides the parameters. With all of them 0, f is the
    identity: a flow begins as one, whatever network it is that gives them.

    A subclass sets `num_parameters`, of one value, and defines `forward` and
    `inverse`.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.built = True

    def forward(self, x, parameters):
        """f, and the logarithm of its slope.

        Args:
            x: Tensor `(batch, ...)`.
            parameters: Tensor `(batch, ..., num_parameters)`, any real numbers.

        Returns:
            `(z, log_slope)`, two tensors like `x`.
        """
        raise NotImplementedError

    def inverse(self, z, parameters):
        """The inverse of f, and the logarithm of the inverse's slope.

        Args:
            z: Tensor `(batch, ...)`.
            parameters: Tensor `(batch, ..., num_parameters)`, any real numbers.

        Returns:
            `(x, log_slope)`, two tensors like `z`.
        """
        raise NotImplementedError
