"""An average of a network's weights over its training."""

import keras
from keras import ops


def averaged_copy(network):
    """A copy of a network, with its weights, that is not trained.

    Args:
        network: Built Functional `keras.Model`.
    """
    average = keras.models.clone_model(network)
    average.set_weights(network.get_weights())
    average.trainable = False
    return average


def move_average(average, network, num_averaged, momentum):
    """Move an exponential moving average on by one step.

    After n steps its momentum is min(`momentum`, (1 + n) / (10 + n)): smaller
    at first, or the average would be of initial weights mostly.

    Args:
        average: `keras.Model`, of `averaged_copy`.
        network: `keras.Model` in training.
        num_averaged: `keras.Variable` of the steps so far, moved on by one.
        momentum: Float tensor `()`.
    """
    n = num_averaged.value
    momentum = ops.minimum(momentum, (1 + n) / (10 + n))
    for old, new in zip(average.weights, network.weights, strict=True):
        old.assign(old.value + (1 - momentum) * (new.value - old.value))
    num_averaged.assign(n + 1)
