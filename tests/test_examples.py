"""Every example runs as a script, in an empty folder."""

import pathlib
import runpy
import sys

import matplotlib.pyplot as plt
import pytest

EXAMPLES = pathlib.Path(__file__).parents[1] / "examples"


@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    sorted(p.relative_to(EXAMPLES).as_posix() for p in EXAMPLES.rglob("*.py")),
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
