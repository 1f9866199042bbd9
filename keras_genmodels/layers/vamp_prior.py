"""A prior over codes: the posteriors of learned pseudo-inputs."""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class VampPrior(FixedSettings, keras.layers.Layer):
    """Variational mixture of posteriors.

    The prior that maximises the ELBO is the average of q(z | x) over the data.
    Here that average runs over `num_components` pseudo-inputs u_k instead,
    learned with the networks,

        p(z) = 1/K sum_k q(z | u_k).

    Args:
        num_components: Int >= 1, K.
        data_shape: Tuple of ints, the shape of one pseudo-input.
        data_range: `(low, high)`, where pseudo-inputs are kept, or `None`.

    Reference:
        [Tomczak & Welling, 2018](https://arxiv.org/abs/1705.07120), eq. 9.
    """

    def __init__(
        self, num_components, data_shape, data_range=(0.0, 1.0), **kwargs
    ):
        super().__init__(**kwargs)
        self.num_components = check_count("num_components", num_components)
        self.data_shape = tuple(data_shape)
        self.data_range = data_range and tuple(data_range)
        low, high = self.data_range or (-1.0, 1.0)
        self.pseudo_inputs = self.add_weight(
            shape=(num_components, *self.data_shape),
            initializer=keras.initializers.RandomUniform(low, high),
            constraint=self._project,
            name="pseudo_inputs",
        )
        self.built = True

    def components(self, compute_posterior):
        """The mixture's parameters.

        Args:
            compute_posterior: Function of data that returns means and log
                variances, each `(batch, latent_dim)`.

        Returns:
            Logarithms of the weights `(num_components,)`, means and log
            variances, each `(num_components, latent_dim)`.
        """
        means, log_vars = compute_posterior(self.pseudo_inputs.value)
        log_weights = ops.full(
            (self.num_components,),
            -math.log(self.num_components),
            dtype=means.dtype,
        )
        return log_weights, means, log_vars

    def initialize(self, x, encode, seed=None):
        """Start from examples, different ones where there are enough.

        Args:
            x: Array `(n, *data_shape)`.
            encode: Ignored; see `MixturePrior`.
            seed: Optional int.
        """
        random = np.random.default_rng(seed)
        rows = random.choice(
            len(x), self.num_components, replace=len(x) < self.num_components
        )
        self.pseudo_inputs.assign(x[rows])

    def _project(self, pseudo_inputs):
        # After each step: to clip in `components` would stop the gradient.
        if self.data_range is None:
            return pseudo_inputs
        return ops.clip(pseudo_inputs, *self.data_range)

    def get_config(self):
        return {
            **super().get_config(),
            "num_components": self.num_components,
            "data_shape": self.data_shape,
            "data_range": self.data_range,
        }
