"""The game that all generative adversarial networks play.

A generator makes data of noise, a discriminator tells them from real ones, and
each is trained against the other. Here is what they compute; the step in which
they take turns is in `adversarial_training.py`. What a model of this family
adds are the two losses.
"""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.models.adversarial.adversarial_training import (
    AdversarialTraining,
)
from keras_genmodels.models.adversarial.adversarial_verbs import (
    AdversarialVerbs,
)
from keras_genmodels.models.adversarial.player_checks import check_players
from keras_genmodels.networks import generator_discriminator
from keras_genmodels.training import input_gradient


class AdversarialModel(AdversarialVerbs, AdversarialTraining):
    """A generator and a discriminator, and the steps they take in turn.

    A subclass defines `compute_discriminator_terms(x, y, training)` and
    `compute_generator_terms(x, y, training)`, dicts of logs `(batch,)` of which
    the first is the loss, and names them all in `log_names`.

    In its step a player changes, and nothing of the other does: not even the
    moving averages of batch normalisation, which sees the batch at hand in
    both players while training. Real and made data pass the discriminator
    separately.

    Args:
        generator: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`, linear at the output. If the model is
            conditional, its input is a list of that and one-hot labels.
        discriminator: Built `keras.Model`, `(batch, *data_shape)`, or a list
            with one-hot labels, to `(batch, 1)`, linear at the output.
        d_steps: Int >= 1. Steps of the discriminator before each one of the
            generator, all on the same data, with new noise.
        ema_momentum: Float in [0, 1). All verbs use a generator whose weights
            are the exponential moving average, by this momentum, of those in
            training; with 0 the generator itself. Defaults to 0.99.
        instance_noise: Float >= 0, standard deviation of the noise added to
            all that the discriminator sees in training, kept as a variable
            that a callback may assign to: Sønderby et al.,
            [2017](https://arxiv.org/abs/1610.04490). With 0, the default, none
            is drawn, and the attribute is `None`.
        data_range: `(low, high)`, into which a sigmoid brings the generator's
            output, or `None`, the default, to leave it as it is.
        seed: Optional int for the noise.
        **kwargs: Arguments of `keras.Model`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.
    """

    log_names = ("d_loss", "g_loss")

    def __init__(
        self,
        generator,
        discriminator,
        *,
        d_steps=1,
        ema_momentum=0.99,
        instance_noise=0.0,
        data_range=None,
        seed=None,
        **kwargs,
    ):
        (latent, data), num_classes = self.input_shapes(
            generator=generator, discriminator=discriminator
        )
        check_players(generator, discriminator, latent, data)
        if not 0 <= ema_momentum < 1:
            raise ValueError(
                "Expected `ema_momentum` in [0, 1). "
                f"Received: ema_momentum={ema_momentum}"
            )
        if not instance_noise >= 0:
            raise ValueError(
                "Expected `instance_noise` >= 0. "
                f"Received: instance_noise={instance_noise}"
            )
        super().__init__(
            data[1:],
            data_range=data_range and tuple(data_range),
            num_classes=num_classes,
            seed=seed,
            **kwargs,
        )
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = latent[-1]
        self.d_steps = check_count("d_steps", d_steps)
        self.ema_momentum = float(ema_momentum)
        self.average = generator
        if ema_momentum:
            self.average = keras.models.clone_model(generator)
            self.average.set_weights(generator.get_weights())
            self.average.trainable = False
        self._initial_instance_noise = float(instance_noise)
        self.instance_noise = None
        if instance_noise:
            self.instance_noise = self.add_weight(
                name="instance_noise",
                initializer=keras.initializers.Constant(instance_noise),
                trainable=False,
            )
        self.built = True

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        latent_dim=32,
        num_classes=None,
        data_range="auto",
        hidden_units=(256, 256),
        network="dense",
        activation="leaky_relu",
        batch_normalization=False,
        spectral_normalization=False,
        projection=False,
        **kwargs,
    ):
        """A model with networks made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            latent_dim: Int >= 1. Defaults to 32.
            num_classes: Int >= 1, for conditional models only.
            data_range: `(low, high)`; `None` for all real numbers. Defaults to
                (0, 1) for images, `None` for vectors.
            hidden_units: See `networks.generator_discriminator`, also for the
                next five.
            network: `"dense"`, the default, or `"conv"`.
            activation: String or function of the hidden layers.
            batch_normalization: Bool.
            spectral_normalization: Bool.
            projection: Bool, for conditional models.
            **kwargs: Arguments of the constructor.
        """
        latent_dim = check_count("latent_dim", latent_dim)
        num_classes = cls.check_num_classes(num_classes)
        if data_range == "auto":
            data_range = (0.0, 1.0) if len(data_shape) == 3 else None
        generator, discriminator = generator_discriminator(
            data_shape,
            latent_dim,
            num_classes=num_classes,
            hidden_units=hidden_units,
            network=network,
            activation=activation,
            batch_normalization=batch_normalization,
            spectral_normalization=spectral_normalization,
            projection=projection,
        )
        return cls(generator, discriminator, data_range=data_range, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_latents(self, num_samples):
        """Draws of z, standard normal: `(num_samples, latent_dim)`."""
        return keras.random.normal(
            (num_samples, self.latent_dim),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )

    def compute_generated(self, z, y=None, network=None, training=False):
        """G(z), `(batch, *data_shape)`, of one network; else of the average."""
        network = self.average if network is None else network
        x = self.apply_network(network, z, y, training)
        if self.data_range is None:
            return x
        low, high = self.data_range
        return low + (high - low) * ops.sigmoid(x)

    def compute_fakes(self, x, y=None, training=False):
        """As many new data of the generator in training as there are in x."""
        z = self.compute_latents(ops.shape(x)[0])
        return self.compute_generated(z, y, self.generator, training)

    def compute_discriminate(self, x, y=None, training=False):
        """The discriminator's outputs, `(batch,)`."""
        if training and self.instance_noise is not None:
            noise = keras.random.normal(
                ops.shape(x), dtype=x.dtype, seed=self.seed_generator
            )
            x = x + self.instance_noise.value * noise
        return ops.squeeze(
            self.apply_network(self.discriminator, x, y, training), axis=-1
        )

    def compute_squared_slope(self, x, y=None, training=False):
        """||grad D(x)||^2, `(batch,)`: of the discriminator's output."""
        gradient = input_gradient(
            lambda x: self.compute_discriminate(x, y, training), x
        )
        return sum_per_example(ops.square(gradient))

    def compute_decode(self, z, y=None):
        """Data made of latents, `(batch, *data_shape)`."""
        return self.compute_generated(z, y)

    def compute_sample(self, num_samples_or_labels):
        """Data made of new latents: `(num_samples, *data_shape)`."""
        if not self.conditional:
            z = self.compute_latents(num_samples_or_labels)
            return self.compute_decode(z)
        labels = num_samples_or_labels
        z = self.compute_latents(ops.shape(labels)[0])
        return self.compute_decode(z, labels)

    def call(self, x, y=None, training=False):
        return self.compute_discriminate(x, y, training)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            "d_steps": self.d_steps,
            "ema_momentum": self.ema_momentum,
            "instance_noise": self._initial_instance_noise,
            "data_range": self.data_range,
            "seed": self.seed,
        }
