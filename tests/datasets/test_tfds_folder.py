"""Finding what TFDS prepared, and saying what it takes to read it."""

import builtins
import json

import pytest

from keras_genmodels.datasets import load
from keras_genmodels.datasets import tfds_folder


def test_version_folder_itself(real_folder):
    whole = real_folder("array_record")
    for folder in (whole, whole / "mnist", whole / "mnist" / "3.0.1"):
        found = tfds_folder.find_tfds("mnist", folder)
        assert found == whole / "mnist" / "3.0.1"


def prepared(folder, name="mnist", version="3.0.1", **facts):
    path = folder / name / version
    path.mkdir(parents=True)
    facts = {"name": name, "version": version, **facts}
    (path / "dataset_info.json").write_text(json.dumps(facts))
    return path


def test_newest_version_is_found(tmp_path):
    prepared(tmp_path, version="3.0.1", fileFormat="array_record")
    newest = prepared(tmp_path, version="3.0.10", fileFormat="array_record")
    prepared(tmp_path, version="4.0.0", fileFormat="riegeli")
    assert tfds_folder.find_tfds("mnist", tmp_path) == newest


def test_unreadable_format(tmp_path):
    prepared(tmp_path, fileFormat="riegeli")
    with pytest.raises(ValueError, match="one of.*array_record.*tfrecord"):
        load("mnist", data_dir=tmp_path)


@pytest.mark.parametrize(
    ("kind", "extras"),
    [("array_record", "datasets"), ("tfrecord", "datasets,tensorflow")],
)
def test_missing_reader(tmp_path, monkeypatch, kind, extras):
    prepared(tmp_path, fileFormat=kind)
    real_import = builtins.__import__

    def without_tfds(name, *args, **kwargs):
        if name == "tensorflow_datasets":
            raise ImportError("No module named 'importlib_resources'")
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_tfds)
    with pytest.raises(ImportError) as caught:
        load("mnist", data_dir=tmp_path)
    assert f'pip install "keras-genmodels[{extras}]"' in str(caught.value)
    assert "importlib_resources" in str(caught.value)
