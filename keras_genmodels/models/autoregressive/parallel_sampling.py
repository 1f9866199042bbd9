"""Draw all values of an example at once, again and again, until they agree.

A value of an autoregressive model is a function of the values before it and of
noise of its own. With the noise of all values drawn beforehand, an example is
the only solution of

    x_i = f_i(x_1, ..., x_{i-1}, noise_i)   for all i.

One pass of the network computes all right-hand sides. Passes over everything,
from any start, reach the solution after as many passes as there are values at
the latest, since after k passes the first k values are final; they are done
when a pass changes nothing, mostly much sooner. Ancestral sampling, which lets
pass k change value k only, solves the same equations: the results are equal.

References: Song et al., 2021, https://arxiv.org/abs/2002.03629, algorithm 1
(Jacobi iteration); Wiggers & Hoogeboom, 2020, https://arxiv.org/abs/2002.09928.
"""

import math

from keras import ops


def solve_equations(draw, x, unknown, rank, width):
    """Renew unknown values until all equations hold.

    Args:
        draw: Function of a tensor like `x` that returns f, all right-hand
            sides.
        x: Tensor `(batch, ...)`, the start.
        unknown: Bool tensor like `x`, the values to be renewed. The others are
            given, and stay.
        rank: Int array or tensor `(1, ...)`, otherwise like `x`: the number of
            each value in the order of prediction, from 0.
        width: Int tensor `()`: pass k renews the values k to k + width - 1.
            One value at a time for 1; everything, if it is their number.

    Returns:
        The solution, and the number of passes, an int tensor `()`.
    """
    num_values = math.prod(rank.shape)
    rank = ops.convert_to_tensor(rank, dtype="int32")

    def unsettled(k, x, changed):
        more_to_visit = ops.logical_or(changed, k + width - 1 < num_values)
        return ops.logical_and(k < num_values, more_to_visit)

    def renew(k, x, changed):
        window = ops.logical_and(rank >= k, rank < k + width)
        new = ops.where(ops.logical_and(window, unknown), draw(x), x)
        return k + 1, new, ops.any(new != x)

    start = ops.zeros((), dtype="int32")
    passes, x, _ = ops.while_loop(
        unsettled, renew, (start, x, ops.any(unknown))
    )
    return x, passes
