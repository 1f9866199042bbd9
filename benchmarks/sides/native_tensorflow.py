"""The same VAE in raw TensorFlow."""

import numpy as np
import tensorflow as tf
from common import BATCH_SIZE
from common import BIASES
from common import KERNELS
from common import serve


def glorot(*shape):
    receptive = np.prod(shape[:-2])
    limit = np.sqrt(6 / (receptive * (shape[-1] + shape[-2])))
    return tf.Variable(tf.random.uniform(shape, -limit, limit))


def init(network):
    shapes = zip(KERNELS[network], BIASES[network], strict=True)
    return [(glorot(*s), tf.Variable(tf.zeros(o))) for s, o in shapes]


def dense(layer, x):
    return tf.matmul(x, layer[0]) + layer[1]


def conv(layer, x, stride):
    return tf.nn.bias_add(tf.nn.conv2d(x, layer[0], stride, "SAME"), layer[1])


def conv_transpose(layer, x, size):
    shape = (tf.shape(x)[0], size, size, layer[0].shape[2])
    return tf.nn.bias_add(
        tf.nn.conv2d_transpose(x, layer[0], shape, 2, "SAME"), layer[1]
    )


def encode(network, layers, x):
    if network == "dense":
        return dense(
            layers[1], tf.nn.relu(dense(layers[0], tf.reshape(x, (-1, 784))))
        )
    hidden = tf.nn.relu(conv(layers[0], x, 2))
    hidden = tf.nn.relu(conv(layers[1], hidden, 2))
    return dense(layers[2], tf.reshape(hidden, (-1, 784)))


def decode(network, layers, z):
    if network == "dense":
        logits = dense(layers[3], tf.nn.relu(dense(layers[2], z)))
        return tf.reshape(logits, (-1, 28, 28, 1))
    hidden = tf.reshape(tf.nn.relu(dense(layers[3], z)), (-1, 7, 7, 16))
    hidden = tf.nn.relu(conv_transpose(layers[4], hidden, 14))
    hidden = tf.nn.relu(conv_transpose(layers[5], hidden, 28))
    return conv(layers[6], hidden, 1)


def make_epoch(network, x):
    layers = init(network)
    variables = [variable for layer in layers for variable in layer]
    m, v = (
        [tf.Variable(tf.zeros_like(w)) for w in variables] for _ in range(2)
    )
    t, total = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = tf.split(encode(network, layers, x), 2, axis=-1)
            noise = tf.random.normal(tf.shape(mean))
            z = mean + tf.exp(0.5 * log_var) * noise
            logits = decode(network, layers, z)
            reconstruction = tf.reduce_sum(
                tf.nn.softplus(logits) - x * logits, (1, 2, 3)
            )
            kl = 0.5 * tf.reduce_sum(
                mean**2 + tf.math.expm1(log_var) - log_var, 1
            )
            loss = tf.reduce_mean(reconstruction + kl)
        t.assign_add(1.0)
        rate = 1e-3 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        grads = tape.gradient(loss, variables)
        for w, g, m_w, v_w in zip(variables, grads, m, v, strict=True):
            m_w.assign_add(0.1 * (g - m_w))
            v_w.assign_add(0.001 * (g * g - v_w))
            w.assign_sub(rate * m_w / (tf.sqrt(v_w) + 1e-7))
        total.assign_add(loss * tf.cast(tf.shape(x)[0], tf.float32))

    data = (
        tf.data.Dataset.from_tensor_slices(x)
        .shuffle(len(x))
        .batch(BATCH_SIZE)
        .prefetch(tf.data.AUTOTUNE)
    )

    def epoch():
        total.assign(0.0)
        for batch in data:
            step(batch)
        return float(total) / len(x)

    return epoch


serve(make_epoch)
