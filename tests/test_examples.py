"""Every example runs from a shell, in an empty folder."""

import os
import pathlib
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize(
    "script",
    sorted(p.relative_to(EXAMPLES).as_posix() for p in EXAMPLES.rglob("*.py")),
)
def test_smoke(script, tmp_path):
    done = subprocess.run(
        [sys.executable, EXAMPLES / script, "--smoke"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(EXAMPLES.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    pictures = [p for p in tmp_path.rglob("*.png") if p.stat().st_size > 1000]
    assert pictures, done.stdout
