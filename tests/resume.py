"""A training that is killed, and goes on as if it had not been.

The model is made by a function at the top level of a module of the tests, for
another process has to find it by its name.
"""

import importlib
import os
import pathlib
import signal
import subprocess
import sys

import keras
import numpy as np

EPOCHS, KILLED_AFTER = 4, 2


def check_resumes(factory, arrays, folder):
    """Compare a training in one go with one that is killed and begun again.

    Both are of four epochs, in the same order of the data. The second dies by
    SIGKILL after two, in a process of its own, and resumes in this one.

    Args:
        factory: Function without arguments that returns a compiled model, at
            the top level of a module of the tests.
        arrays: Tuple of the arrays that `fit` takes.
        folder: Empty `pathlib.Path`.

    Raises:
        AssertionError: If a variable of the model or its optimizer differs by
            a bit.
    """
    whole = train(factory, arrays, folder / "backup_of_the_whole")
    np.savez(folder / "arrays.npz", *arrays)
    process = subprocess.run(
        [sys.executable, __file__, module_name(factory), factory.__qualname__,
         str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": keras.backend.backend()},
    )  # fmt: skip
    assert process.returncode == -signal.SIGKILL, process.stderr[-2000:]
    assert (folder / "backup").exists()
    resumed = train(factory, arrays, folder / "backup")
    epochs = resumed.history.epoch
    assert epochs == list(range(KILLED_AFTER, EPOCHS)), epochs
    for old, new in zip(state(whole), state(resumed), strict=True):
        np.testing.assert_array_equal(old, new)


def train(factory, arrays, backup, callbacks=()):
    """The model after `fit` with a backup of each epoch."""
    keras.utils.set_random_seed(0)
    model = factory()
    keras.utils.set_random_seed(1)
    model.fit(
        *arrays,
        batch_size=16,
        epochs=EPOCHS,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.BackupAndRestore(backup), *callbacks],
    )
    return model


def state(model):
    """All values that training changes, the streams of noise among them."""
    variables = [*model.variables, *model.optimizer.variables]
    return [keras.ops.convert_to_numpy(v.value) for v in variables]


class Kill(keras.callbacks.Callback):
    """Ends the process, as a machine that is taken away."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == KILLED_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)


def module_name(factory):
    """The name by which `factory`'s module is imported from `tests/`."""
    path = pathlib.Path(sys.modules[factory.__module__].__file__)
    path = path.relative_to(pathlib.Path(__file__).parent)
    return ".".join(path.with_suffix("").parts)


def main():
    module, name, folder = sys.argv[1:]
    import conftest  # noqa: F401  The same set-up as in the tests' process.

    factory = importlib.import_module(module)
    for part in name.split("."):
        factory = getattr(factory, part)
    folder = pathlib.Path(folder)
    with np.load(folder / "arrays.npz") as arrays:
        arrays = tuple(arrays.values())
    # Callbacks are called in order: the backup is written before.
    train(factory, arrays, folder / "backup", [Kill()])


if __name__ == "__main__":
    main()
