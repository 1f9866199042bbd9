"""`load(name)`: one call for every data set of images."""

from keras_genmodels._internal.suggestions import did_you_mean
from keras_genmodels.datasets.digits import load_digits
from keras_genmodels.datasets.mnist import load_mnist

NAMES = ("digits", "mnist", "fashion_mnist", "kmnist")


def load(name, *, data_dir=None):
    """Load a data set of labelled images, split into training and test.

    The rows come in the same order whatever the source: the order of the
    original files (also for TFDS, whose shuffle is undone).

    Args:
        name: One of `"digits"` (8x8, comes with scikit-learn, needs no
            network), `"mnist"`, `"fashion_mnist"`, `"kmnist"` (28x28).
        data_dir: Optional folder to read from, and only from. It holds a
            prepared TensorFlow Datasets folder `name/version/` (array_record
            or tfrecord), or the four IDX files, gzipped or not, in itself, in
            `name/` or where torchvision puts them. If `None`, the folder that
            the environment variable `TFDS_DATA_DIR` names is tried, then
            `~/tensorflow_datasets`, and what neither holds is downloaded:
            through TFDS where TensorFlow is installed, else through
            `keras.datasets`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: images as float32 in [0, 1] of
        shape `(n, height, width, 1)`, labels as int64 of shape `(n,)`, from 0
        to 9. Training and test sizes are 1437 and 360 for the digits, 60,000
        and 10,000 for the others.

    Raises:
        ValueError: If `name` is unknown, if `data_dir` is given with
            `"digits"`, or if a file does not hold what it should.
        FileNotFoundError: If `data_dir` does not exist or does not hold the
            data set.
        ImportError: If the folder's format needs a package that is missing.
        RuntimeError: If the download failed. The message names the ways out.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load("digits")
        >>> x_train.shape, x_test.shape
        ((1437, 8, 8, 1), (360, 8, 8, 1))
    """
    if name not in NAMES:
        raise ValueError(
            f"Expected `name` to be one of {NAMES}. Received: name={name!r}."
            + did_you_mean(name, NAMES)
        )
    if name == "digits":
        if data_dir is not None:
            raise ValueError(
                'Expected no `data_dir` with "digits", which comes with '
                f"scikit-learn. Received: data_dir={data_dir!r}"
            )
        return load_digits()
    return load_mnist(name, data_dir)
