"""Small models with all kinds of state, written by `portable_step` and without.

Their networks start with the same weights each time, on every backend.
"""

import keras
import numpy as np
from keras import layers
from keras import ops

import keras_genmodels as kgm
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step

DIM = 4


def data(rows=44, seed=0):
    """Correlated rows in (0, 1), `(rows, DIM)`, float32."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, DIM)) @ rng.normal(size=(DIM, DIM))
    return (1 / (1 + np.exp(-x))).astype("float32")


def with_weights(network, seed=0):
    """Give a network small normal weights, except BatchNormalization."""
    rng = np.random.default_rng(seed)
    for layer in network.layers:
        if isinstance(layer, layers.Dense):
            layer.set_weights(
                [rng.normal(0, 0.5, w.shape) for w in layer.get_weights()]
            )
    return network


@keras.saving.register_keras_serializable("toy")
class Noise(layers.Layer):
    """Adds normal noise, in training, of the precision of its input."""

    def __init__(self, seed=3, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if not training:
            return x
        return x + 0.1 * keras.random.normal(
            ops.shape(x), dtype=x.dtype, seed=self.seed_generator
        )


def noisy_network():
    """All that keeps state: BatchNormalization, Dropout, a seed generator."""
    return with_weights(
        keras.Sequential(
            [
                keras.Input((DIM,)),
                layers.Dense(6, "tanh", kernel_initializer="zeros"),
                layers.BatchNormalization(),
                layers.Dropout(0.3, seed=1),
                Noise(),
                layers.Dense(DIM, kernel_initializer="zeros"),
            ]
        )
    )


def plain_network(units=DIM, name="plain"):
    """Dense layers only: no state, no noise."""
    return with_weights(
        keras.Sequential(
            [
                keras.Input((DIM,)),
                layers.Dense(
                    6, "tanh", kernel_initializer="zeros", name=f"{name}_hidden"
                ),
                layers.Dense(
                    units, kernel_initializer="zeros", name=f"{name}_output"
                ),
            ],
            name=name,
        )
    )


class Portable(kgm.GenerativeModel):
    """Reconstructs its input; one training step for all backends."""

    def __init__(self, network):
        super().__init__((DIM,), seed=0)
        self.network = network
        self.built = True

    def call(self, x, training=False):
        return self.network(x, training=training)

    def compute_loss_value(self, x, training):
        y = self.network(x, training=training)
        return ops.mean(ops.square(ops.cast(y, "float32") - x))

    @portable_step
    def train_step(self, data):
        x, _, _ = self.unpack(data)
        loss = minimize(
            lambda: self.compute_loss_value(x, training=True),
            self.trainable_variables,
            self.optimizer,
        )
        return self.log_loss(loss, x)

    @portable_step
    def test_step(self, data):
        x, _, _ = self.unpack(data)
        return self.log_loss(self.compute_loss_value(x, training=False), x)

    def log_loss(self, loss, x):
        return self.log(ops.shape(x)[0], loss=loss)

    # For the tests of `run_in_batches`.

    def compute_noisy(self, x):
        return x + keras.random.normal(ops.shape(x), seed=self.seed_generator)

    def compute_sample(self, num_samples, scale=1.0):
        noise = keras.random.normal(
            (num_samples, DIM), seed=self.seed_generator
        )
        return scale * self.network(noise, training=False)


class Logged(kgm.GenerativeModel):
    """Logs a loss per row, `values(model, x, training)`, and descends it."""

    def __init__(self, values, network=None):
        super().__init__((DIM,))
        self.values = values
        self.network = network or plain_network()
        self.anchor = self.add_weight(name="anchor")  # always to be trained
        self.built = True

    def call(self, x, training=False):
        return self.network(x, training=training)

    @portable_step
    def train_step(self, data):
        x, _, weight = self.unpack(data)

        def objective():
            loss = self.values(self, x, True)
            return self.mean_loss(loss, weight) + 0 * self.anchor, loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(weight, loss=loss)

    @portable_step
    def test_step(self, data):
        x, _, weight = self.unpack(data)
        return self.log(weight, loss=self.values(self, x, False))


def fit_logged(model, x, rate=0.1, callbacks=(), **options):
    """Epoch logs of the loss, with SGD, in batches of 4."""
    model.compile(optimizer=keras.optimizers.SGD(rate))
    return model.fit(
        x,
        batch_size=4,
        shuffle=False,
        verbose=0,
        callbacks=list(callbacks),
        **options,
    ).history


def error(model, x, training):
    """Squared error of the reconstruction, per row."""
    y = model.network(x, training=training)
    return ops.mean(ops.square(y - x), axis=1)


def weights(model):
    """All weights as one float64 vector."""
    return np.concatenate(
        [np.ravel(w).astype("float64") for w in model.get_weights()]
    )
