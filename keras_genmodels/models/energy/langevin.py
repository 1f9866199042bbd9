"""Langevin dynamics: downhill, and shaken.

From x, a step of size eta goes half of it down the slope of the energy and adds
normal noise,

    x' = x - eta/2 grad E(x) + sqrt(eta) eps.

For small steps its states are those of p(x) = exp(-E(x)) / Z in the long run,
whatever Z is. For steps that are not small they are a little off: of a normal
with covariance S, theirs is S (1 - eta S^-1 / 4)^-1. The Metropolis-Hastings
rule puts that right. It stays at x unless a uniform number is below

    p(x') q(x | x') / (p(x) q(x' | x)),

q being the density of a step.

Reference: Roberts & Tweedie, 1996, https://doi.org/10.2307/3318418.
"""

import math

import keras
from keras import ops

from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.noise_path import column
from keras_genmodels.training import noise_in_loop


def langevin_chain(
    score,
    x,
    generator,
    *,
    num_steps,
    step_size,
    energy=None,
    data_range=None,
    unknown=None,
):
    """Take steps of Langevin dynamics.

    Args:
        score: Function from a tensor like `x` to another, -grad E(x).
        x: Tensor `(batch, ...)`, where the chains are.
        generator: `keras.random.SeedGenerator`, which is moved on.
        num_steps: Int >= 0.
        step_size: Float > 0, eta.
        energy: Optional function from a tensor like `x` to `(batch,)`, nats.
            With it the Metropolis-Hastings rule decides on each step.
        data_range: Optional `(low, high)`. Beyond it the density is 0: a step
            that leads there is not accepted, or, without `energy`, cut off.
        unknown: Optional bool tensor like `x`: which values may move.

    Returns:
        `(x, accepted)`: a tensor like `x`, and the share of the steps that were
        taken, `(batch,)`.
    """

    def descend(x):
        """Where half a step down the slope of the energy leads."""
        return x + 0.5 * step_size * score(x)

    def step(_, carried):
        x, here, accepted, state = carried
        noise, state = noise_in_loop(generator, state, ops.shape(x), x.dtype)
        middle = descend(x) if energy is None else here[0]
        new = middle + math.sqrt(step_size) * noise
        if unknown is not None:
            new = ops.where(unknown, new, x)
        if data_range is not None and energy is None:
            new = ops.clip(new, *data_range)
        taken = ops.ones_like(accepted, dtype="bool")
        if energy is not None:
            uniform, state = noise_in_loop(
                generator,
                state,
                ops.shape(accepted),
                x.dtype,
                keras.random.uniform,
            )
            there = descend(new), energy(new)
            back, forth = new - middle, x - there[0]
            if unknown is not None:
                back, forth = (
                    ops.where(unknown, way, 0.0) for way in (back, forth)
                )
            squares = ops.square(back) - ops.square(forth)
            log_ratio = here[1] - there[1]
            log_ratio += sum_per_example(squares) / (2.0 * step_size)
            taken = ops.log(uniform) < log_ratio
            if data_range is not None:
                low, high = data_range
                inside = ops.logical_and(new >= low, new <= high)
                inside = ops.all(inside, axis=tuple(range(1, len(x.shape))))
                taken = ops.logical_and(taken, inside)
            new = ops.where(column(taken, x), new, x)
            here = (
                ops.where(column(taken, x), there[0], middle),
                ops.where(taken, there[1], here[1]),
            )
        accepted = accepted + ops.cast(taken, x.dtype)
        return ops.stop_gradient(new), here, accepted, state

    state = ops.convert_to_tensor(generator.state)
    accepted = ops.zeros_like(sum_per_example(x))
    # What a step would compute of its beginning, the one before knows.
    here = () if energy is None else (descend(x), energy(x))
    x, _, accepted, state = ops.fori_loop(
        0, num_steps, step, (x, here, accepted, state)
    )
    generator.state.assign(state)
    return x, accepted / max(num_steps, 1)
