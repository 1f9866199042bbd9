"""One imperative training step for TensorFlow, JAX and PyTorch.

Keras calls `train_step(data)` on TensorFlow and PyTorch, but
`train_step(state, data) -> (logs, state)` on JAX, where the step is compiled as
a pure function of the model's whole state. `portable_step` closes that gap, so
that a model writes its step once, in the order of the paper's algorithm box:

    @portable_step
    def train_step(self, data):
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        loss = minimize(
            lambda: ops.mean(self.loss(x)),
            self.trainable_variables,
            self.optimizer,
        )
        self.loss_tracker.update_state(loss, sample_weight=ops.shape(x)[0])
        return self.get_metrics_result()
"""

import functools

import keras

from keras_genmodels.training.autodiff import BACKEND
from keras_genmodels.training.autodiff import value_and_grad
from keras_genmodels.training.replicas import average_over_replicas
from keras_genmodels.training.scope import StateScope

if BACKEND == "tensorflow":
    import tensorflow as tf
elif BACKEND == "torch":
    import torch


def portable_step(fn):
    """Make `fn(self, data) -> logs` a `train_step` or `test_step` anywhere.

    On JAX the step runs in a scope in which every variable of the model, its
    optimizer and its metrics stands for its traced value, and what the step
    assigned is handed back to Keras. Only state that the model owns takes
    part: all optimizers must be reachable from `self.optimizer` (several of
    them through `keras.optimizers.MultiOptimizer`), every `SeedGenerator` must
    be an attribute of a layer or model.

    Args:
        fn: Method of a `keras.Model`: takes a batch as `fit` provides it and
            returns a dict of logs, best `self.get_metrics_result()`.

    Returns:
        The method to assign to `train_step` or `test_step`.
    """

    @functools.wraps(fn)
    def step(self, *args):
        _build_optimizer(self)
        _check_players(self)
        if len(args) == 1:
            # TensorFlow and PyTorch; or JAX within a step, by `super()`.
            logs = fn(self, *args)
            if fn.__name__ == "train_step":
                average_over_replicas(self.non_trainable_variables)
            return logs
        state, data = args
        groups = [self.trainable_variables, self.non_trainable_variables]
        if len(state) == 4:  # validation has no optimizer
            groups.append(self.optimizer.variables)
        groups.append(self.metrics_variables)
        mapping = [
            pair
            for group, values in zip(groups, state, strict=True)
            for pair in zip(group, values, strict=True)
        ]
        with StateScope(mapping) as scope:
            logs = fn(self, data)
        return logs, tuple(scope.values(group) for group in groups)

    return step


def minimize(fn, variables, optimizer, has_aux=False):
    """Descend the gradient of `fn` by one step of `optimizer`.

    Args:
        fn: Function without arguments returning a scalar tensor, the mean loss
            of the batch, or `(scalar, aux)` if `has_aux`.
        variables: List of `keras.Variable` to change; no others are.
        optimizer: `keras.optimizers.Optimizer`. One that scales the loss (as
            under the policy `"mixed_float16"`) is served.
        has_aux: Bool. Whether `fn` also returns tensors that are not
            differentiated. Defaults to `False`.

    Returns:
        The value before the step, or `(value, aux)` if `has_aux`.
    """

    def scaled():
        value, aux = fn() if has_aux else (fn(), None)
        return optimizer.scale_loss(value), (value, aux)

    (_, (value, aux)), gradients = value_and_grad(
        scaled, variables, has_aux=True
    )
    apply_gradients(optimizer, gradients, variables)
    return (value, aux) if has_aux else value


def apply_gradients(optimizer, gradients, variables):
    """Let one of possibly several optimizers change `variables`.

    Args:
        optimizer: `keras.optimizers.Optimizer`. For players that take turns
            under a `MultiOptimizer`, one of `self.optimizer.optimizers`, each
            with its own variables.
        gradients: List of tensors, as returned by `value_and_grad`.
        variables: List of `keras.Variable`, as long.
    """
    if BACKEND == "torch":
        with torch.no_grad():
            optimizer.apply(gradients, variables)
    elif BACKEND == "jax" and isinstance(
        optimizer, keras.optimizers.LossScaleOptimizer
    ):
        # Its `apply` branches on values with side effects, which JAX forbids.
        state = optimizer.variables
        new_values, new_state = optimizer.stateless_apply(
            [v.value for v in state], gradients, [v.value for v in variables]
        )
        for variable, value in zip(
            [*variables, *state], [*new_values, *new_state], strict=True
        ):
            variable.assign(value)
    else:
        optimizer.apply(gradients, variables)


def _build_optimizer(model):
    """Create the optimizer's variables outside the graph being traced.

    Keras does so before the first step on JAX and PyTorch. On TensorFlow they
    would be created while tracing, which fails for several optimizers.
    """
    optimizer = getattr(model, "optimizer", None)
    if BACKEND == "tensorflow" and optimizer is not None:
        if model.built and not optimizer.built:
            with tf.init_scope():
                optimizer.build(model.trainable_variables)


def _check_players(model):
    """Refuse a `MultiOptimizer` with a part that no variable was given to.

    That part would be built in the middle of the step, and the part of the
    default would train the variables meant for it.
    """
    optimizer = getattr(model, "optimizer", None)
    parts = getattr(optimizer, "optimizers", ())
    if parts and optimizer.built and not all(part.built for part in parts):
        raise ValueError(
            "Expected every optimizer of the `MultiOptimizer` to have "
            "variables, but the pattern of one matches no path. The paths are "
            f"{[v.path for v in model.trainable_variables]}"
        )
