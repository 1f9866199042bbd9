"""Drawn figures: the same every time, and found stale.

In a small repository with a package of one module and two figures.
"""

import os
import shutil
import subprocess
import sys

import pytest
from small_repository import TOOLS
from small_repository import edit
from small_repository import make_repository

STYLE = TOOLS.parent / "docs" / "figures" / "style.py"
FILES = {
    "keras_genmodels/__init__.py": "from keras_genmodels import used\n",
    "keras_genmodels/used.py": "height = 1\n",
    "docs/figures/shape.py": "from heights import peak\n\nwidth = 2\n",
    "docs/figures/heights.py": "peak = 1\n",
    "docs/figures/family/line.py": """\
import shape
import style

from keras_genmodels import used


def draw():
    figure, axes = style.figure(2, 1)
    axes.plot([0, 1, shape.width], [0, used.height, 0], label="$x_t$")
    style.dots(axes, [[0, 0], [1, 1]], 3, style.DATA)
    axes.legend()
    return figure
""",
    "docs/figures/family/text.py": """\
def draw():
    return '<svg xmlns="http://www.w3.org/2000/svg"></svg>\\n'
""",
}
SCRIPT = "docs/figures/family/line.py"
DRAWING = "docs/theory/family/figures/line.svg"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A repository whose figures were drawn."""
    root = tmp_path_factory.mktemp("repository")
    make_repository(root, FILES)
    shutil.copy(STYLE, root / "docs" / "figures")
    result = run(root)
    assert result.returncode == 0, result.stdout + result.stderr
    return root


@pytest.fixture
def repository(built, tmp_path):
    """A copy of it, to be changed."""
    return shutil.copytree(built, tmp_path / "copy")


def run(root, *options):
    command = [sys.executable, root / "tools" / "build_figures.py", *options]
    return subprocess.run(
        command,
        cwd=root,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )


def test_drawings(built):
    svg = (built / DRAWING).read_text()
    assert "<text" not in svg  # letters are shapes: no fonts are needed
    assert str(built) not in svg
    assert (built / DRAWING).with_name("text.svg").is_file()
    assert run(built, "--check").returncode == 0


def test_same_when_drawn_again(repository):
    before = (repository / DRAWING).read_bytes()
    assert run(repository, "--force").returncode == 0
    assert (repository / DRAWING).read_bytes() == before


def test_only_what_changed_is_drawn(repository):
    edit(repository, SCRIPT, "x_t", "x_s")
    assert run(repository).stdout.startswith(SCRIPT)
    assert run(repository).stdout == ""


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (SCRIPT, "x_t", "x_s"),
        ("docs/figures/style.py", 'DATA = "', 'DATA = "#000000"  # "'),
        ("docs/figures/shape.py", "width = 2", "width = 3"),
        ("docs/figures/heights.py", "peak = 1", "peak = 2"),
        ("keras_genmodels/used.py", "height = 1", "height = 2"),
        (DRAWING, "#3949ab", "#3949ac"),
    ],
)
def test_stale(repository, name, old, new):
    edit(repository, name, old, new)
    result = run(repository, "--check")
    assert result.returncode == 1
    assert f"{SCRIPT}: the drawing is out of date" in result.stdout


def test_a_module_matters_only_to_what_imports_it(repository):
    edit(repository, "docs/figures/heights.py", "peak = 1", "peak = 2")
    stale = run(repository, "--check").stdout
    assert SCRIPT in stale and "text.py" not in stale


def test_drawing_without_a_script(repository):
    (repository / SCRIPT).unlink()
    result = run(repository, "--check")
    assert result.returncode == 1
    assert "line.svg: a drawing without a script" in result.stdout


def test_missing_drawing(repository):
    (repository / DRAWING).unlink()
    assert run(repository, "--check").returncode == 1
    assert run(repository).returncode == 0
    assert run(repository, "--check").returncode == 0
