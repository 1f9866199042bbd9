"""The pages of the examples: built, found stale, and kept when one fails.

In a small repository with a package of two modules and one example.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest
from PIL import Image
from small_repository import edit
from small_repository import make_repository

FILES = {
    "keras_genmodels/__init__.py": "from keras_genmodels import used\n",
    "keras_genmodels/used.py": 'def one():\n    """One."""\n    return 1\n',
    "keras_genmodels/unused.py": "two = 2\n",
    "examples/family/model.py": """\
# %% [markdown]
# # A title
#
# A formula, $x$.

# %% alt="A line"
import sys

import matplotlib.pyplot as plt

import keras_genmodels as kgm

print("10%", end="\\r")
print("one is", kgm.used.one())
print("a warning", file=sys.stderr)
figure = plt.plot([0, 1])[0].figure

# %% alt="Points to move"
import plotly.graph_objects as go

go.Figure(go.Scatter(y=[1, 2]))

# %% alt="A point that blinks"
import io

from IPython.display import Image, display
from PIL import Image as Picture

pictures = [Picture.new("L", (1, 1), shade) for shade in (0, 255)]
film = io.BytesIO()
pictures[0].save(film, "GIF", save_all=True, append_images=pictures[1:])
display(Image(film.getvalue(), format="gif"))
""",
}
PAGE = "docs/examples/family/model.md"
SCRIPT = "examples/family/model.py"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A repository whose page was built."""
    root = tmp_path_factory.mktemp("repository")
    make_repository(root, FILES)
    for name in ("keras", "jax"):  # the page tells their versions
        folder = root / f"{name}-9.9.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Name: {name}\nVersion: 9.9\n")
    result = run(root)
    assert result.returncode == 0, result.stdout + result.stderr
    return root


@pytest.fixture
def repository(built, tmp_path):
    """A copy of it, to be changed."""
    return shutil.copytree(built, tmp_path / "copy")


def run(root, *options):
    command = [sys.executable, root / "tools" / "build_examples.py", *options]
    return subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )


def test_page(built):
    page = (built / PAGE).read_text()
    assert page.startswith("# A title\n\nA formula, $x$.")
    assert "```{ .text .output .no-copy }\none is 1\n```\n" in page
    assert "![A line](model/figure_1_1.png)" in page
    assert "with Keras 9.9 on jax 9.9" in page
    assert "[`used.one`][keras_genmodels.used.one]" in page
    folder = (built / PAGE).with_suffix("")
    assert sorted(path.name for path in folder.iterdir()) == [
        "figure_1_1.png",
        "figure_2_0.html",
        "figure_3_0.gif",
        "meta.json",
        "model.ipynb",
    ]
    assert str(built) not in page
    assert run(built, "--check").returncode == 0


def test_animation(built):
    page = (built / PAGE).read_text()
    assert '<img src="figure_3_0.gif" alt="A point that blinks">' in page
    file = (built / PAGE).with_suffix("") / "figure_3_0.gif"
    with Image.open(file) as film:
        assert film.format == "GIF" and film.n_frames == 2


def test_plotly_figure(built):
    """A frame on the page, and plotly.js from the site, not from elsewhere."""
    page = (built / PAGE).read_text()
    assert '<iframe class="figure" src="figure_2_0.html"' in page
    assert 'title="Points to move"' in page
    frame = (built / PAGE).with_suffix("") / "figure_2_0.html"
    text = frame.read_text()
    assert "Plotly.newPlot" in text and "http" not in text
    (source,) = re.findall(r'src="([^"]+)"', text)
    script = (frame.parent / source).resolve()
    assert script.is_relative_to(built / "docs" / "assets")
    assert script.stat().st_size > 1_000_000
    script.unlink()
    assert run(built, "--check").returncode == 0
    assert script.is_file()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("keras_genmodels/used.py", '"""One."""', '"""The number 1."""'),
        ("keras_genmodels/used.py", "return 1", "return (1)  # one"),
        ("keras_genmodels/unused.py", "two = 2", "two = 3"),
    ],
)
def test_still_fresh(repository, name, old, new):
    edit(repository, name, old, new)
    assert run(repository, "--check").returncode == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "report"),
    [
        ("keras_genmodels/used.py", "return 1", "return 2", "package changed"),
        (SCRIPT, "A formula", "One formula", "script changed"),
        (PAGE, "one is 1", "one is 2", "edited by hand"),
    ],
)
def test_stale(repository, name, old, new, report):
    edit(repository, name, old, new)
    result = run(repository, "--check")
    assert result.returncode == 1
    assert report in result.stdout


def test_page_without_a_script(repository):
    (repository / SCRIPT).unlink()
    result = run(repository, "--check")
    assert result.returncode == 1
    assert "without a script" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "report"),
    [
        ("figure = ", "1 / 0\nfigure = ", "ZeroDivisionError"),
        ("figure = ", "print(kgm.__file__)\nfigure = ", "machine path"),
    ],
)
def test_failure_keeps_the_old_page(repository, old, new, report):
    before = (repository / PAGE).read_bytes()
    edit(repository, SCRIPT, old, new)
    result = run(repository)
    assert result.returncode == 1
    assert report in result.stdout
    assert (repository / PAGE).read_bytes() == before
    assert run(repository, "--check").returncode == 1
