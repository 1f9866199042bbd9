"""The code in the README and the guides runs as it is printed."""

import pathlib
import re

import numpy as np
import pytest

import keras_genmodels as kgm

ROOT = pathlib.Path(__file__).parents[1]


def first_code(page):
    """A page's first block of Python."""
    return re.search(r"```python\n(.*?)```", (ROOT / page).read_text(), re.S)[1]


def run(page, folder, monkeypatch, epochs):
    """Execute a page's first Python code, with fewer epochs than a hundred."""
    code = first_code(page)
    assert "epochs=100" in code
    monkeypatch.chdir(folder)
    names = {"__name__": "guide"}
    exec(code.replace("epochs=100", f"epochs={epochs}"), names)
    return names


def test_quick_start(tmp_path, monkeypatch):
    assert first_code("docs/index.md") == first_code("README.md")
    names = run("README.md", tmp_path, monkeypatch, epochs=1)
    assert int(names["vae"].optimizer.iterations) == 45  # 1437 rows by 32
    assert (tmp_path / "vae.keras").exists()


@pytest.mark.slow
def test_your_own_model(tmp_path, monkeypatch):
    page = "docs/guides/your_own_model.md"
    names = run(page, tmp_path, monkeypatch, epochs=5)
    gan = names["gan"]
    steps = [int(player.iterations) for player in gan.optimizer.optimizers]
    assert steps == [5 * 313, 5 * 313]
    assert int(gan.optimizer.iterations) == 5 * 313
    assert names["points"].shape == (1000, 2)
    points, data = names["points"], kgm.datasets.two_moons(1000, seed=1)
    assert np.linalg.norm(points.mean(0) - data.mean(0)) < 0.6
    np.testing.assert_allclose(points.std(0), data.std(0), rtol=0.25)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["evaluating", "saving"])
def test_a_guide_from_end_to_end(tmp_path, monkeypatch, name):
    """All its blocks, one after the other."""
    text = (ROOT / "docs" / "guides" / f"{name}.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) >= 3
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "guide"}
    for block in blocks:
        exec(block.replace("epochs=100", "epochs=2"), names)
    if name == "saving":
        sizes = [
            (tmp_path / f).stat().st_size for f in ("vae.keras", "small.keras")
        ]
        assert sizes[1] < 0.5 * sizes[0]
    else:
        assert np.isfinite(names["cost"].mean())
        assert names["error"] > 0
