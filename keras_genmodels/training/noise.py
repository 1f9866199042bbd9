"""Draws inside of a loop that a backend compiles."""

import keras


def noise_in_loop(generator, state, shape, dtype, draw=keras.random.normal):
    """Random numbers, and how far the stream of noise has come.

    In a loop of JAX a stream cannot be moved on by assignment: what is assigned
    in the body would leave it as a stand-in for a value. So the state of the
    generator is carried through the loop like everything else that changes.

    Args:
        generator: `keras.random.SeedGenerator`.
        state: Tensor like `generator.state`.
        shape: Tuple of ints.
        dtype: String.
        draw: `keras.random.normal`, the default, or `keras.random.uniform`.

    Returns:
        `(noise, state)`.
    """
    with keras.StatelessScope([(generator.state, state)]) as scope:
        noise = draw(shape, dtype=dtype, seed=generator)
    return noise, scope.get_current_value(generator.state)
