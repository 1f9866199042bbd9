"""The same spline flow in raw JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from common import BATCH_SIZE
from common import shuffled_batches
from gan_common import serve
from spline_common import ADAM_EPSILON
from spline_common import BETA_1
from spline_common import BETA_2
from spline_common import BOUND
from spline_common import DIM
from spline_common import LEAST
from spline_common import NUM_BINS
from spline_common import NUM_STEPS
from spline_common import RATE
from spline_common import degrees
from spline_common import rows
from spline_common import weights


def masks(reverse):
    first, *hidden, last = degrees()
    if reverse:
        first, last = DIM - 1 - first, DIM - 1 - last
    before, after = [first, *hidden], [*hidden, last]
    return [
        (b >= a[:, None] if i < len(hidden) else b > a[:, None]).astype(
            "float32"
        )
        for i, (a, b) in enumerate(zip(before, after, strict=True))
    ]


MASKS = [masks(i % 2 == 1) for i in range(len(weights()))]


def spline(x, parameters):
    """Durkan et al., eq. 4 and 5, as they stand."""
    w, h, d = jnp.split(parameters, (NUM_BINS, 2 * NUM_BINS), axis=-1)

    def knots(raw):
        shares = LEAST + (1 - LEAST * NUM_BINS) * jax.nn.softmax(raw)
        sizes = 2 * BOUND * shares
        return sizes, jnp.cumsum(sizes, axis=-1) - sizes - BOUND

    widths, xs = knots(w)
    heights, ys = knots(h)
    d = LEAST + jax.nn.softplus(d + np.log(np.expm1(1 - LEAST)))
    d = jnp.pad(d, [(0, 0), (0, 0), (1, 1)], constant_values=1.0)
    inside = jnp.abs(x) < BOUND
    value = jnp.clip(x, -BOUND, BOUND)[..., None]
    index = jnp.sum(value >= xs[..., 1:], axis=-1, keepdims=True)

    def pick(values):
        return jnp.take_along_axis(values, index, axis=-1)[..., 0]

    w, h = pick(widths), pick(heights)
    d0, d1 = pick(d[..., :-1]), pick(d[..., 1:])
    t = jnp.clip((value[..., 0] - pick(xs)) / w, 0, 1)
    s = h / w
    below = s + (d0 + d1 - 2 * s) * t * (1 - t)
    z = pick(ys) + h * (s * t**2 + d0 * t * (1 - t)) / below
    slope = d1 * t**2 + 2 * s * t * (1 - t) + d0 * (1 - t) ** 2
    log_slope = 2 * jnp.log(s) + jnp.log(slope) - 2 * jnp.log(below)
    return jnp.where(inside, z, x), jnp.where(inside, log_slope, 0.0)


def loss_fn(params, x):
    log_det = jnp.zeros(len(x))
    for (shift, log_scale, layers), parts in zip(params, MASKS, strict=True):
        x = (x + shift) * jnp.exp(log_scale)
        log_det += jnp.sum(log_scale)
        units = x
        for i, ((kernel, bias), mask) in enumerate(
            zip(layers, parts, strict=True)
        ):
            units = units @ (kernel * mask) + bias
            if i < len(layers) - 1:
                units = jax.nn.relu(units)
        x, log_slope = spline(x, units.reshape(len(x), DIM, -1))
        log_det += jnp.sum(log_slope, axis=-1)
    log_normal = -0.5 * jnp.sum(x**2, axis=-1) - 0.5 * DIM * np.log(2 * np.pi)
    return -jnp.mean(log_normal + log_det)


def descend(params, moments, n, x):
    """A step of Adam, the n-th from 0."""
    loss, gradient = jax.value_and_grad(loss_fn)(params, x)
    m, v = moments
    m = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g**2, v, gradient)
    rate = RATE * jnp.sqrt(1 - BETA_2 ** (n + 1)) / (1 - BETA_1 ** (n + 1))
    params = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + ADAM_EPSILON),
        params,
        m,
        v,
    )
    return loss, (params, (m, v), n + 1)


def start():
    params = [
        (jnp.zeros(DIM), jnp.zeros(DIM), jax.tree.map(jnp.array, layers))
        for layers in weights()
    ]
    zeros = [jax.tree.map(jnp.zeros_like, params) for _ in range(2)]
    return params, tuple(zeros), jnp.zeros(())


x = rows(NUM_STEPS["spline"] * BATCH_SIZE)
batch = x[:BATCH_SIZE]
first, after = descend(*start(), batch)
losses = float(first), float(loss_fn(after[0], batch))
state, rng = start(), np.random.default_rng(0)
step = jax.jit(descend, donate_argnums=(0, 1, 2))


def epoch():
    global state
    total = jnp.zeros(())
    for batch in shuffled_batches(x, rng):
        loss, state = step(*state, batch)
        total += loss * len(batch)
    return float(total) / len(x)


serve(sum(p.size for p in jax.tree.leaves(state[0])), losses, epoch)
