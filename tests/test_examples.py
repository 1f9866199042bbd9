"""Every example runs as a script, in an empty folder.

The backends share them, so that the three runs together try each example once;
with `--slow`, all run on each backend.
"""

import pathlib
import runpy
import sys

import keras
import matplotlib.pyplot as plt
import pytest

EXAMPLES = pathlib.Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(
    path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.py")
)
SHARE = ("tensorflow", "jax", "torch").index(keras.backend.backend())


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(script, marks=() if i % 3 == SHARE else pytest.mark.slow)
        for i, script in enumerate(SCRIPTS)
    ],
)
def test_smoke(script, tmp_path, monkeypatch):
    """In this process, since importing a backend takes longer than they do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [script, "--smoke"])
    try:
        runpy.run_path(str(EXAMPLES / script), run_name="__main__")
    finally:
        plt.close("all")
    pictures = [p for p in tmp_path.rglob("*.png") if p.stat().st_size > 1000]
    assert pictures
