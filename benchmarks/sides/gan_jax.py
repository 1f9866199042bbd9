"""The same DCGAN in raw JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from common import shuffled_batches
from gan_common import ADAM_EPSILON
from gan_common import BATCH_SIZE
from gan_common import BETA_1
from gan_common import BETA_2
from gan_common import EMA_MOMENTUM
from gan_common import EPSILON
from gan_common import LATENT_DIM
from gan_common import MOMENTUM
from gan_common import RATE
from gan_common import images
from gan_common import latents
from gan_common import serve
from gan_common import weights

CONV = ("NHWC", "HWIO", "NHWC")


def conv(x, kernel):
    return jax.lax.conv_general_dilated(
        x, kernel, (2, 2), "SAME", dimension_numbers=CONV
    )


def conv_transpose(x, kernel):
    return jax.lax.conv_transpose(
        x,
        kernel,
        (2, 2),
        "SAME",
        dimension_numbers=CONV,
        transpose_kernel=True,
    )


def normalize(x, scale, offset, moving):
    """By the batch's statistics; also returns the moving averages."""
    axes = tuple(range(x.ndim - 1))
    now = jnp.mean(x, axes), jnp.var(x, axes)
    moving = [
        m + (1 - MOMENTUM) * (n - m) for m, n in zip(moving, now, strict=True)
    ]
    mean, variance = now
    factor = scale * jax.lax.rsqrt(variance + EPSILON)
    return x * factor + (offset - mean * factor), moving


def generate(params, moving, z):
    x = (z @ params[0]).reshape(-1, 7, 7, 128)
    x, first = normalize(x, params[1], params[2], moving[:2])
    x = conv_transpose(jax.nn.relu(x), params[3])
    x, second = normalize(x, params[4], params[5], moving[2:])
    x = conv_transpose(jax.nn.relu(x), params[6]) + params[7]
    return jax.nn.sigmoid(x), first + second


def discriminate(params, moving, x):
    x = jax.nn.leaky_relu(conv(x, params[0]) + params[1], 0.2)
    x, moving = normalize(conv(x, params[2]), params[3], params[4], moving)
    x = jax.nn.leaky_relu(x, 0.2).reshape(len(x), -1)
    return (x @ params[5] + params[6])[:, 0], moving


def d_loss_fn(d, d_moving, g, g_moving, x, z):
    fakes, _ = generate(g, g_moving, z)
    real, d_moving = discriminate(d, d_moving, x)
    fake, d_moving = discriminate(d, d_moving, fakes)
    loss = jnp.mean(jax.nn.softplus(-real) + jax.nn.softplus(fake))
    return loss, d_moving


def g_loss_fn(g, g_moving, d, d_moving, z):
    fakes, g_moving = generate(g, g_moving, z)
    fake, _ = discriminate(d, d_moving, fakes)
    return jnp.mean(jax.nn.softplus(-fake)), g_moving


def adam(params, grads, moments, t):
    rate = RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    m, v = moments
    m = [m + (1 - BETA_1) * (g - m) for m, g in zip(m, grads, strict=True)]
    v = [v + (1 - BETA_2) * (g * g - v) for v, g in zip(v, grads, strict=True)]
    params = [
        p - rate * m / (jnp.sqrt(v) + ADAM_EPSILON)
        for p, m, v in zip(params, m, v, strict=True)
    ]
    return params, (m, v)


def step(state, x):
    g, g_moving, d, d_moving, g_moments, d_moments, average, t, key, sums = (
        state
    )
    key, d_key, g_key = jax.random.split(key, 3)
    t = t + 1
    z = jax.random.normal(d_key, (len(x), LATENT_DIM))
    (d_loss, d_moving), grads = jax.value_and_grad(d_loss_fn, has_aux=True)(
        d, d_moving, g, g_moving, x, z
    )
    d, d_moments = adam(d, grads, d_moments, t)
    z = jax.random.normal(g_key, (len(x), LATENT_DIM))
    (g_loss, g_moving), grads = jax.value_and_grad(g_loss_fn, has_aux=True)(
        g, g_moving, d, d_moving, z
    )
    g, g_moments = adam(g, grads, g_moments, t)
    average = [
        a + (1 - EMA_MOMENTUM) * (w - a)
        for a, w in zip(average, g + g_moving, strict=True)
    ]
    sums = sums + jnp.stack([d_loss, g_loss]) * len(x)
    return g, g_moving, d, d_moving, g_moments, d_moments, average, t, key, sums


def split(arrays, moving):
    """Trained weights, and the moving averages, which are at `moving`."""
    trained = [jnp.array(a) for i, a in enumerate(arrays) if i not in moving]
    return trained, [jnp.array(arrays[i]) for i in moving]


def moments(params):
    return tuple([jnp.zeros_like(p) for p in params] for _ in range(2))


x = images()
rng = np.random.default_rng(0)
arrays = weights()
g, g_moving = split(arrays[0], [3, 4, 8, 9])
d, d_moving = split(arrays[1], [5, 6])
z = latents()
losses = (
    d_loss_fn(d, d_moving, g, g_moving, x[:BATCH_SIZE], z)[0],
    g_loss_fn(g, g_moving, d, d_moving, z)[0],
)
average = [jnp.copy(a) for a in g + g_moving]
state = (
    *(g, g_moving, d, d_moving, moments(g), moments(d), average),
    *(jnp.zeros(()), jax.random.key(0), jnp.zeros(2)),
)
step = jax.jit(step, donate_argnums=0)


def epoch():
    global state
    state = (*state[:-1], jnp.zeros(2))
    for batch in shuffled_batches(x, rng, BATCH_SIZE):
        state = step(state, batch)
    return float(state[-1][0]) / len(x)


serve(sum(a.size for part in arrays for a in part), map(float, losses), epoch)
