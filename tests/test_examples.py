"""Every example runs as a script, in an empty folder."""

import ast
import json
import pathlib
import re
import runpy
import sys

import matplotlib.pyplot as plt
import pytest

CHOOSERS = ("keras", "keras_genmodels", "tensorflow", "jax", "torch")
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


def imports(code):
    """The modules that a script imports, in the order of the lines."""
    nodes = sorted(
        (n for n in ast.walk(ast.parse(code)) if hasattr(n, "lineno")),
        key=lambda node: node.lineno,
    )
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def scripts():
    """Code as its users get it: scripts, notebooks, blocks of the guides."""
    root = EXAMPLES.parent
    for path in [*EXAMPLES.rglob("*.py"), *root.glob("benchmarks/*.py")]:
        yield path.relative_to(root).as_posix(), path.read_text()
    for path in root.glob("docs/examples/*/*/*.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        yield path.relative_to(root).as_posix(), "\n".join(code)
    for path in [root / "README.md", *root.glob("docs/*.md")]:
        yield path.name, first_blocks(path.read_text())
    for path in root.glob("docs/guides/*.md"):
        yield path.relative_to(root).as_posix(), first_blocks(path.read_text())


def first_blocks(page):
    return "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))


@pytest.mark.parametrize("name", sorted(dict(scripts())))
def test_the_package_chooses_the_backend(name):
    """So it is imported before Keras, which would insist on TensorFlow."""
    code = dict(scripts())[name]
    order = [module for module in imports(code) if module in CHOOSERS]
    assert order[:1] in ([], ["keras_genmodels"])
