"""MNIST, Fashion-MNIST and KMNIST: find them in a folder, or fetch them."""

import os
import pathlib

import numpy as np

from keras_genmodels.datasets.download import download
from keras_genmodels.datasets.idx import find_idx
from keras_genmodels.datasets.idx import read_idx
from keras_genmodels.datasets.tfds_folder import find_tfds
from keras_genmodels.datasets.tfds_folder import read_tfds

# Where TFDS itself puts data sets.
DEFAULT_DIR = "~/tensorflow_datasets"


def load_mnist(name, data_dir=None):
    """Load one of the data sets of 28x28 images: see `datasets.load`.

    Args:
        name: `"mnist"`, `"fashion_mnist"` or `"kmnist"`.
        data_dir: Optional folder; if given, nothing is ever downloaded.

    Returns:
        `(x_train, y_train), (x_test, y_test)`.
    """
    if data_dir is not None:
        splits = _read_given(name, pathlib.Path(data_dir).expanduser())
    else:
        splits = _read_usual(name) or download(name)
    return tuple(_checked(images, labels) for images, labels in splits)


def _read(name, folder):
    """Both splits as uint8 images and labels, or `None` if not there."""
    if (prepared := find_tfds(name, folder)) is not None:
        return read_tfds(name, prepared)
    if (files := find_idx(name, folder)) is not None:
        return read_idx(name, files)
    return None


def _read_given(name, folder):
    if not folder.is_dir():
        raise FileNotFoundError(
            "Expected `data_dir` to be an existing folder. "
            f"Received: data_dir={str(folder)!r}"
        )
    splits = _read(name, folder)
    if splits is None:
        raise FileNotFoundError(
            f"Expected `data_dir` to hold {name!r}: either a folder "
            f"'{name}/<version>' prepared by TensorFlow Datasets, or the four "
            "files 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte', "
            "'t10k-images-idx3-ubyte' and 't10k-labels-idx1-ubyte', with or "
            f"without '.gz'. Received: data_dir={str(folder)!r}, which holds "
            f"{sorted(p.name for p in folder.iterdir())[:10]}"
        )
    return splits


def _read_usual(name):
    for folder in (os.environ.get("TFDS_DATA_DIR"), DEFAULT_DIR):
        if folder:
            splits = _read(name, pathlib.Path(folder).expanduser())
            if splits is not None:
                return splits
    return None


def _checked(images, labels):
    images = np.asarray(images)
    if images.ndim == 3:  # IDX files and keras.datasets have no channel axis
        images = images[..., np.newaxis]
    if images.shape[1:] != (28, 28, 1) or len(images) != len(labels):
        raise ValueError(
            "Expected images of shape (n, 28, 28) or (n, 28, 28, 1) and as "
            f"many labels. Received: images.shape={images.shape}, "
            f"labels.shape={np.shape(labels)}"
        )
    x = np.divide(images, 255, dtype="float32")
    return x, np.asarray(labels).astype("int64")
