"""Two virtual devices, and the copies of a model's state on them."""

import functools

import keras
import numpy as np
import pytest

BACKEND = keras.backend.backend()


@functools.cache
def two_devices_scope():
    """The scope in which models are built for two devices.

    One for a whole process: TensorFlow mixes up the sums over devices of a
    second strategy with those of the first.
    """
    if BACKEND == "jax":
        devices = keras.distribution.list_devices("cpu")
        assert len(devices) == 2
        return keras.distribution.DataParallel(devices=devices).scope
    if BACKEND == "tensorflow":
        import tensorflow as tf

        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        assert strategy.num_replicas_in_sync == 2
        return strategy.scope
    pytest.skip("Keras distributes over devices on JAX and TensorFlow.")


def copies(variable):
    """The values of a variable on the devices; on JAX they are one array."""
    value = variable.value
    if BACKEND == "jax":
        return [np.asarray(shard.data) for shard in value.addressable_shards]
    return [component.numpy() for component in value.values]
