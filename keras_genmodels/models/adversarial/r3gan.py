"""R3GAN: the relativistic game with two gradient penalties.

The discriminator judges pairs: which of the two is the real one? With
f(t) = -log(1 + exp(-t)),

    L_D = -E[f(D(x) - D(G(z)))] + gamma/2 (R1 + R2),
    L_G = -E[f(D(G(z)) - D(x))],
    R1 = E||grad D(x)||^2,    R2 = E||grad D(G(z))||^2.

No mode of the data can be dropped without losing against its real examples,
and with both penalties the game converges locally where others circle.

Symbols: D is `compute_discriminate`, G is `compute_generated`.

Reference: Huang et al., 2024, https://arxiv.org/abs/2501.05441, section 2.
"""

import keras

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
class R3GAN(AdversarialModel):
    """Relativistic GAN with R1 and R2 penalties.

    The penalties are of each example by itself: a discriminator with batch
    normalisation is refused.

    Args:
        generator: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`, linear at the output.
        discriminator: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, 1)`, linear at the output.
        gamma: Float >= 0, weight of both penalties. May be assigned to.
            Defaults to 1.
        **kwargs: `d_steps`, `ema_momentum`, `instance_noise`, `data_range` and
            `seed`: see `AdversarialModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        Logits `(batch,)`. Only their differences mean something.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> gan = R3GAN.from_shape((8, 8, 1))
        >>> gan.compile()
        >>> history = gan.fit(x_train, epochs=100)

    Reference:
        [Huang et al., 2024](https://arxiv.org/abs/2501.05441);
        R1: [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406).
    """

    log_names = ("d_loss", "relativistic", "r1", "r2", "g_loss")
    gamma = Coefficient()

    def __init__(self, generator, discriminator, *, gamma=1.0, **kwargs):
        super().__init__(generator, discriminator, **kwargs)
        refuse_batch_normalization(discriminator)
        self.gamma = gamma

    def default_optimizer(self):
        """Adam without inertia, as in the paper's appendix.

        The rate is theirs for images, and 0.001 for vectors.
        """
        rate = 2e-4 if len(self.data_shape) == 3 else 1e-3
        return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)

    def compute_discriminator_terms(self, x, y=None, training=False):
        """The discriminator's loss and its three parts, each `(batch,)`."""
        fakes = self.compute_fakes(x, y, training)
        relativistic = losses.relativistic(
            self.compute_discriminate(x, y, training),
            self.compute_discriminate(fakes, y, training),
        )
        r1 = self.compute_squared_slope(x, y, training)
        r2 = self.compute_squared_slope(fakes, y, training)
        return {
            "d_loss": relativistic + 0.5 * self.gamma.value * (r1 + r2),
            "relativistic": relativistic,
            "r1": r1,
            "r2": r2,
        }

    def compute_generator_terms(self, x, y=None, training=False):
        """What the generator minimises: `{"g_loss": (batch,)}`."""
        fakes = self.compute_fakes(x, y, training)
        fake = self.compute_discriminate(fakes, y, training)
        real = self.compute_discriminate(x, y, training)
        return {"g_loss": losses.relativistic(fake, real)}

    def get_config(self):
        return {**super().get_config(), "gamma": setting(self, "gamma")}
