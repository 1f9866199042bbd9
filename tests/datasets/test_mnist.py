"""MNIST from each of the three formats: the same arrays in the same order."""

import gzip
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

from keras_genmodels.datasets import binarize
from keras_genmodels.datasets import load

# Published in docs/guides/data.md, which a test below reads.
BINARIZED_TEST_SET = (
    "27ccd44b96710a016e7e88a5ab8305805e083464d6924ac389ff1295465ff4a5"
)


@pytest.fixture(scope="module")
def from_idx(real_folder):
    return load("mnist", data_dir=real_folder("idx"))


def assert_same(splits, others):
    for (x, y), (other_x, other_y) in zip(splits, others, strict=True):
        np.testing.assert_array_equal(x, other_x, strict=True)
        np.testing.assert_array_equal(y, other_y, strict=True)


def test_idx_against_bytes(from_idx, real_folder):
    (x_train, y_train), (x_test, y_test) = from_idx
    assert x_train.shape == (60_000, 28, 28, 1)
    assert x_test.shape == (10_000, 28, 28, 1)
    for array in (x_train, x_test):
        assert array.dtype == np.float32
        assert array.min() == 0 and array.max() == 1
    for array in (y_train, y_test):
        assert array.dtype == np.int64
    # Counts from the MNIST page; the first test image is the well-known 7.
    assert np.bincount(y_train).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert y_test[:5].tolist() == [7, 2, 1, 0, 4]
    file = real_folder("idx") / "t10k-images-idx3-ubyte.gz"
    content = gzip.decompress(file.read_bytes())
    expected = hashlib.sha256(content[16:]).hexdigest()
    grey = np.rint(x_test * 255).astype("uint8")
    assert hashlib.sha256(grey.tobytes()).hexdigest() == expected


def test_binarized_test_set_has_published_hash(from_idx):
    x_test = from_idx[1][0]
    bits = binarize(x_test, seed=0)
    digest = hashlib.sha256(bits.astype("uint8").tobytes()).hexdigest()
    assert digest == BINARIZED_TEST_SET
    # The bits are right on average as well: the mean of `n` bits with
    # probabilities `x` has this standard error.
    error = (
        np.sqrt(np.sum(x_test * (1 - x_test), dtype="float64")) / x_test.size
    )
    means = [np.mean(array, dtype="float64") for array in (bits, x_test)]
    assert abs(means[0] - means[1]) < 4 * error


def test_published_hash_is_in_the_guide():
    guide = pathlib.Path(__file__).parents[2] / "docs" / "guides" / "data.md"
    assert BINARIZED_TEST_SET in guide.read_text(encoding="utf-8")


def test_tfrecord_equals_idx(from_idx, real_folder):
    pytest.importorskip("tensorflow_datasets")
    pytest.importorskip("tensorflow")
    assert_same(load("mnist", data_dir=real_folder("tfrecord")), from_idx)


@pytest.mark.slow
def test_array_record_equals_idx(from_idx, real_folder, tmp_path):
    """Read in a process where TensorFlow cannot be found."""
    for package in ("tensorflow_datasets", "array_record", "jax"):
        pytest.importorskip(package)
    script = f"""
import sys

class Hide:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, *args):
        hidden = name.partition(".")[0] == "tensorflow"
        return None if hidden else self.finder.find_spec(name, *args)

sys.meta_path[:] = [Hide(finder) for finder in sys.meta_path]
import numpy as np
from keras_genmodels.datasets import load
splits = load("mnist", data_dir={str(real_folder("array_record"))!r})
assert "tensorflow" not in sys.modules
arrays = [array for split in splits for array in split]
np.savez({str(tmp_path / "mnist")!r}, *arrays)
"""
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    arrays = [*np.load(tmp_path / "mnist.npz").values()]
    assert_same((arrays[:2], arrays[2:]), from_idx)


def test_tfds_data_dir_is_honoured(real_folder, usual_folders, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(real_folder("idx")))
    assert load("mnist")[1][1][:5].tolist() == [7, 2, 1, 0, 4]


def test_mnist_is_not_taken_for_another(real_folder, tmp_path):
    with pytest.raises(ValueError, match="Expected the IDX files of 'kmnist'"):
        load("kmnist", data_dir=real_folder("idx"))
    # Nor does a prepared folder pass under another name.
    shutil.copytree(
        real_folder("array_record") / "mnist",
        tmp_path / "kmnist",
        ignore=shutil.ignore_patterns("*array_record-*"),
    )
    with pytest.raises(FileNotFoundError, match="to hold 'kmnist'"):
        load("kmnist", data_dir=tmp_path)
