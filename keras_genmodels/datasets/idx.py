"""The IDX files in which MNIST was first published, read with NumPy."""

import gzip
import hashlib
import math
import zlib

import numpy as np

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
TORCHVISION_FOLDERS = {
    "mnist": "MNIST",
    "fashion_mnist": "FashionMNIST",
    "kmnist": "KMNIST",
}
# Of the 60,000 training labels as bytes. All three data sets use the same file
# names, and taking one for the other would go unnoticed.
MNIST_LABELS_SHA256 = (
    "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"
)


def find_idx(name, folder):
    """Find the four files of a data set.

    Args:
        name: `"mnist"`, `"fashion_mnist"` or `"kmnist"`.
        folder: `pathlib.Path`. Searched itself, then `name/`, then the
            places where torchvision keeps them (`MNIST/raw/`).

    Returns:
        List of four paths in the order of `FILES`, or `None`.
    """
    torchvision = TORCHVISION_FOLDERS[name]
    for place in (".", name, f"{torchvision}/raw", torchvision, "raw"):
        found = [
            path
            for stem in FILES
            for path in (folder / place / stem, folder / place / f"{stem}.gz")
            if path.is_file()
        ]
        # Extracted copies may lie beside the archives: take one of each.
        unique = {path.name.removesuffix(".gz"): path for path in found}
        if len(unique) == len(FILES):
            return [unique[stem] for stem in FILES]
    return None


def read_idx(name, files):
    """Read the four files found by `find_idx`.

    Args:
        name: `"mnist"`, `"fashion_mnist"` or `"kmnist"`.
        files: Four paths in the order of `FILES`.

    Returns:
        `(images, labels), (images, labels)`, training then test, uint8.

    Raises:
        ValueError: If a file is not IDX, is cut short, or is plainly MNIST
            where another data set was asked for.
    """
    train_x, train_y, test_x, test_y = (read_idx_file(path) for path in files)
    is_mnist = hashlib.sha256(train_y).hexdigest() == MNIST_LABELS_SHA256
    if is_mnist and name != "mnist":
        raise ValueError(
            f"Expected the IDX files of {name!r}. Received: those of 'mnist', "
            f"in {str(files[0].parent)!r}"
        )
    return (train_x, train_y), (test_x, test_y)


def read_idx_file(path):
    """Read one IDX file of unsigned bytes.

    Args:
        path: `pathlib.Path`, ending in `.gz` if gzipped.

    Returns:
        uint8 array with the shape that the file states.

    Raises:
        ValueError: If the file is not of this format or is cut short.
    """
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            content = file.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(
            f"Expected a whole gzip archive. Received: {str(path)!r}, which is "
            "damaged or cut short."
        ) from error
    # Two zero bytes, 8 for unsigned bytes, the rank, the shape as big-endian
    # 32-bit integers, then the values.
    rank = content[3] if content[:3] == b"\x00\x00\x08" and content[3:] else 0
    header = 4 + 4 * rank
    shape = [
        int.from_bytes(content[start : start + 4], "big")
        for start in range(4, header, 4)
    ]
    if rank == 0 or header + math.prod(shape) != len(content):
        raise ValueError(
            "Expected a whole IDX file of unsigned bytes. "
            f"Received: {str(path)!r}, of {len(content)} bytes."
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
