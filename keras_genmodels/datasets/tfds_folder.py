"""Folders prepared by TensorFlow Datasets (TFDS), in either of its formats.

array_record is read without TensorFlow, tfrecord needs it.
"""

import hashlib
import json

import numpy as np

FORMATS = ("array_record", "tfrecord")


def find_tfds(name, folder):
    """Find the newest prepared version of a data set that can be read.

    Args:
        name: Data set name, as TFDS knows it.
        folder: `pathlib.Path`: a TFDS data folder (that holds
            `name/version/dataset_info.json`), or that data set's or version's
            own folder.

    Returns:
        The path of the folder that holds `dataset_info.json`, or `None`.

    Raises:
        ValueError: If all there is is of a format other than array_record and
            tfrecord.
    """
    unreadable = None
    found = []
    for pattern in (f"{name}/*/", "*/", ""):
        for info in folder.glob(f"{pattern}dataset_info.json"):
            facts = json.loads(info.read_text())
            if facts["name"] != name:
                continue
            if _format(facts) not in FORMATS:
                unreadable = info
                continue
            version = tuple(int(part) for part in facts["version"].split("."))
            found.append((version, info.parent))
    if not found and unreadable is not None:
        raise ValueError(
            f"Expected a data set prepared as one of {FORMATS}. "
            f"Received: {str(unreadable)!r} with another 'fileFormat'."
        )
    return max(found)[1] if found else None


def read_tfds(name, folder):
    """Read a prepared folder.

    Args:
        name: Data set name, for messages.
        folder: Path that `find_tfds` returned.

    Returns:
        `(images, labels), (images, labels)`, training then test: uint8 of
        shape `(n, height, width, channels)` and int64, in the order in which
        TFDS read the original files.

    Raises:
        ImportError: If TFDS, a package it reads array_record with, or, for
            tfrecord, TensorFlow is not installed.
    """
    facts = json.loads((folder / "dataset_info.json").read_text())
    try:
        import tensorflow_datasets as tfds

        builder = tfds.builder_from_directory(str(folder))
        if _format(facts) == "array_record":
            splits = [_array_record(builder, s) for s in ("train", "test")]
        else:
            splits = [
                read_tfrecord(tfds, builder, s) for s in ("train", "test")
            ]
    except ImportError as error:
        extras = "datasets"
        if _format(facts) == "tfrecord":
            extras += ",tensorflow"
        raise ImportError(
            f"Reading {name!r} from {str(folder)!r}, which is in the format "
            f"{_format(facts)}, needs a package that is missing ({error}). "
            f'Run `pip install "keras-genmodels[{extras}]"`.'
        ) from error
    return tuple(splits)


def unshuffle(array, split):
    """Undo the shuffle with which TFDS wrote a split.

    TFDS orders examples by the MD5 hash of the split's name followed by the
    example's key, and the key of an MNIST image is its position in the
    original file. Without this the same name would stand for two orders,
    and "the first 1,000 test images" would depend on who made the file.

    Args:
        array: Array of shape `(n, ...)` in the order of the prepared files.
        split: `"train"` or `"test"`.

    Returns:
        An array of the same shape in the order of the original file.
    """
    salt = hashlib.md5(split.encode(), usedforsecurity=False)

    def key(index):
        digest = salt.copy()
        digest.update(str(index).encode())
        return digest.digest()

    original = np.empty_like(array)
    original[sorted(range(len(array)), key=key)] = array
    return original


def read_tfrecord(tfds, builder, split):
    """Read a split of a prepared builder; needs TensorFlow.

    Args:
        tfds: The module `tensorflow_datasets`.
        builder: A prepared `tfds.core.DatasetBuilder`.
        split: `"train"` or `"test"`.

    Returns:
        `(images, labels)` as `read_tfds` returns them.
    """
    # One file at a time, so that several shards keep their order.
    config = tfds.ReadConfig(interleave_cycle_length=1)
    whole = tfds.as_numpy(
        builder.as_dataset(
            split=split,
            batch_size=-1,
            shuffle_files=False,
            read_config=config,
        )
    )
    return unshuffle(whole["image"], split), unshuffle(whole["label"], split)


def _format(facts):
    # Folders written before 2022 do not say, and are tfrecord.
    return facts.get("fileFormat", "tfrecord")


def _array_record(builder, split):
    source = builder.as_data_source(split=split)
    images = np.empty(
        (len(source), *builder.info.features["image"].shape), "u1"
    )
    labels = np.empty(len(source), "int64")
    # Batches, because a call for one row costs twice the time per row.
    for start in range(0, len(source), 1000):
        rows = range(start, min(start + 1000, len(source)))
        for row, example in zip(rows, source.__getitems__(rows), strict=True):
            images[row] = example["image"]
            labels[row] = example["label"]
    return unshuffle(images, split), unshuffle(labels, split)
