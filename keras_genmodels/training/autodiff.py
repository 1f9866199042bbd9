"""Derivatives on three backends: the calls Keras itself does not offer.

Each takes plain functions that may use layers with state and random draws, in
a training step or outside one.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels.training.scope import differentiate

BACKEND = keras.backend.backend()

if BACKEND == "tensorflow":
    import tensorflow as tf
elif BACKEND == "jax":
    import jax
else:
    import torch
    from torch.autograd import forward_ad


def value_and_grad(fn, variables, has_aux=False):
    """Evaluate `fn` and its gradient with respect to `variables`.

    The value must be a mean over the examples at hand. Under
    `tf.distribute`, Keras sums gradients over the replicas, so each replica's
    gradient is divided by their number here.

    Args:
        fn: Function without arguments returning a scalar tensor, or
            `(scalar, aux)` if `has_aux`.
        variables: List of `keras.Variable`.
        has_aux: Bool. Whether `fn` also returns tensors that are not
            differentiated, in any nested structure. Defaults to `False`.

    Returns:
        `(value, gradients)`, or `((value, aux), gradients)` if `has_aux`;
        `gradients` is a list as long as `variables`. A variable on which the
        value does not depend has zeros on JAX and `None` elsewhere, as in
        Keras' own training step.
    """
    with_aux = fn if has_aux else lambda: (fn(), None)
    if BACKEND == "tensorflow":
        tensors = [v.value for v in variables]
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(tensors)
            value, aux = with_aux()
            mean = value / replicas if replicas > 1 else value
        gradients = tape.gradient(mean, tensors)
    elif BACKEND == "torch":
        for variable in variables:
            _settle_strides(variable.value)
        with torch.enable_grad():
            value, aux = with_aux()
        # `grad`, not `backward`: nothing is left behind in `.grad`.
        gradients = torch.autograd.grad(
            value, [v.value for v in variables], allow_unused=True
        )
        value, aux = keras.tree.map_structure(_detach, (value, aux))
    else:
        (value, aux), gradients = _jax_value_and_grad(with_aux, variables)
    return ((value, aux) if has_aux else value), list(gradients)


def _jax_value_and_grad(fn, variables):
    def transform(pure):
        def call(values):
            (value, (aux, state)), grads = jax.value_and_grad(
                pure, has_aux=True
            )(values)
            return (value, grads), (aux, state)

        return call

    (value, gradients), aux = differentiate(
        transform,
        lambda values: fn(),
        mapping=lambda values: zip(variables, values, strict=True),
    )([v.value for v in variables])
    return (value, aux), gradients


def input_gradient(fn, x):
    """Gradient of `sum(fn(x))` with respect to `x`.

    With `fn` acting on each example by itself, row i is the gradient of
    `fn(x)[i]`: a score, a force, the slope in a gradient penalty. The result
    can be differentiated again, by `value_and_grad` or by another
    `input_gradient`. It works where gradients are otherwise off, as in a
    validation step on PyTorch.

    Args:
        fn: Function from a tensor like `x` to a tensor of any shape.
        x: Float tensor.

    Returns:
        Tensor of the shape of `x`; zeros where `fn` does not depend on it.
    """
    x = ops.convert_to_tensor(x)
    if BACKEND == "tensorflow":
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = fn(x)
        return tape.gradient(
            y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
    if BACKEND == "torch":
        wanted = torch.is_grad_enabled()
        with torch.enable_grad():
            x = x if x.requires_grad else x.detach().requires_grad_()
            total = fn(x).sum()
            if not total.requires_grad:
                return torch.zeros_like(x)
            return torch.autograd.grad(
                total, x, create_graph=wanted, materialize_grads=True
            )[0]

    def transform(pure):
        return jax.grad(pure, has_aux=True)

    return differentiate(transform, lambda x: (ops.sum(fn(x)), None))(x)[0]


def jvp(fn, x, tangent):
    """Evaluate `fn` and its directional derivative, in one forward pass.

    Args:
        fn: Function from a tensor like `x` to a tensor of any shape.
        x: Float tensor.
        tangent: Tensor of the shape of `x`, the direction.

    Returns:
        `(fn(x), J @ tangent)`, two tensors of one shape, J the Jacobian of
        `fn` at `x`.
    """
    x = ops.convert_to_tensor(x)
    tangent = ops.convert_to_tensor(tangent, dtype=x.dtype)
    if BACKEND == "tensorflow":
        with tf.autodiff.ForwardAccumulator(x, tangent) as accumulator:
            value = fn(x)
        slope = accumulator.jvp(
            value, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        if tf.executing_eagerly():
            return _kept_alive(value, slope, accumulator)
        return value, slope
    if BACKEND == "torch":
        # `torch.func.jvp` forbids what layers with state do: change buffers.
        with forward_ad.dual_level():
            value, slope = forward_ad.unpack_dual(
                fn(forward_ad.make_dual(x, tangent))
            )
        return value, torch.zeros_like(value) if slope is None else slope

    def transform(pure):
        def call(x):
            value, slope, aux = jax.jvp(pure, (x,), (tangent,), has_aux=True)
            return (value, slope), aux

        return call

    return differentiate(transform, lambda x: (fn(x), None))(x)[0]


def is_concrete(x):
    """Whether `x` is an array or tensor of values, not a stand-in for one.

    Args:
        x: Anything: an array, a tensor, or what Keras and the backends put in
            its place while they build or compile a function.
    """
    if BACKEND == "tensorflow":
        concrete = tf.is_tensor(x) and hasattr(x, "numpy")
    elif BACKEND == "jax":
        concrete = isinstance(x, jax.Array) and not isinstance(
            x, jax.core.Tracer
        )
    else:
        concrete = type(x) is torch.Tensor and x.device.type != "meta"
    return concrete or isinstance(x, np.ndarray)


def _kept_alive(value, slope, accumulator):
    """Both tensors, with a gradient that holds on to the accumulator.

    A tape that records the function refers to it weakly: once it is collected,
    the value has no gradient any more.
    """

    @tf.custom_gradient
    def identity(value, slope):
        def gradient(*upstream):
            return upstream if accumulator else None

        return (tf.identity(value), tf.identity(slope)), gradient

    return identity(value, slope)


def _detach(leaf):
    return leaf.detach() if isinstance(leaf, torch.Tensor) else leaf


def _settle_strides(tensor):
    """Give a kernel with one filter strides that speak for its layout.

    PyTorch tells the layout of a convolution's kernel by the strides. Along an
    axis of length 1 any stride will do, and where Keras has transposed a kernel
    with one filter, the one it has misleads: for a batch of one row, or in
    float64, the gradient dies with "grad_weight must be contiguous".
    """
    if tensor.ndim >= 3 and tensor.shape[-1] == 1:
        strides = (*tensor.stride()[:-1], tensor.numel())
        tensor.data = tensor.data.as_strided(tensor.shape, strides)
