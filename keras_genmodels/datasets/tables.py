"""Tables of real numbers, to measure densities on.

The small ones come with scikit-learn. The four that flows are published on are
read from the files that Papamakarios et al. prepared, and split as they split
them.

Reference: Papamakarios et al., 2017, https://arxiv.org/abs/1705.07057, appendix
D; the files: https://zenodo.org/records/1161203.
"""

import pathlib

import numpy as np

from keras_genmodels._internal.suggestions import did_you_mean
from keras_genmodels.datasets.preprocessing import standardize

SMALL = ("wine", "breast_cancer", "diabetes", "digits")
# The files of each, in a folder of its name.
FILES = {
    "power": ("data.npy",),
    "gas": ("data.npy",),
    "hepmass": ("1000_train.csv", "1000_test.csv"),
    "miniboone": ("data.npy",),
}


def load_table(name, *, data_dir=None, split=None):
    """Load a table of real numbers, in three parts.

    Columns are standardised: shifted and scaled to mean 0 and standard
    deviation 1. Log densities of different models can be compared, in nats of
    the standardised numbers.

    Tables are rounded, and the density of a number that occurs again and again
    has no bound. So scikit-learn's are given noise: each value is spread evenly
    over the smallest step between two values of its column. Columns that never
    vary are left out.

    Args:
        name: `"wine"` (178 rows, 13 columns), `"breast_cancer"` (569, 30),
            `"diabetes"` (442, 10) or `"digits"` (1797, 61), which come with
            scikit-learn; or `"power"` (2,049,280, 6), `"gas"` (1,052,065, 8),
            `"hepmass"` (525,123, 21) or `"miniboone"` (36,488, 43).
        data_dir: Folder of the last four, for these only. It holds
            `power/data.npy`, `hepmass/1000_train.csv` and `1000_test.csv`, and
            `miniboone/data.npy` of https://zenodo.org/records/1161203; and
            `gas/data.npy`, which is made of the pickled data frame there:
            `np.save(path, frame.drop(columns=["Time", "Meth", "Eth"]))`.
        split: Int >= 0, which random split, and noise, of the tables of
            scikit-learn. Defaults to 0. The others have one split only.

    Returns:
        `(x_train, x_val, x_test)`, float32 arrays `(n, num_columns)`. Of
        scikit-learn's tables, a tenth of the rows each are for validation and
        test, and means and deviations are those of the first part. Of the
        others, parts and deviations are the published ones.

    Raises:
        ValueError: If `name` is unknown, or an argument is for other tables.
        FileNotFoundError: If `data_dir` does not hold the files.

    Example:
        >>> x_train, x_val, x_test = load_table("wine", split=3)
        >>> x_train.shape
        (144, 13)
    """
    if name in SMALL:
        if data_dir is not None:
            raise ValueError(
                "Expected no `data_dir` for what comes with scikit-learn. "
                f"Received: name={name!r}, data_dir={data_dir!r}"
            )
        return _small_table(name, 0 if split is None else split)
    if name not in FILES:
        names = (*SMALL, *FILES)
        raise ValueError(
            f"Expected `name` to be one of {names}. Received: name={name!r}."
            + did_you_mean(name, names)
        )
    if data_dir is None or split is not None:
        raise ValueError(
            f"Expected a `data_dir` that holds {name}/{FILES[name][0]}, and no "
            f"`split`. Received: data_dir={data_dir!r}, split={split!r}"
        )
    paths = [pathlib.Path(data_dir, name, file) for file in FILES[name]]
    for path in paths:
        if not path.is_file():
            raise FileNotFoundError(
                f"Expected a file {path}; see `load_table` for where it is from"
            )
    return READERS[name](*paths)


def _small_table(name, split):
    # Imported here: scikit-learn takes a second to import.
    from sklearn import datasets

    options = {"scaled": False} if name == "diabetes" else {}
    loaded = getattr(datasets, f"load_{name}")(**options)
    rng = np.random.default_rng(split)
    x = rng.permutation(loaded.data.astype("float64"))
    x = x[:, np.ptp(x, axis=0) > 0]
    step = [np.diff(np.unique(column)).min() for column in x.T]
    x = x + step * rng.random(x.shape)
    first, *others = _parts(x)
    return tuple(standardize(part, first)[0] for part in (first, *others))


def _power(path):
    # `RandomState`, since the published order of rows and noise are its own.
    rng = np.random.RandomState(42)
    x = np.load(path)
    rng.shuffle(x)
    x = np.delete(x, (1, 3), axis=1)
    voltage = 0.01 * rng.rand(len(x), 1)
    power = 0.001 * rng.rand(len(x), 1)
    meters = rng.rand(len(x), 3)
    time = np.zeros((len(x), 1))
    return _of_train_and_val(x + np.hstack((power, voltage, meters, time)))


def _gas(path):
    x = np.load(path)
    # Of columns that are nearly the same, the last is kept.
    while (alike := (np.corrcoef(x.T) > 0.98).sum(axis=0) > 1).any():
        x = np.delete(x, np.argmax(alike), axis=1)
    return _as_float32(_parts((x - x.mean(axis=0)) / x.std(axis=0, ddof=1)))


def _hepmass(*paths):
    train, test = (
        np.loadtxt(path, delimiter=",", skiprows=1) for path in paths
    )
    # Signals, not background; the file for tests has a column more at its end.
    train = train[train[:, 0] == 1, 1:]
    test = test[test[:, 0] == 1, 1 : train.shape[1] + 1]
    mean, deviation = train.mean(axis=0), train.std(axis=0, ddof=1)
    # A column is out if its least value occurs more than five times.
    kept = (train == train.min(axis=0)).sum(axis=0) <= 5
    train, test = (((x - mean) / deviation)[:, kept] for x in (train, test))
    return _as_float32((*_without_last_tenth(train), test))


def _miniboone(path):
    return _of_train_and_val(np.load(path))


READERS = {
    "power": _power,
    "gas": _gas,
    "hepmass": _hepmass,
    "miniboone": _miniboone,
}


def _parts(x):
    """The last tenth is for tests, and of the rest the last for validation."""
    rest, test = _without_last_tenth(x)
    return (*_without_last_tenth(rest), test)


def _without_last_tenth(x):
    count = len(x) - len(x) // 10
    return x[:count], x[count:]


def _of_train_and_val(x):
    train, val, test = _parts(x)
    seen = np.concatenate((train, val))
    mean, deviation = seen.mean(axis=0), seen.std(axis=0)
    return _as_float32((part - mean) / deviation for part in (train, val, test))


def _as_float32(parts):
    return tuple(part.astype("float32") for part in parts)
