"""The same flow matching in raw JAX."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
from common import BATCH_SIZE
from common import shuffled_batches
from flow_common import ADAM_EPSILON
from flow_common import BETA_1
from flow_common import BETA_2
from flow_common import EMA_MOMENTUM
from flow_common import EPSILON
from flow_common import FILTERS
from flow_common import GROUPS
from flow_common import HIDDEN_UNITS
from flow_common import PACK
from flow_common import RATE
from flow_common import SHAPE
from flow_common import UNITS
from flow_common import draws
from flow_common import images
from flow_common import weights
from gan_common import serve
from jax.nn import silu

CONV = ("NHWC", "HWIO", "NHWC")


def conv(x, pair, stride=1):
    kernel, bias = pair
    return bias + jax.lax.conv_general_dilated(
        x, kernel, (stride, stride), "SAME", dimension_numbers=CONV
    )


def dense(x, pair):
    kernel, bias = pair
    return x @ kernel + bias


def normalize(x, pair):
    """Of groups: the sums of channels first, which is fastest."""

    def mean(values):
        values = jnp.mean(values, (1, 2)).reshape(-1, GROUPS, size)
        return jnp.mean(values, 2, keepdims=True)

    channels = x.shape[-1]
    size = channels // GROUPS
    scale, offset = (p.reshape(GROUPS, size) for p in pair)
    center = mean(x)
    variance = mean(x * x) - center**2
    factor = scale * jax.lax.rsqrt(variance + EPSILON)
    offset = offset - center * factor
    factor, offset = (a.reshape(-1, 1, 1, channels) for a in (factor, offset))
    return x * factor + offset


def embed(t, denses):
    steps = jnp.arange(UNITS // 2) / (UNITS // 2 - 1)
    angles = 1000 * t[:, None] * 1e-4**steps
    waves = jnp.concatenate([jnp.sin(angles), jnp.cos(angles)], -1)
    return silu(dense(silu(dense(waves, next(denses))), next(denses)))


def block(x, condition, convs, denses, norms):
    h = conv(silu(normalize(x, next(norms))), next(convs))
    scale, shift = (
        dense(condition, next(denses))[:, None, None] for _ in range(2)
    )
    h = normalize(h, next(norms))
    h = silu(h + h * scale + shift)
    if x.shape[-1] != h.shape[-1]:
        x = conv(x, next(convs))
    return x + conv(h, next(convs))


def unet(params, x, t):
    convs, denses, norms = map(iter, params)
    condition = embed(t, denses)
    rows, columns = (side // PACK for side in SHAPE[:2])
    x = x.reshape(-1, rows, PACK, columns, PACK).swapaxes(2, 3)
    x = conv(x.reshape(-1, rows, columns, PACK**2), next(convs))
    across = []
    for level in range(len(FILTERS)):
        if level:
            x = conv(x, next(convs), 2)
        x = block(x, condition, convs, denses, norms)
        across.append(x)
    while across:
        before = across.pop()
        if x is not before:  # not the deepest
            _, height, width, _ = before.shape
            x = x.repeat(2, 1).repeat(2, 2)[:, :height, :width]
            x = conv(x, next(convs))
        x = jnp.concatenate([x, before], -1)
        x = block(x, condition, convs, denses, norms)
    x = conv(silu(normalize(x, next(norms))), next(convs))
    x = x.reshape(-1, rows, columns, PACK, PACK).swapaxes(2, 3)
    return x.reshape(-1, *SHAPE)


def mlp(params, x, t):
    denses = iter(params[1])
    condition = embed(t, denses)
    x = x.reshape(len(x), -1)
    for _ in HIDDEN_UNITS:
        h = silu(dense(x, next(denses)) + dense(condition, next(denses)))
        x = x + h if x.shape == h.shape else h
    return dense(x, next(denses)).reshape(-1, *SHAPE)


name = sys.argv[1]
network = unet if name == "unet" else mlp


def loss_fn(params, x, t, noise):
    x, share = 2 * x - 1, t[:, None, None, None]
    velocity = network(params, (1 - share) * x + share * noise, t)
    return jnp.mean(jnp.sum((velocity - (noise - x)) ** 2, (1, 2, 3)))


def descend(params, moments, average, n, x, t, noise):
    """A step of Adam and of the average, the n-th from 0."""
    loss, grads = jax.value_and_grad(loss_fn)(params, x, t, noise)
    tree = jax.tree.map
    m, v = moments
    m = tree(lambda m, g: m + (1 - BETA_1) * (g - m), m, grads)
    v = tree(lambda v, g: v + (1 - BETA_2) * (g * g - v), v, grads)
    rate = RATE * jnp.sqrt(1 - BETA_2 ** (n + 1)) / (1 - BETA_1 ** (n + 1))
    params = tree(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + ADAM_EPSILON),
        params,
        m,
        v,
    )
    momentum = jnp.minimum(EMA_MOMENTUM, (1 + n) / (10 + n))
    average = tree(lambda a, p: a + (1 - momentum) * (p - a), average, params)
    return loss, (params, (m, v), average, n + 1)


def step(state, key, total, x):
    key, t_key, noise_key = jax.random.split(key, 3)
    places = jnp.arange(len(x)) / len(x)
    t = (jax.random.uniform(t_key) + places) % 1
    noise = jax.random.normal(noise_key, x.shape)
    loss, state = descend(*state, x, t, noise)
    return state, key, total + loss * len(x)


def start():
    params = jax.tree.map(jnp.array, weights(name))
    moments = tuple(jax.tree.map(jnp.zeros_like, params) for _ in range(2))
    return params, moments, jax.tree.map(jnp.copy, params), jnp.zeros(())


x = images(name)
state, key, rng = start(), jax.random.key(0), np.random.default_rng(0)
t, noise = draws()
output = network(state[0], noise[:4], t[:4])
batch = x[:BATCH_SIZE], t, noise
first, after = jax.jit(descend)(*state, *batch)
losses = first, loss_fn(after[0], *batch), loss_fn(after[2], *batch)
step = jax.jit(step, donate_argnums=(0, 1, 2))


def epoch():
    global state, key
    total = jnp.zeros(())
    for batch in shuffled_batches(x, rng):
        state, key, total = step(state, key, total, batch)
    return float(total) / len(x)


numbers = map(float, [*losses, *np.ravel(output)])
serve(sum(p.size for p in jax.tree.leaves(state[0])), numbers, epoch)
