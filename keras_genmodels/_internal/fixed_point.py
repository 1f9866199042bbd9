"""Equations whose every unknown depends on those before it alone."""

import math

from keras import ops


def solve_equations(draw, x, unknown, rank, width, tolerance=0.0):
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
        tolerance: Float. A value counts as changed if it moves by more than
            this part of its size, or of 1, if that is more. Defaults to 0.

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
        if tolerance == 0:
            moved = new != x
        else:
            size = ops.maximum(ops.abs(new), 1.0)
            moved = ops.abs(new - x) > tolerance * size
        return k + 1, new, ops.any(moved)

    start = ops.zeros((), dtype="int32")
    passes, x, _ = ops.while_loop(
        unsettled, renew, (start, x, ops.any(unknown))
    )
    return x, passes
