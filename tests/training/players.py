"""Two networks with two optimizers, trained in one step."""

import keras
from keras import ops
from training.models import plain_network

from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step


@keras.saving.register_keras_serializable("toy")
class TwoPlayers(keras.Model):
    """A critic tells data from an actor's output; both take turns.

    Two steps of the critic to one of the actor, each with its own optimizer.
    """

    critic_steps = 2

    def __init__(self, actor=None, critic=None, **kwargs):
        super().__init__(**kwargs)
        self.actor = actor or plain_network(name="actor")
        self.critic = critic or plain_network(1, name="critic")
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.built = True

    @property
    def metrics(self):
        return [self.loss_tracker]

    def call(self, x, training=False):
        return self.critic(x, training=training)

    def critic_loss(self, x):
        real = self.critic(x, training=True)
        fake = self.critic(self.actor(x, training=True), training=True)
        return ops.mean(ops.softplus(-real) + ops.softplus(fake))

    def actor_loss(self, x):
        fake = self.critic(self.actor(x, training=True), training=True)
        return ops.mean(ops.softplus(-fake))

    @portable_step
    def train_step(self, data):
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        for_critic, for_actor = self.optimizer.optimizers
        for _ in range(self.critic_steps):
            minimize(
                lambda: self.critic_loss(x),
                self.critic.trainable_variables,
                for_critic,
            )
        loss = minimize(
            lambda: self.actor_loss(x),
            self.actor.trainable_variables,
            for_actor,
        )
        self.optimizer.iterations.assign_add(1)
        self.loss_tracker.update_state(loss, sample_weight=ops.shape(x)[0])
        return self.get_metrics_result()

    def compile_with(self, actor, critic):

        self.compile(
            optimizer=keras.optimizers.MultiOptimizer(
                keras.optimizers.OptimizerMap(actor, {".*critic_.*": critic})
            )
        )
        return self

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "actor": serialize(self.actor),
            "critic": serialize(self.critic),
        }

    @classmethod
    def from_config(cls, config):
        for player in ("actor", "critic"):
            config[player] = keras.saving.deserialize_keras_object(
                config[player]
            )
        return cls(**config)
