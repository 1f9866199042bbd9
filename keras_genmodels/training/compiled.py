"""Run a tensor method compiled and in batches, NumPy in and NumPy out.

The verbs of a model (`sample`, `log_prob`, `elbo`, ...) are tensor methods
(`compute_sample`, ...) run by `run_in_batches`, as `predict` runs `call`.
"""

import contextlib
import threading

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.training.autodiff import BACKEND
from keras_genmodels.training.scope import StateScope

if BACKEND == "tensorflow":
    import tensorflow as tf
elif BACKEND == "jax":
    import jax
else:
    import torch


_DRAWING = threading.RLock()

# TensorFlow's optimiser of graphs (its "remapper", which fuses a product with
# the sums that follow) takes (1, 1, n) for (1, n): what sees one value of one
# row at a time, as a cached WaveNet does, ends in "ranks should match".
LEAST_ROWS = 2 if BACKEND == "tensorflow" else 1


class CompiledMethods:
    """The compiled functions of a model that were used last.

    No dict, for Keras and TensorFlow would track what is in it as part of the
    model.

    Args:
        most: Int >= 1, how many are kept.
    """

    def __init__(self, most=64):
        self.most = most
        self._functions = {}

    def __len__(self):
        return len(self._functions)

    def get(self, key, make):
        """The function for `key`, made by `make()` if it is not there."""
        function = self._functions.pop(key, None) or make()
        self._functions[key] = function  # now the last to be dropped
        if len(self) > self.most:
            del self._functions[next(iter(self._functions))]
        return function


def run_in_batches(
    model,
    method,
    /,
    arrays=(),
    *,
    num_rows=None,
    batch_size=256,
    seed=None,
    verbose=0,
    **options,
):
    """Call `getattr(model, method)` on batches of rows and join the results.

    The method is compiled (`jax.jit`, `tf.function`; on PyTorch it runs without
    gradients) once per combination of options and batch shape. Batches have
    `batch_size` rows, or, where fewer are left, the next power of two, on
    TensorFlow two at least, filled up with copies of the last row: so few sizes
    are ever compiled, whatever the number of rows. The functions used last are
    kept in `model.compiled_methods`, which the model provides.

    Several threads may call it: they take turns, since each draw moves the
    stream of noise on.

    Args:
        model: `keras.Model` with an attribute `compiled_methods`, a
            `CompiledMethods`, and a `keras.random.SeedGenerator`
            `seed_generator`.
        method: String, the name of a method of tensors that treats each row by
            itself and returns a tensor, or a structure of tensors, with as
            many rows.
        arrays: NumPy arrays with equally many rows, passed by position.
        num_rows: Int. If there are no arrays, how many rows to ask for: the
            method's first argument is then the Python int of rows in a batch.
        batch_size: Int >= 1. Most rows in a batch. Defaults to `256`.
        seed: Optional int in [0, 2**31). Draws then depend on the seed (and
            the batch size) alone, and the model's own stream of noise goes on
            as if nothing had been drawn.
        verbose: 0 or 1. Whether to show Keras' progress bar.
        **options: Hashable keyword arguments of the method, fixed when it is
            compiled.

    Returns:
        NumPy array, or structure of arrays, float32 where the method's are of
        a lower precision.
    """
    batch_size = check_count("batch_size", batch_size)
    total = num_rows if num_rows is not None else len(arrays[0])
    starts = range(0, total, batch_size)
    progress = keras.utils.Progbar(len(starts)) if verbose else None
    results = []
    with seeded(model, seed):
        for start in starts:
            count = min(batch_size, total - start)
            size = max(LEAST_ROWS, min(batch_size, _power_of_two(count)))
            if num_rows is not None:
                function = _compiled(model, method, 0, (size,), options)
                batch = ()
            else:
                function = _compiled(model, method, len(arrays), (), options)
                batch = [_rows(model, array, start, size) for array in arrays]
            results.append(
                keras.tree.map_structure(
                    lambda rows, count=count: _numpy(rows)[:count],
                    function(*batch),
                )
            )
            if progress is not None:
                progress.add(1)
    return keras.tree.map_structure(
        lambda *parts: np.concatenate(parts), *results
    )


def _compiled(model, method, num_arrays, leading, options):
    """The method as a compiled function of a batch of tensors."""

    def function(*batch):
        return getattr(model, method)(*leading, *batch, **options)

    def make():
        if BACKEND == "tensorflow":
            # Functions of `keras.ops` have no control flow to be rewritten.
            return tf.function(function, autograph=False, reduce_retracing=True)
        if BACKEND == "torch":
            return torch.no_grad()(function)
        return _jax_compiled(model, function)

    # One for each number of arrays: `tf.function` cannot take fewer later.
    key = (method, num_arrays, leading, tuple(sorted(options.items())))
    return model.compiled_methods.get(key, make)


def _jax_compiled(model, function):
    """`jax.jit` with the variables as arguments, not baked in as constants."""

    @jax.jit
    def pure(state, *batch):
        variables = model.variables
        with StateScope(zip(variables, state, strict=True)) as scope:
            result = function(*batch)
        assigned = {id(v) for v in scope.assigned}
        return result, {
            i: scope.get_current_value(v)
            for i, v in enumerate(variables)
            if id(v) in assigned
        }

    def call(*batch):
        variables = model.variables
        result, changed = pure([v.value for v in variables], *batch)
        for i, value in changed.items():
            variables[i].assign(value)
        return result

    return call


@contextlib.contextmanager
def seeded(model, seed):
    """Let `model` draw from `seed` for a while, and then go on as before.

    Other threads that want to draw wait meanwhile, whatever their model.

    Args:
        model: `keras.Model` with a `keras.random.SeedGenerator`
            `seed_generator`.
        seed: Int in [0, 2**31), or `None` to change nothing.
    """
    with _DRAWING:
        if BACKEND == "jax":
            # In the middle of `fit` the variables' values are in Keras' hands.
            model.jax_state_sync()
        seed = check_seed(seed)
        if seed is None:
            yield
            return
        generator = model.seed_generator
        before = ops.convert_to_numpy(generator.state.value)
        generator.state.assign(keras.random.SeedGenerator(seed).state.value)
        try:
            yield
        finally:
            generator.state.assign(before)


def _power_of_two(number):
    """The smallest power of two that is not less."""
    return 1 << (number - 1).bit_length()


def _rows(model, array, start, size):
    rows = array[start : start + size]
    if len(rows) < size:
        rows = np.concatenate([rows, np.repeat(rows[-1:], size - len(rows), 0)])
    floats = np.issubdtype(rows.dtype, np.floating)
    dtype = model.variable_dtype if floats else None
    return ops.convert_to_tensor(rows, dtype=dtype)


def _numpy(tensor):
    if keras.backend.standardize_dtype(tensor.dtype) in ("bfloat16", "float16"):
        tensor = ops.cast(tensor, "float32")
    return ops.convert_to_numpy(tensor)
