"""Which backend Keras will run on, decided before Keras is imported.

`KERAS_BACKEND` rules, then `keras.json`, then Keras' default, TensorFlow. Keras
alone dies with "No module named 'tensorflow'" where that default is not
installed; here the choice then falls on JAX, else PyTorch.
"""

import importlib.util
import json
import os
import pathlib
import sys

BACKENDS = ("tensorflow", "jax", "torch")


def choose_backend():
    """Set `KERAS_BACKEND` where Keras' default backend is not installed.

    Does nothing once Keras has been imported.

    Raises:
        ImportError: If the backend that was asked for, or every backend, is
            missing, or is one that cannot train (`numpy`, `openvino`). The
            message says which `pip install` helps.
    """
    if "keras" in sys.modules:
        return
    asked = os.environ.get("KERAS_BACKEND") or _from_keras_json()
    if asked is None:
        asked = next(filter(_is_installed, BACKENDS), None)
        if asked is None:
            raise ImportError(
                "keras_genmodels needs one of the backends "
                f"{', '.join(BACKENDS)}, and none is installed. "
                'Run `pip install "keras-genmodels[jax]"` (or [tensorflow], '
                "[torch])."
            )
        if asked != BACKENDS[0]:
            os.environ["KERAS_BACKEND"] = asked
    if asked not in BACKENDS:
        raise ImportError(
            f"Expected a backend that can train, one of {BACKENDS}. "
            f"Received: {asked!r}. Set `KERAS_BACKEND`."
        )
    if not _is_installed(asked):
        raise ImportError(
            f"The Keras backend {asked!r} is asked for (by `KERAS_BACKEND` or "
            "`keras.json`) but is not installed. "
            f'Run `pip install "keras-genmodels[{asked}]"`, or set '
            "`KERAS_BACKEND` to a backend that is."
        )


def _from_keras_json():
    home = os.environ.get("KERAS_HOME") or pathlib.Path.home() / ".keras"
    try:
        config = json.loads((pathlib.Path(home) / "keras.json").read_text())
        backend = config.get("backend")
    except (OSError, ValueError, AttributeError):
        return None
    # Keras writes this file, with its default in it, the first time it is
    # imported on any backend: "tensorflow" there need not be anybody's wish.
    return None if backend == BACKENDS[0] else backend


def _is_installed(backend):
    return importlib.util.find_spec(backend) is not None
