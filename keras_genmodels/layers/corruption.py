"""What the layers that damage data have in common."""

import keras

from keras_genmodels._internal.settings import FixedSettings


class Corruption(FixedSettings, keras.layers.Layer):
    """A random damage, done to each value of the data by itself.

    It is done whether or not the model trains: to a denoising autoencoder the
    damage is a part of the task, not a regulariser as `keras.layers.Dropout`
    and `keras.layers.GaussianNoise` are. A subclass defines
    `compute_corrupted(x, seed)`.

    Args:
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, ...)`.
        seed: Optional `keras.random.SeedGenerator` to draw from in place of
            the layer's own. A model passes its own, so that the `seed` of its
            verbs fixes the damage too.

    Returns:
        Tensor like `x`.
    """

    def __init__(self, *, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, x, seed=None):
        return self.compute_corrupted(
            x, self.seed_generator if seed is None else seed
        )

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}

    @staticmethod
    def _check_rate(rate):
        if not 0 <= rate <= 1:
            raise ValueError(
                f"Expected `rate` to be in [0, 1]. Received: rate={rate}"
            )
        return float(rate)
