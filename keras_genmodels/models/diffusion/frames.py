"""The way from noise to data, kept step by step while a loop draws."""

from keras import ops


def first_frames(x, num_steps, return_path):
    """Room for what is seen at the beginning and after each step.

    Args:
        x: Tensor `(batch, ...)`, what is seen at the beginning.
        num_steps: Int >= 1.
        return_path: Bool. If not, there is room for the first alone: a loop
            must carry something along.

    Returns:
        Tensor `(batch, num_steps + 1, ...)`, or `(batch, 1, ...)`.
    """
    return ops.repeat(x[:, None], num_steps + 1 if return_path else 1, axis=1)


def with_frame(frames, number, x):
    """Frames, the one of this number replaced by `x`.

    Args:
        frames: Tensor `(batch, num_frames, ...)`.
        number: Int tensor `()`.
        x: Tensor `(batch, ...)`.
    """
    numbers = ops.arange(ops.shape(frames)[1])
    numbers = ops.reshape(numbers, (1, -1, *[1] * (len(x.shape) - 1)))
    return ops.where(numbers == number, x[:, None], frames)
