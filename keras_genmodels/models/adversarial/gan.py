"""Generative adversarial network.

A generator G makes data of normal noise z; a discriminator D says with which
probability it takes an example for real. They play

    min_G max_D  E_x[log D(x)] + E_z[log(1 - D(G(z)))],

whose solution is a generator with the distribution of the data, and D = 1/2.

Symbols: D is the sigmoid of `compute_discriminate`, G is `compute_generated`.

Reference: Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661, eq. 1 and
algorithm 1.
"""

import keras

from keras_genmodels._internal.settings import Coefficient
from keras_genmodels._internal.settings import setting
from keras_genmodels.models.adversarial import losses
from keras_genmodels.models.adversarial.adversarial_model import (
    AdversarialModel,
)

LOSSES = {
    "minimax": (losses.cross_entropy, losses.minimax),
    "non_saturating": (losses.cross_entropy, losses.non_saturating),
    "least_squares": (losses.least_squares, losses.least_squares_generator),
    "hinge": (losses.hinge, losses.raise_score),
}


@keras.saving.register_keras_serializable("keras_genmodels")
class GAN(AdversarialModel):
    """Generative adversarial network.

    `from_shape` makes one with small networks of its own.

    Args:
        generator: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`, linear at the output.
        discriminator: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, 1)`, linear at the output.
        loss: `"non_saturating"`, the default: the generator raises log D(G(z));
            `"minimax"`: it lowers log(1 - D(G(z))), as in the game above;
            `"least_squares"` or `"hinge"`. See `losses`.
        label_smoothing: Float in [0, 1), for the first two losses: by how much
            the label of real data falls short of 1. May be assigned to.
            Defaults to 0.
        **kwargs: `d_steps`, `ema_momentum`, `instance_noise`, `data_range` and
            `seed`: see `AdversarialModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        Logits `(batch,)`; scores for the last two losses.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> gan = GAN.from_shape((8, 8, 1))
        >>> gan.compile()
        >>> history = gan.fit(x_train, epochs=100)
        >>> gan.sample(16, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661).
    """

    label_smoothing = Coefficient(below=1.0)

    def __init__(
        self,
        generator,
        discriminator,
        *,
        loss="non_saturating",
        label_smoothing=0.0,
        **kwargs,
    ):
        if loss not in LOSSES:
            raise ValueError(
                f"Expected `loss` to be one of {list(LOSSES)}. "
                f"Received: loss={loss!r}"
            )
        smooth = loss in ("minimax", "non_saturating")
        if label_smoothing != 0 and not smooth:
            raise ValueError(
                "Expected `label_smoothing` of 0 for a loss without labels' "
                f"probabilities. Received: label_smoothing={label_smoothing}, "
                f"loss={loss!r}"
            )
        super().__init__(generator, discriminator, **kwargs)
        self._game = loss
        self.label_smoothing = label_smoothing if smooth else None

    @property
    def game(self):
        """The argument `loss`."""
        return self._game

    def default_optimizer(self):
        """Radford et al., 2016, section 4: Adam with half the usual inertia.

        The rate is theirs for images, and 0.001 for vectors.
        """
        rate = 2e-4 if len(self.data_shape) == 3 else 1e-3
        return keras.optimizers.Adam(rate, beta_1=0.5)

    def compute_discriminator_terms(self, x, y=None, training=False):
        """What the discriminator minimises: `{"d_loss": (batch,)}`."""
        fakes = self.compute_fakes(x, y, training)
        real = self.compute_discriminate(x, y, training)
        fake = self.compute_discriminate(fakes, y, training)
        loss, _ = LOSSES[self.game]
        if self.label_smoothing is None:
            return {"d_loss": loss(real, fake)}
        return {"d_loss": loss(real, fake, self.label_smoothing.value)}

    def compute_generator_terms(self, x, y=None, training=False):
        """What the generator minimises: `{"g_loss": (batch,)}`."""
        fakes = self.compute_fakes(x, y, training)
        _, loss = LOSSES[self.game]
        return {"g_loss": loss(self.compute_discriminate(fakes, y, training))}

    def get_config(self):
        return {
            **super().get_config(),
            "loss": self.game,
            "label_smoothing": setting(self, "label_smoothing"),
        }
