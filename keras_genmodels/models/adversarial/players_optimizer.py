"""One Keras optimizer for two players who take turns."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_genmodels")
class PlayersOptimizer(keras.optimizers.MultiOptimizer):
    """A `MultiOptimizer` of two, with a learning rate that callbacks can set.

    Keras carries and saves the state of one optimizer, this one. Its parts,
    `optimizers`, are the discriminator's and the generator's, in this order,
    and each counts its own steps in `iterations`.

    `learning_rate` is the generator's. Setting it, as Keras' callbacks do,
    changes both in the ratio that they began with.

    Args:
        discriminator: `keras.optimizers.Optimizer`.
        generator: Another, not the same object.
        variables: The discriminator's variables; all others are the
            generator's. A file holds none: the model that is loaded from it
            gives its own.
        **kwargs: Arguments of `keras.optimizers.MultiOptimizer`.
    """

    def __init__(self, discriminator, generator, variables=(), **kwargs):
        players = Players(discriminator, generator, variables)
        super().__init__(players, **kwargs)
        self.players = players
        for_discriminator, for_generator = (
            float(ops.convert_to_numpy(optimizer.learning_rate))
            for optimizer in self.optimizers
        )
        self._ratio = for_discriminator / for_generator if for_generator else 1

    @property
    def learning_rate(self):
        return self.optimizers[-1].learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate):
        discriminator, generator = self.optimizers
        discriminator.learning_rate = self._ratio * learning_rate
        generator.learning_rate = learning_rate

    def get_config(self):
        discriminator, generator = map(
            keras.saving.serialize_keras_object, self.optimizers
        )
        return {
            "discriminator": discriminator,
            "generator": generator,
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        parts = {
            name: keras.saving.deserialize_keras_object(
                config[name], custom_objects=custom_objects
            )
            for name in ("discriminator", "generator")
        }
        return cls(**{**config, **parts})


class Players:
    """Which optimizer a variable belongs to, as `MultiOptimizer` asks for it.

    Keras' `OptimizerMap` goes by the paths of variables, which two networks may
    have in common. This goes by the variables themselves.
    """

    def __init__(self, discriminator, generator, variables):
        self.discriminator = discriminator
        self.default_optimizer = generator
        self.variables = list(variables)

    def values(self):
        """The optimizers besides the default one."""
        return [self.discriminator]

    def __call__(self, variable):
        if any(variable is one for one in self.variables):
            return self.discriminator
        return self.default_optimizer
