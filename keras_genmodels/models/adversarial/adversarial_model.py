"""The game that all generative adversarial networks play.

A generator turns noise into data, a discriminator tells them from real ones,
and each is trained against the other. Here is all that they share: what the
players compute, the step in which they take turns, the verbs. What a model of
this family adds are the two losses.
"""

import contextlib
import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels._internal.latent_space import LatentSpace
from keras_genmodels._internal.output_activation import warn_unless_linear
from keras_genmodels._internal.settings import Coefficient
from keras_genmodels._internal.settings import setting
from keras_genmodels._internal.weight_average import averaged_copy
from keras_genmodels._internal.weight_average import move_average
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.models.adversarial.players_optimizer import (
    PlayersOptimizer,
)
from keras_genmodels.networks import generator_discriminator
from keras_genmodels.training import input_gradient
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded


class AdversarialModel(LatentSpace, GenerativeModel):
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
            are the exponential moving average of those in training, after n
            steps by the momentum min(`ema_momentum`, (1 + n) / (10 + n)). It
            may be assigned to. With 0 there is no average, and the verbs use
            the generator itself. Defaults to 0.99.
        instance_noise: Float >= 0, standard deviation of the noise added to
            all that the discriminator sees in training: Sønderby et al.,
            [2017](https://arxiv.org/abs/1610.04490). It may be assigned to,
            also while `fit` runs. With 0, the default, none is drawn, and the
            attribute is `None`.
        data_range: `(low, high)`, into which a sigmoid brings the generator's
            output, or `None`, the default, to leave it as it is.
        seed: Optional int for the noise.
        **kwargs: Arguments of `keras.Model`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.
    """

    log_names = ("d_loss", "g_loss")
    ema_momentum = Coefficient(below=1.0)
    instance_noise = Coefficient()

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
        super().__init__(
            data[1:],
            data_range=data_range and tuple(data_range),
            num_classes=num_classes,
            seed=seed,
            **kwargs,
        )
        if data_range is not None:
            warn_unless_linear("generator", generator, "logits")
        warn_unless_linear("discriminator", discriminator, "logits or scores")
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = latent[-1]
        self.d_steps = check_count("d_steps", d_steps)
        self.average = generator
        self.ema_momentum = None if ema_momentum == 0 else ema_momentum
        if self.ema_momentum is not None:
            self.num_averaged = self.add_weight(
                name="num_averaged", initializer="zeros", trainable=False
            )
            self.average = averaged_copy(generator)
        self.instance_noise = None if instance_noise == 0 else instance_noise
        self.built = True

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        latent_dim=None,
        num_classes=None,
        data_range="auto",
        hidden_units=None,
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
            latent_dim: Int >= 1. Defaults to 32, or to the number of values
                of an example if that is less.
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
        data_shape = check_shape(data_shape)
        if latent_dim is None:
            latent_dim = min(32, math.prod(data_shape))
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

    # --- training ---------------------------------------------------------

    def compile(self, optimizer=None, discriminator_optimizer=None, **kwargs):
        """Configure training.

        Args:
            optimizer: Optional Keras optimizer, or its name, of the generator.
                Defaults to `default_optimizer`.
            discriminator_optimizer: Optional Keras optimizer, or its name.
                Defaults to one like the generator's.
            **kwargs: As for all models. The players see no loss scaling:
                `auto_scale_loss` is off.

        Raises:
            ValueError: If one optimizer is to serve both players or was used
                before, or if a player has nothing to train.
        """
        if hasattr(optimizer, "players"):  # a `PlayersOptimizer`, of a file
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
        self._check_optimizers(optimizer, discriminator_optimizer)
        optimizer = PlayersOptimizer(
            discriminator_optimizer,
            optimizer,
            self.discriminator.trainable_variables,
        )
        kwargs["auto_scale_loss"] = False
        super().compile(optimizer, **kwargs)

    def _check_optimizers(self, *optimizers):
        if optimizers[0] is optimizers[1]:
            raise ValueError(
                "Expected two optimizers, since each keeps the state of one "
                f"player. Received: the same twice, {optimizers[0]}"
            )
        optimizer = getattr(self, "optimizer", None)
        own = getattr(optimizer, "optimizers", ())
        for optimizer in optimizers:
            if optimizer.built and not any(optimizer is one for one in own):
                raise ValueError(
                    "Expected a new optimizer. Received: one that holds the "
                    f"state of other variables, {optimizer}"
                )
        for network in (self.generator, self.discriminator):
            if not network.trainable_variables:
                raise ValueError(
                    "Expected players that can learn. Received: "
                    f"{network.name!r} without trainable variables; is its "
                    "`trainable` False?"
                )

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
        if self.average is not self.generator:
            move_average(
                self.average,
                self.generator,
                self.num_averaged,
                self.ema_momentum.value,
            )
        self.optimizer.iterations.assign_add(1)
        return self.log(sample_weight, **d_terms, **g_terms)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        d_terms = self.compute_discriminator_terms(x, y, training=False)
        g_terms = self.compute_generator_terms(x, y, training=False)
        return self.log(sample_weight, **d_terms, **g_terms)

    # --- verbs ------------------------------------------------------------

    def sample(self, num_samples, *, labels=None, latents=None, **kwargs):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn evenly if missing.
            latents: Optional array `(num_samples, latent_dim)`, instead of
                draws of the prior.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        if latents is None:
            return super().sample(num_samples, labels=labels, **kwargs)
        if len(latents) != check_count("num_samples", num_samples):
            raise ValueError(
                f"Expected {num_samples} rows of `latents`. "
                f"Received: {len(latents)}"
            )
        with seeded(self, kwargs.pop("seed", None)):
            labels = self.labels_to_draw(labels, num_samples)
        return self.decode(latents, *labels, **kwargs)

    def interpolate(self, z_a, z_b, num_steps=8, y=None):
        """Data on the straight line between two latents.

        Args:
            z_a: Array `(latent_dim,)`, or `(n, latent_dim)` for n pairs.
            z_b: Array like `z_a`.
            num_steps: Int >= 2, points on the line, both ends included.
            y: The label of both, or `(n,)` for n pairs, if the model is
                conditional.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n pairs.
        """
        return self.decode_line(z_a, z_b, num_steps, y)

    def discriminate(self, x, y=None, *, batch_size=256, verbose=0):
        """What the discriminator makes of data: higher means more real.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`: logits, or scores where the loss has no logits.
        """
        return run_in_batches(
            self,
            "compute_discriminate",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            "d_steps": self.d_steps,
            "ema_momentum": setting(self, "ema_momentum"),
            "instance_noise": setting(self, "instance_noise"),
            "data_range": self.data_range,
            "seed": self.seed,
        }


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


def check_players(generator, discriminator, latent_shape, data_shape):
    """Raise a `ValueError` if two networks do not fit each other.

    Args:
        generator: Built `keras.Model`.
        discriminator: Built `keras.Model`.
        latent_shape: Tuple, of what the generator takes beside labels.
        data_shape: Tuple, of what the discriminator takes beside labels.
    """
    if (
        len(latent_shape) != 2
        or generator.output_shape != data_shape
        or discriminator.output_shape[1:] != (1,)
    ):
        raise ValueError(
            "Expected a generator (batch, latent_dim) -> (batch, "
            "*data_shape) and a discriminator (batch, *data_shape) -> "
            "(batch, 1). Received: generator "
            f"{generator.input_shape} -> {generator.output_shape}, "
            f"discriminator {discriminator.input_shape} -> "
            f"{discriminator.output_shape}"
        )


def refuse_batch_normalization(network):
    """Raise a `ValueError` if a network mixes the examples of a batch."""
    for weight in network.non_trainable_weights:
        if weight.name == "moving_mean":
            raise ValueError(
                "Expected a discriminator without batch normalisation, which "
                "makes the gradient at one example depend on the others. "
                f"Received: a layer with the weight {weight.path!r}"
            )
