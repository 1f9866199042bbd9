"""How the sides that call `fit` take turns."""

import keras
from common import Clock


class Turns(keras.callbacks.Callback):
    """Waits for its turn before each epoch.

    Args:
        loss: String, the log to report.
    """

    def __init__(self, loss="loss"):
        super().__init__()
        self.loss = loss
        self.clock = Clock()

    def on_epoch_begin(self, epoch, logs=None):
        self.clock.begin()

    def on_epoch_end(self, epoch, logs=None):
        self.clock.end(logs[self.loss])
