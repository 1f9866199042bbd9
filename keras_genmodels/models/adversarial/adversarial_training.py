"""The step in which the two players of a GAN take turns."""

import contextlib

import keras
from keras import ops

from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.models.adversarial.players_optimizer import (
    PlayersOptimizer,
)
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step


class AdversarialTraining(GenerativeModel):
    """The part of `AdversarialModel` that trains it.

    Needs the attributes `generator`, `discriminator`, `average`, `d_steps` and
    `ema_momentum`, and the two methods that a subclass defines.
    """

    def compile(self, optimizer=None, discriminator_optimizer=None, **kwargs):
        """Configure training.

        Args:
            optimizer: Optional Keras optimizer, or its name, of the generator.
                Defaults to `default_optimizer`.
            discriminator_optimizer: Optional Keras optimizer, or its name.
                Defaults to one like the generator's.
            **kwargs: As for all models. The players see no loss scaling:
                `auto_scale_loss` is off.
        """
        if isinstance(optimizer, PlayersOptimizer):  # of a file
            discriminator_optimizer, optimizer = optimizer.optimizers
        elif isinstance(optimizer, keras.optimizers.MultiOptimizer):
            raise ValueError(
                "Expected an optimizer for each player: `compile(optimizer=..."
                ", discriminator_optimizer=...)`. "
                f"Received: optimizer={optimizer}"
            )
        optimizer = keras.optimizers.get(optimizer or self.default_optimizer())
        discriminator_optimizer = keras.optimizers.get(
            discriminator_optimizer
            or type(optimizer).from_config(optimizer.get_config())
        )
        optimizer = PlayersOptimizer.of(
            optimizer,
            discriminator_optimizer,
            self.discriminator.trainable_variables,
        )
        kwargs["auto_scale_loss"] = False
        super().compile(optimizer, **kwargs)

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)
        d_optimizer, g_optimizer = self.optimizer.optimizers

        def move(player, optimizer, compute_terms):
            def objective():
                terms = compute_terms(x, y, training=True)
                loss = next(iter(terms.values()))
                return self.mean_loss(loss, sample_weight), terms

            variables = player.trainable_variables
            return minimize(objective, variables, optimizer, has_aux=True)[1]

        for _ in range(self.d_steps):
            with unmoved(self.generator):
                d_terms = move(
                    self.discriminator,
                    d_optimizer,
                    self.compute_discriminator_terms,
                )
        with unmoved(self.discriminator):
            g_terms = move(
                self.generator, g_optimizer, self.compute_generator_terms
            )
        self.optimizer.iterations.assign_add(1)
        self._update_average()
        return self.log(sample_weight, **d_terms, **g_terms)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        d_terms = self.compute_discriminator_terms(x, y, training=False)
        g_terms = self.compute_generator_terms(x, y, training=False)
        return self.log(sample_weight, **d_terms, **g_terms)

    def _update_average(self):
        if self.average is not self.generator:
            momentum = self.ema_momentum
            for average, weight in zip(
                self.average.weights, self.generator.weights, strict=True
            ):
                step = (1 - momentum) * (weight.value - average.value)
                average.assign(average.value + step)


@contextlib.contextmanager
def unmoved(network):
    """Undo what the calls within do to a network's state.

    Args:
        network: `keras.Model`. Its weights that are not trained, such as the
            moving averages of batch normalisation, are afterwards as before.
    """
    weights = network.non_trainable_weights
    before = [ops.copy(weight.value) for weight in weights]
    yield
    for weight, value in zip(weights, before, strict=True):
        weight.assign(value)
