"""A linear layer whose kernel is divided by its largest singular value.

Reference: Miyato et al., 2018, https://arxiv.org/abs/1802.05957, algorithm 1.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_genmodels")
class SpectralNormalization(keras.layers.Wrapper):
    """Spectral normalisation of a dense or convolutional layer.

    The kernel W, as a matrix with one column per output, is divided by an
    estimate of its spectral norm, u W v, where one step of the power iteration
    per call in training keeps u and v near the first singular vectors. The
    gradient takes them for constants and passes through W.

    Keras' layer of this name overwrites the kernel in each call, which PyTorch
    forbids where the layer is called twice before its gradient, as in the step
    of a discriminator.

    Args:
        layer: `keras.layers.Dense` or `Conv2D` without an activation.
        activation: String or function, applied to what the layer returns.
            Defaults to `None`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Tensor that the layer takes.
        training: Bool. Whether to take a step of the power iteration.

    Returns:
        What the layer with the kernel W / (u W v) returns, activated.

    Raises:
        ValueError: If the layer has an activation of its own.
    """

    def __init__(self, layer, activation=None, **kwargs):
        super().__init__(layer, **kwargs)
        if layer.activation is not keras.activations.linear:
            raise ValueError(
                "Expected a layer without activation; give it to "
                "`SpectralNormalization`. Received: layer.activation="
                f"{layer.activation}"
            )
        self.activation = keras.activations.get(activation)

    def build(self, input_shape=None):
        super().build(input_shape)
        self.vector = self.add_weight(
            shape=(self.layer.kernel.shape[-1],),
            initializer=keras.initializers.RandomNormal(),
            trainable=False,
            name="singular_vector",
        )

    def call(self, x, training=False):
        kernel = ops.reshape(self.layer.kernel, (-1, self.vector.shape[0]))
        kernel = ops.cast(kernel, self.variable_dtype)
        constant = ops.stop_gradient(kernel)
        left = ops.normalize(ops.matmul(constant, self.vector.value))
        right = ops.normalize(ops.matmul(left, constant))
        if training:
            self.vector.assign(right)
        norm = ops.dot(left, ops.matmul(kernel, right))
        # The layer is affine: its output divided is the kernel divided.
        outputs = self.layer(x)
        norm = ops.cast(norm, outputs.dtype)
        if self.layer.bias is None:
            return self.activation(outputs / norm)
        bias = ops.cast(self.layer.bias, outputs.dtype)
        return self.activation((outputs - bias) / norm + bias)

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "activation": activation}
