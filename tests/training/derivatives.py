"""What the tests of derivatives share."""

import keras
import numpy as np
from keras import layers
from keras import ops
from training.models import DIM
from training.models import plain_network

from keras_genmodels.training import portable_step

BACKEND = keras.backend.backend()
SLOPES = np.linspace(0.5, 1.5, DIM, dtype="float32")


def array(tensor):
    if hasattr(tensor, "detach"):
        tensor = tensor.detach()
    return ops.convert_to_numpy(tensor)


def batch_norm():
    """BatchNormalization with statistics that one call changes by half."""
    layer = layers.BatchNormalization(momentum=0.5, epsilon=1e-3)
    layer.build((None, DIM))
    return layer


class Step(keras.Model):
    """Runs `fn(model, x)`, which returns a scalar, as one training step."""

    def __init__(self, fn, network=None):
        super().__init__()
        self.fn = fn
        self.network = network or plain_network()
        self.value = keras.metrics.Mean(name="value")
        self.built = True

    @property
    def metrics(self):
        return [self.value]

    def call(self, x):
        return self.network(x)

    @portable_step
    def train_step(self, data):
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        self.value.update_state(self.fn(self, x))
        return self.get_metrics_result()

    test_step = train_step


def in_fit(fn, x, network=None, run_eagerly=False):
    model = Step(fn, network)
    model.compile(optimizer=keras.optimizers.SGD(0.1), run_eagerly=run_eagerly)
    logs = model.fit(x, batch_size=len(x), shuffle=False, verbose=0)
    return logs.history["value"][0]
