"""The real MNIST files, where this checkout has them beside it."""

import pathlib

import pytest

DATA = pathlib.Path(__file__).parents[3] / "shared" / "data"
FOLDERS = {
    "idx": DATA / "mnist",
    "tfrecord": DATA / "tensorflow_datasets",
    "array_record": DATA / "tensorflow_datasets_array_record",
}


@pytest.fixture(scope="session")
def real_folder():
    """Maps a format to the folder of MNIST in it, or skips the test."""

    def find(kind):
        if not FOLDERS[kind].is_dir():
            pytest.skip(f"no real MNIST at ../shared/data/{FOLDERS[kind].name}")
        return FOLDERS[kind]

    return find


@pytest.fixture
def usual_folders(monkeypatch, tmp_path):
    """An empty home and no `TFDS_DATA_DIR`: `load` finds nothing on disk."""
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path
