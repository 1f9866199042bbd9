"""The same VAE in raw JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from common import BIASES
from common import KERNELS
from common import serve
from common import shuffled_batches

CONV = ("NHWC", "HWIO", "NHWC")


def glorot(key, shape):
    return jax.nn.initializers.glorot_uniform()(key, shape)


def init(network, key):
    keys = jax.random.split(key, len(KERNELS[network]))
    shapes = zip(keys, KERNELS[network], BIASES[network], strict=True)
    return [(glorot(k, s), jnp.zeros(o)) for k, s, o in shapes]


def dense(layer, x):
    return x @ layer[0] + layer[1]


def conv(layer, x, stride):
    return layer[1] + jax.lax.conv_general_dilated(
        x, layer[0], (stride, stride), "SAME", dimension_numbers=CONV
    )


def conv_transpose(layer, x):
    return layer[1] + jax.lax.conv_transpose(
        x,
        layer[0],
        (2, 2),
        "SAME",
        dimension_numbers=CONV,
        transpose_kernel=True,
    )


def encode(network, params, x):
    if network == "dense":
        hidden = jax.nn.relu(dense(params[0], x.reshape(len(x), -1)))
        return dense(params[1], hidden)
    hidden = jax.nn.relu(conv(params[0], x, 2))
    hidden = jax.nn.relu(conv(params[1], hidden, 2))
    return dense(params[2], hidden.reshape(len(x), -1))


def decode(network, params, z):
    if network == "dense":
        hidden = jax.nn.relu(dense(params[2], z))
        return dense(params[3], hidden).reshape(-1, 28, 28, 1)
    hidden = jax.nn.relu(dense(params[3], z)).reshape(-1, 7, 7, 16)
    hidden = jax.nn.relu(conv_transpose(params[4], hidden))
    hidden = jax.nn.relu(conv_transpose(params[5], hidden))
    return conv(params[6], hidden, 1)


def loss_fn(params, network, key, x):
    mean, log_var = jnp.split(encode(network, params, x), 2, axis=-1)
    noise = jax.random.normal(key, mean.shape)
    logits = decode(network, params, mean + jnp.exp(0.5 * log_var) * noise)
    reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits, (1, 2, 3))
    kl = 0.5 * jnp.sum(mean**2 + jnp.expm1(log_var) - log_var, 1)
    return jnp.mean(reconstruction + kl)


def make_epoch(network, x):
    def step(state, x):
        params, m, v, t, key, total = state
        key, draw = jax.random.split(key)
        loss, grads = jax.value_and_grad(loss_fn)(params, network, draw, x)
        t = t + 1
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        m = jax.tree.map(lambda m, g: m + 0.1 * (g - m), m, grads)
        v = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), v, grads)
        params = jax.tree.map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v
        )
        return params, m, v, t, key, total + loss * len(x)

    step = jax.jit(step, donate_argnums=0)
    params = init(network, jax.random.key(0))
    zeros = [jax.tree.map(jnp.zeros_like, params) for _ in range(2)]
    state = (params, *zeros, jnp.zeros(()), jax.random.key(1), jnp.zeros(()))
    rng = np.random.default_rng(0)

    def epoch():
        nonlocal state
        state = (*state[:-1], jnp.zeros(()))
        for batch in shuffled_batches(x, rng):
            state = step(state, batch)
        return float(state[-1]) / len(x)

    return epoch


serve(make_epoch)
