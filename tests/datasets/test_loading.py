"""`load`: the digits, small made-up IDX folders, and every way to fail."""

import gzip
import hashlib

import keras
import numpy as np
import pytest

from keras_genmodels.datasets import download
from keras_genmodels.datasets import idx
from keras_genmodels.datasets import load


def idx_bytes(array):
    shape = np.array(array.shape, ">i4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


def small_mnist(num_train=30, num_test=20):
    rng = np.random.default_rng(0)
    return tuple(
        (
            rng.integers(256, size=(n, 28, 28), dtype="uint8"),
            rng.integers(10, size=n, dtype="uint8"),
        )
        for n in (num_train, num_test)
    )


def write_idx(folder, splits, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    arrays = [array for split in splits for array in split]
    for stem, array in zip(idx.FILES, arrays, strict=True):
        content = idx_bytes(array)
        if suffix:
            content = gzip.compress(content)
        (folder / f"{stem}{suffix}").write_bytes(content)


def assert_is(loaded, splits):
    for (x, y), (images, labels) in zip(loaded, splits, strict=True):
        assert x.dtype == np.float32 and y.dtype == np.int64
        np.testing.assert_array_equal(np.rint(x[..., 0] * 255), images)
        np.testing.assert_array_equal(y, labels)
        assert x.shape == (len(labels), 28, 28, 1) and x.max() <= 1


def test_digits():
    (x_train, y_train), (x_test, y_test) = load("digits")
    assert x_train.shape == (1437, 8, 8, 1) and x_test.shape == (360, 8, 8, 1)
    for x, y in ((x_train, y_train), (x_test, y_test)):
        assert x.dtype == np.float32 and y.dtype == np.int64
        assert x.min() == 0 and x.max() == 1
        assert len(x) == len(y)
        np.testing.assert_array_equal(x * 16, np.rint(x * 16))
    # Stratified: each class has a fifth of its images in the test set.
    share = np.bincount(y_test) / np.bincount(np.r_[y_train, y_test])
    np.testing.assert_allclose(share, 360 / 1797, atol=0.005)


def test_digits_split_never_changes():
    """Published numbers are about these 360 images."""
    x, y = load("digits")[1]
    content = np.rint(x * 16).astype("uint8").tobytes() + bytes(y.tolist())
    assert (
        hashlib.sha256(content).hexdigest()
        == "33668cfbe0367fcadef980065a5d0b70af462f9ef710a6ddb7d6d9dd97300a1f"
    )


def test_digits_parts_are_disjoint_and_complete():
    (x_train, _), (x_test, _) = load("digits")
    from sklearn.datasets import load_digits

    def rows(x):
        flat = np.rint(np.reshape(x, (-1, 64))).astype(int)
        return sorted(map(tuple, flat.tolist()))

    parts = np.concatenate([x_train, x_test]) * 16
    assert rows(parts) == rows(load_digits().images)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("mnist", "."),
        ("fashion_mnist", "fashion_mnist"),
        ("fashion_mnist", "FashionMNIST/raw"),
        ("kmnist", "KMNIST/raw"),
    ],
)
def test_idx_folders(tmp_path, name, place, suffix):
    splits = small_mnist()
    write_idx(tmp_path / place, splits, suffix)
    assert_is(load(name, data_dir=str(tmp_path)), splits)


def test_usual_folders(usual_folders, monkeypatch):
    """`TFDS_DATA_DIR` comes before `~/tensorflow_datasets`."""
    first, second = small_mnist(), small_mnist(num_train=7)
    write_idx(usual_folders / "tensorflow_datasets", second)
    assert_is(load("mnist"), second)
    write_idx(usual_folders / "elsewhere", first)
    monkeypatch.setenv("TFDS_DATA_DIR", str(usual_folders / "elsewhere"))
    assert_is(load("mnist"), first)


def test_unknown_name():
    with pytest.raises(ValueError, match="'digits', 'mnist'.*'cifar'"):
        load("cifar")


def test_digits_take_no_folder(tmp_path):
    with pytest.raises(ValueError, match="Expected no `data_dir`"):
        load("digits", data_dir=tmp_path)


@pytest.fixture
def no_download(monkeypatch):
    def fail(name):
        pytest.fail(f"tried to download {name}")

    monkeypatch.setattr(download, "_with_tfds", fail)
    monkeypatch.setattr(download, "_with_keras", fail)


def test_missing_folder(tmp_path, no_download):
    with pytest.raises(FileNotFoundError, match="existing folder.*nowhere"):
        load("mnist", data_dir=tmp_path / "nowhere")


def test_folder_without_the_data(tmp_path, no_download):
    write_idx(tmp_path / "mnist", small_mnist())
    (tmp_path / "mnist" / idx.FILES[3]).unlink()
    with pytest.raises(FileNotFoundError, match="'mnist/<version>'.*Received"):
        load("mnist", data_dir=tmp_path)


@pytest.mark.parametrize("cut", [0, 3, 10, 1000])
def test_damaged_file(tmp_path, cut):
    write_idx(tmp_path, small_mnist())
    file = tmp_path / idx.FILES[0]
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ValueError, match="whole IDX file.*train-images"):
        load("mnist", data_dir=tmp_path)


def test_damaged_archive(tmp_path):
    write_idx(tmp_path, small_mnist(), ".gz")
    file = tmp_path / f"{idx.FILES[0]}.gz"
    file.write_bytes(file.read_bytes()[:-50])
    with pytest.raises(ValueError, match="whole gzip archive.*train-images"):
        load("mnist", data_dir=tmp_path)


def test_images_of_another_size(tmp_path):
    (x, y), test = small_mnist()
    write_idx(tmp_path, ((x[:, :14], y), test))
    with pytest.raises(ValueError, match=r"Expected images of shape"):
        load("mnist", data_dir=tmp_path)


def test_download_through_keras(usual_folders, monkeypatch):
    splits = small_mnist()
    monkeypatch.setattr(download, "_is_installed", lambda package: False)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: splits)
    assert_is(load("mnist"), splits)


def test_download_through_tfds(usual_folders, monkeypatch):
    """Where TensorFlow is installed, and only there."""
    (train, test), rows = small_mnist(), []

    def with_tfds(name):
        rows.append(name)
        return train, test

    monkeypatch.setattr(download, "_with_tfds", with_tfds)
    monkeypatch.setattr(download, "_is_installed", lambda package: True)
    assert_is(load("kmnist"), (train, test))
    assert rows == ["kmnist"]


def test_tfds_download_finds_prepared_folder(real_folder, monkeypatch):
    """The real call of TFDS, on a folder that leaves nothing to fetch."""
    pytest.importorskip("tensorflow_datasets")
    pytest.importorskip("tensorflow")
    monkeypatch.setenv("TFDS_DATA_DIR", str(real_folder("tfrecord")))
    _, (x_test, y_test) = download.download("mnist")
    _, (x_idx, y_idx) = load("mnist", data_dir=real_folder("idx"))
    np.testing.assert_array_equal(x_test / np.float32(255), x_idx)
    np.testing.assert_array_equal(y_test, y_idx)


@pytest.mark.parametrize("installed", [True, False])
def test_failed_download(usual_folders, monkeypatch, installed):
    def offline(*args):
        raise OSError("Name or service not known")

    monkeypatch.setattr(download, "_is_installed", lambda package: installed)
    monkeypatch.setattr(download, "_with_tfds", offline)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", offline)
    with pytest.raises(RuntimeError) as caught:
        load("mnist")
    assert isinstance(caught.value.__cause__, OSError)
    for way_out in (
        "Name or service not known",
        "data_dir=",
        "TFDS_DATA_DIR",
        "array_record",
        "tfrecord",
        "IDX",
        'pip install "keras-genmodels[datasets]"',
        'pip install "keras-genmodels[datasets,tensorflow]"',
    ):
        assert way_out in str(caught.value)


def test_kmnist_without_tensorflow(usual_folders, monkeypatch):
    monkeypatch.setattr(download, "_is_installed", lambda package: False)
    with pytest.raises(RuntimeError) as caught:
        load("kmnist")
    message = str(caught.value)
    assert 'pip install "keras-genmodels[datasets,tensorflow]"' in message
    assert "data_dir=" in message
