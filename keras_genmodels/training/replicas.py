"""What the devices that share a batch have together."""

from keras_genmodels.training.autodiff import BACKEND

if BACKEND == "tensorflow":
    import tensorflow as tf


def sum_over_replicas(values):
    """Sums of tensors over the replicas of `tf.distribute`.

    Keras sums gradients by itself; statistics of a batch that a step assigns
    to variables (counts, means, codebooks) have to be summed before, or each
    replica keeps those of its own share. Under JAX's distributions a step sees
    the whole batch, and there is nothing to sum.

    Args:
        values: Tensor, or nested structure of tensors.

    Returns:
        The same structure; the tensors themselves where there are no replicas.
    """
    context = _context()
    if context is not None:
        return context.all_reduce(tf.distribute.ReduceOp.SUM, values)
    return values


def gather_over_replicas(values):
    """The rows of all replicas of `tf.distribute`, in their order.

    Args:
        values: Tensor `(rows, ...)`, or nested structure of such. Replicas may
            have different numbers of rows.

    Returns:
        The same structure; the tensors themselves where there are no replicas.
    """
    context = _context()
    if context is not None:
        return context.all_gather(values, axis=0)
    return values


def _context():
    """TensorFlow's replica context, if there are several replicas."""
    if BACKEND == "tensorflow":
        context = tf.distribute.get_replica_context()
        if context is not None and context.num_replicas_in_sync > 1:
            return context
    return None
