"""State on JAX: a `keras.StatelessScope` that knows its surroundings.

TensorFlow and PyTorch change variables in place. JAX transforms (`jit`, `grad`)
only see functions, so inside one a variable must stand for a traced value, and
what is assigned to it must come back out as a result. `keras.StatelessScope`
does both, with one gap: a scope hides the scope around it, so a layer with
state (BatchNormalization, Dropout) inside a gradient inside a training step
would look for values that are not there.
"""

import keras


class StateScope(keras.StatelessScope):
    """A stateless scope that inherits values and remembers assignments.

    Args:
        mapping: Iterable of `(variable, value)`. Variables not in it keep the
            value that they have in the enclosing scope, of whatever class.
    """

    def __init__(self, mapping=()):
        super().__init__(state_mapping=list(mapping), collect_losses=True)
        self._assigned = {}

    def __enter__(self):
        super().__enter__()
        if self.original_scope is not None:
            self.state_mapping = {
                **self.original_scope.state_mapping,
                **self.state_mapping,
            }
        return self

    def add_update(self, update):
        variable, _ = update
        self._assigned[id(variable)] = variable
        super().add_update(update)

    @property
    def assigned(self):
        """The variables assigned to in this scope, each once, in order."""
        return list(self._assigned.values())

    def values(self, variables):
        """The values that `variables` have at this point."""
        return [self.get_current_value(v) for v in variables]


def differentiate(transform, fn, mapping=lambda *primals: ()):
    """Apply a JAX `transform` to `fn` without losing what `fn` assigns.

    Args:
        transform: For example `jax.value_and_grad`; it gets a function that
            returns `(fn's result, (fn's aux, new state))`, to be called with
            `has_aux=True`.
        fn: Function of the primals, returning `(result, aux)`.
        mapping: Function of the primals giving the `(variable, value)` pairs
            that `fn` is to see.

    Returns:
        A function of the primals. It returns the transform's result and `aux`,
        having assigned the new state in the enclosing scope.
    """

    def call(*primals):
        assigned = []

        def pure(*primals):
            with StateScope(mapping(*primals)) as scope:
                result, aux = fn(*primals)
            assigned[:] = scope.assigned
            return result, (aux, scope.values(assigned))

        result, (aux, state) = transform(pure)(*primals)
        for variable, value in zip(assigned, state, strict=True):
            variable.assign(value)
        return result, aux

    return call
