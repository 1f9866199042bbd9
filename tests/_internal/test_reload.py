"""Modules that a notebook executes again (`%autoreload`) still fit together."""

import subprocess
import sys

import pytest

CODE = """
import importlib, sys
import keras_genmodels as kgm
import keras
import numpy as np

x = np.random.default_rng(0).random((32, 4), dtype="float32")
gan = kgm.GAN.from_shape((4,), hidden_units=(8,))
damaged = kgm.DenoisingAutoencoder.from_shape((4,), hidden_units=(8,))
for name, model in (("gan", gan), ("damaged", damaged)):
    model.compile()
    model.fit(x, verbose=0)
    model.save(f"{name}.keras")
# The other way round, so that modules keep classes of before.
ours = [n for n in sys.modules if n.startswith("keras_genmodels")]
for name in reversed(ours):
    importlib.reload(sys.modules[name])
for name in ("gan", "damaged"):
    loaded = keras.saving.load_model(f"{name}.keras")
    loaded.fit(x, verbose=0)
    print(name, int(loaded.optimizer.iterations))
"""


@pytest.mark.slow
def test_models_load_after_their_modules_were_executed_again(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["gan", "2", "damaged", "2"], done.stderr
