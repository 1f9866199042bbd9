"""What was measured stands in the pages, and nothing else.

In a small repository with two results and a page.
"""

import json
import shutil
import subprocess
import sys

import pytest
from small_repository import edit
from small_repository import make_repository

SAMPLES = {
    "frechet_distance": 1.234,
    "precision": 0.5,
    "recall": 0.25,
    "coverage": 0.75,
}
GAIN = {"nats": 20.0, "bits": 0.04, "bits_error": 0.001}


def result(model, nats, **kwargs):
    bound = {"kind": "bound", "nats": nats, "bits": nats / 500}
    return json.dumps(
        {
            "model": model,
            "recipe": "short",
            "protocol": "levels",
            "weights": 1234567,
            "epochs": 4,
            "seconds": {"clock": 1500.0, "processor": 1200.0},
            "likelihood": {**bound, "bits_error": 0.0021, "gain": GAIN},
            "drawing": {"seconds": 0.123, "passes": 40},
            "samples": {"samples": SAMPLES},
            "backend": "jax",
            **kwargs,
        }
    )


FILES = {
    "benchmarks/results/Worse.short.json": result("Worse", 680.0),
    "benchmarks/results/Better.short.json": result("Better", 600.0),
    "benchmarks/results/Binary.short.json": result(
        "Binary", 80.0, protocol="bits"
    ),
    "benchmarks/results/Better.short.png": "an image",
    "docs/page.md": (
        "Before.\n\n<!-- compared: table levels -->\nold\n<!-- end -->\n\n"
        "<!-- compared: strips levels -->\n<!-- end -->\n\nAfter.\n"
    ),
    "docs/other.md": "No place here.\n",
    "README.md": "None here either.\n",
}
ROW = (
    "| [`Better`][keras_genmodels.Better] | 1,234,567 | 4 epochs, 20 min, jax "
    "| ≤ 1.200 ± 0.002 | 0.040 ± 0.001 | 1.23 | 0.50, 0.25 | 0.75 "
    "| 0.12 s, 40 passes |\n"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("repository")
    make_repository(root, FILES)
    assert "docs/page.md" in run(root, status=0)
    return root


@pytest.fixture
def repository(built, tmp_path):
    """A copy of it, to be changed."""
    return shutil.copytree(built, tmp_path / "copy")


def run(root, *options, status):
    """What the tool prints, where it ends as it should."""
    command = [sys.executable, root / "tools" / "build_comparison.py", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_a_page_holds_the_results_of_its_protocol_the_best_first(built):
    text = (built / "docs" / "page.md").read_text()
    assert text.startswith("Before.") and text.endswith("After.\n")
    assert "old" not in text and "Binary" not in text
    assert ROW in text
    assert text.index("`Better`") < text.index("`Worse`")
    assert "](comparison/Better.short.png)" in text
    strip = built / "docs" / "comparison" / "Better.short.png"
    assert strip.read_text() == "an image"
    assert run(built, "--check", status=0) == ""


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("docs/page.md", "1.200 ± 0.002", "1.100 ± 0.002"),
        ("benchmarks/results/Worse.short.json", "1234567", "1234568"),
        ("benchmarks/results/Better.short.png", "an image", "another"),
    ],
)
def test_what_differs_from_the_results_is_found(repository, name, old, new):
    edit(repository, name, old, new)
    found = run(repository, "--check", status=1)
    assert "differs from benchmarks/results" in found
    run(repository, status=0)
    assert run(repository, "--check", status=0) == ""
