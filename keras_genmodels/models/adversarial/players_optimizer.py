"""One Keras optimizer for two players who take turns."""

import re

import keras


@keras.saving.register_keras_serializable("keras_genmodels")
class PlayersOptimizer(keras.optimizers.MultiOptimizer):
    """A `MultiOptimizer` of two, with a learning rate that callbacks can set.

    Keras carries and saves the state of one optimizer, this one. Its parts,
    `optimizers`, are the discriminator's and the generator's, in this order,
    and each counts its own steps in `iterations`.

    `learning_rate` is the generator's. Setting it, as Keras' callbacks do,
    changes both in the ratio that they began with.
    """

    def __init__(self, optimizer_map, **kwargs):
        super().__init__(optimizer_map, **kwargs)
        discriminator, generator = (
            float(optimizer.learning_rate) for optimizer in self.optimizers
        )
        self._ratio = discriminator / generator if generator else 1.0

    @classmethod
    def of(cls, generator, discriminator, variables):
        """Give each player its optimizer.

        Args:
            generator: `keras.optimizers.Optimizer`.
            discriminator: Another, not the same object.
            variables: The discriminator's variables, told from all others by
                their paths.
        """
        paths = "|".join(re.escape(v.path) for v in variables)
        return cls(
            keras.optimizers.OptimizerMap(generator, {paths: discriminator})
        )

    @property
    def learning_rate(self):
        return self.optimizers[-1].learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate):
        discriminator, generator = self.optimizers
        discriminator.learning_rate = self._ratio * learning_rate
        generator.learning_rate = learning_rate
