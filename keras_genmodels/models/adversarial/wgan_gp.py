"""Wasserstein GAN with gradient penalty.

The critic D estimates the Wasserstein distance between data and generator,

    W = max over D with slope at most 1 of  E_x[D(x)] - E_z[D(G(z))],

and the generator descends it. The slope is held near one by a penalty,

    L_D = E[D(G(z))] - E[D(x)] + lambda E[(||grad D(x_hat)|| - 1)^2],

at points x_hat drawn evenly on the lines between pairs of real and made data.

Symbols: D is `compute_discriminate`, which here has no limits and no sigmoid.

Reference: Gulrajani et al., 2017, https://arxiv.org/abs/1704.00028, eq. 3 and
algorithm 1.
"""

import keras
from keras import ops

from keras_genmodels._internal.settings import Coefficient
from keras_genmodels._internal.settings import setting
from keras_genmodels.models.adversarial import losses
from keras_genmodels.models.adversarial.adversarial_model import (
    AdversarialModel,
)
from keras_genmodels.models.adversarial.adversarial_model import (
    refuse_batch_normalization,
)


@keras.saving.register_keras_serializable("keras_genmodels")
class WGANGP(AdversarialModel):
    """Wasserstein GAN with gradient penalty.

    The penalty is of each example by itself: a discriminator with batch
    normalisation is refused (section 4, "No critic batch normalization").

    Args:
        generator: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`, linear at the output.
        discriminator: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, 1)`, the critic.
        gradient_penalty: Float >= 0, lambda. May be assigned to. Defaults to
            10 for images and 0.1 for vectors, as in the authors' experiments.
        d_steps: Int >= 1. Steps of the critic before each one of the generator.
            Defaults to 5, as in the paper, and for vectors to 2.
        **kwargs: `ema_momentum`, `instance_noise`, `data_range` and `seed`:
            see `AdversarialModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        Scores `(batch,)`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> gan = WGANGP.from_shape((8, 8, 1))
        >>> gan.compile()
        >>> history = gan.fit(x_train, epochs=100)

    Reference:
        [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028).
    """

    log_names = ("d_loss", "distance", "slope_penalty", "g_loss")
    gradient_penalty = Coefficient()

    def __init__(
        self,
        generator,
        discriminator,
        *,
        gradient_penalty=None,
        d_steps=None,
        **kwargs,
    ):
        (_, data), _ = self.input_shapes(
            generator=generator, discriminator=discriminator
        )
        images = len(data) == 4
        if d_steps is None:
            d_steps = 5 if images else 2
        if gradient_penalty is None:
            gradient_penalty = 10.0 if images else 0.1
        super().__init__(generator, discriminator, d_steps=d_steps, **kwargs)
        refuse_batch_normalization(discriminator)
        self.gradient_penalty = gradient_penalty

    def default_optimizer(self):
        """Algorithm 1: Adam without inertia.

        The rate is theirs for images, and 0.001 for vectors.
        """
        rate = 1e-4 if len(self.data_shape) == 3 else 1e-3
        return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9)

    def compute_discriminator_terms(self, x, y=None, training=False):
        """The critic's loss, eq. 3, and its two parts, each `(batch,)`."""
        fakes = self.compute_fakes(x, y, training)
        shape = (ops.shape(x)[0], *[1] * len(self.data_shape))
        share = keras.random.uniform(
            shape, dtype=x.dtype, seed=self.seed_generator
        )
        between = share * x + (1 - share) * fakes
        penalty = self.compute_slope_penalty(between, y, training)
        distance = -losses.wasserstein(
            self.compute_discriminate(x, y, training),
            self.compute_discriminate(fakes, y, training),
        )
        return {
            "d_loss": self.gradient_penalty.value * penalty - distance,
            "distance": distance,
            "slope_penalty": penalty,
        }

    def compute_slope_penalty(self, x, y=None, training=False):
        """(||grad D(x)|| - 1)^2, `(batch,)`."""
        # Where it is zero, the root has no slope.
        norm = ops.sqrt(self.compute_squared_slope(x, y, training) + 1e-12)
        return ops.square(norm - 1)

    def compute_generator_terms(self, x, y=None, training=False):
        """What the generator minimises: `{"g_loss": (batch,)}`."""
        fakes = self.compute_fakes(x, y, training)
        score = self.compute_discriminate(fakes, y, training)
        return {"g_loss": losses.raise_score(score)}

    def get_config(self):
        return {
            **super().get_config(),
            "gradient_penalty": setting(self, "gradient_penalty"),
        }
