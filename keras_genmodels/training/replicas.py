"""What devices that share a batch tell each other."""

import keras

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
    context = _replica_context()
    if context is None:
        return values
    return context.all_reduce(tf.distribute.ReduceOp.SUM, values)


def gather_over_replicas(values):
    """The rows of all replicas of `tf.distribute`, the same on each.

    Args:
        values: Tensor, or nested structure of tensors, `(batch, ...)`.

    Returns:
        The same structure; the tensors themselves where there are no replicas.
    """
    context = _replica_context()
    return values if context is None else context.all_gather(values, axis=0)


def average_over_replicas(variables):
    """Give replicas of `tf.distribute` the same values of what is not trained.

    Batch normalisation moves its averages by the statistics of a replica's own
    share of the batch; the mean over the replicas is kept, as for a variable of
    Keras that is trained. Nothing happens where there are no replicas.

    Args:
        variables: List of `keras.Variable`. Those of whole numbers, such as
            streams of noise, move alike everywhere and are left alone.
    """
    context = _replica_context()
    variables = [v for v in variables if keras.backend.is_float_dtype(v.dtype)]
    if context is None or not variables:
        return
    means = context.all_reduce(
        tf.distribute.ReduceOp.MEAN, [v.value for v in variables]
    )
    for variable, mean in zip(variables, means, strict=True):
        variable.assign(mean)


def _replica_context():
    """TensorFlow's, or `None` where there are no replicas."""
    if BACKEND != "tensorflow":
        return None
    context = tf.distribute.get_replica_context()
    several = context is not None and context.num_replicas_in_sync > 1
    return context if several else None
