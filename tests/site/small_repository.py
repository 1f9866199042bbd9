"""A repository of a few files and the tools, to be built and changed."""

import pathlib
import shutil

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


def make_repository(root, files):
    """Write the tools, and texts by their paths, into an empty folder."""
    shutil.copytree(TOOLS, root / "tools")
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def edit(root, name, old, new):
    """Replace what a file must contain."""
    path = root / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
