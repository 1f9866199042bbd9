"""The reparametrised draw from a diagonal normal distribution."""

import keras
from keras import ops

from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.distributions import reparametrised_normal


@keras.saving.register_keras_serializable("keras_genmodels")
class Sampling(FixedSettings, keras.layers.Layer):
    """Draws `z = z_mean + exp(z_log_var / 2) * noise`, with normal noise.

    Written so, the draw is a differentiable function of the distribution's
    parameters: the reparametrisation trick. For Functional models; a model that
    has a seed generator of its own calls `reparametrised_normal` directly.

    Args:
        seed: Optional int for the noise.

    Call arguments:
        inputs: Pair of tensors `(z_mean, z_log_var)` of one shape, means and
            logarithms of variances.
        noise: Optional tensor that broadcasts to the same shape, to be used in
            place of a fresh standard normal draw.

    Returns:
        Tensor of that shape.

    Reference:
        [Kingma & Welling, 2014](https://arxiv.org/abs/1312.6114), section 2.4.
    """

    def __init__(self, *, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs, noise=None):
        z_mean, z_log_var = inputs
        if noise is None:
            noise = keras.random.normal(
                ops.shape(z_mean), dtype=z_mean.dtype, seed=self.seed_generator
            )
        return reparametrised_normal(z_mean, z_log_var, noise)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}
