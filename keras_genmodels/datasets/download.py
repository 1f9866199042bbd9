"""Fetch MNIST and its relatives, with whatever is installed."""

import importlib.util
import os
import urllib.error
import urllib.request

from keras_genmodels.datasets.tfds_folder import read_tfrecord

KERAS_NAMES = ("mnist", "fashion_mnist")


def download(name):
    """Download a data set, or use the copy that an earlier call kept.

    TFDS keeps its copy in `TFDS_DATA_DIR` or `~/tensorflow_datasets`, Keras in
    `~/.keras/datasets`.

    Args:
        name: `"mnist"`, `"fashion_mnist"` or `"kmnist"`.

    Returns:
        `(images, labels), (images, labels)`, training then test, uint8.

    Raises:
        RuntimeError: If nothing installed can fetch it, or the download
            failed. The message names the ways out.
    """
    if _is_installed("tensorflow") and _is_installed("tensorflow_datasets"):
        fetch, through = _with_tfds, "TensorFlow Datasets"
    elif name in KERAS_NAMES:
        fetch, through = _with_keras, "keras.datasets"
    else:
        raise RuntimeError(
            f"{name!r} can only be downloaded through TensorFlow Datasets with "
            "TensorFlow, and these are not both installed. "
            + _ways_out(name, online=True)
        )
    try:
        return fetch(name)
    # Whatever went wrong (there is no common class: Keras raises a plain
    # `Exception`, TFDS several), what helps the reader is the same.
    except Exception as error:
        raise RuntimeError(
            f"The download of {name!r} through {through} failed: "
            f"{type(error).__name__}: {error}. " + _ways_out(name)
        ) from error


def _with_tfds(name):
    import tensorflow_datasets as tfds

    # TFDS itself reads the variable only once, when it is imported.
    builder = tfds.builder(name, data_dir=os.environ.get("TFDS_DATA_DIR"))
    if not builder.is_prepared():
        _reach(builder.URL)
    builder.download_and_prepare()
    return tuple(read_tfrecord(tfds, builder, s) for s in ("train", "test"))


def _reach(url):
    """Fail at once without a network, where TFDS would try for minutes."""
    try:
        urllib.request.urlopen(url, timeout=20).close()
    except urllib.error.HTTPError:
        pass  # an answer, though it be that there is no such page


def _with_keras(name):
    import keras

    return getattr(keras.datasets, name).load_data()


def _ways_out(name, online=False):
    return (
        "Ways out: "
        + (
            '`pip install "keras-genmodels[datasets,tensorflow]"` and call '
            "again; "
            if online
            else "try again with a network; "
        )
        + f"or pass `data_dir=`, or set TFDS_DATA_DIR to, a folder that holds "
        f"'{name}/<version>' as TensorFlow Datasets prepares it (array_record "
        'needs `pip install "keras-genmodels[datasets]"`, tfrecord '
        '`pip install "keras-genmodels[datasets,tensorflow]"`) or the four '
        f"IDX files ('train-images-idx3-ubyte.gz' and so on; they need nothing "
        'but NumPy). `load("digits")` works without a network.'
    )


def _is_installed(package):
    return importlib.util.find_spec(package) is not None
