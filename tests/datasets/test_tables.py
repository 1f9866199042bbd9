"""Tables: scikit-learn's, and small files of the form of the published ones."""

import numpy as np
import pytest
from sklearn import datasets

from keras_genmodels.datasets import load_table
from keras_genmodels.datasets import tables

SIZES = {
    "wine": (178, 13),
    "breast_cancer": (569, 30),
    "diabetes": (442, 10),
    "digits": (1797, 61),
}


@pytest.mark.parametrize("name", SIZES)
def test_small_tables(name):
    rows, columns = SIZES[name]
    parts = x_train, x_val, x_test = load_table(name)
    assert sum(map(len, parts)) == rows
    assert len(x_test) == rows // 10
    assert len(x_val) == (rows - rows // 10) // 10
    assert {part.shape[1:] for part in parts} == {(columns,)}
    assert {part.dtype for part in parts} == {np.dtype("float32")}
    np.testing.assert_allclose(x_train.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x_train.std(axis=0), 1, atol=1e-5)
    # No number occurs twice: float32 keeps the noise of each.
    for column in np.concatenate(parts).T:
        assert len(np.unique(column)) > 0.99 * rows
    again = load_table(name, split=0)
    np.testing.assert_array_equal(again[2], x_test)
    other = load_table(name, split=1)[2]
    assert np.abs(other - x_test).max() > 0.1


def test_the_noise_can_be_taken_away():
    """Each value stays between its own and the next one of its column."""
    x = datasets.load_wine().data
    parts = np.concatenate(load_table("wine")).astype("float64")
    for column, noisy in zip(x.T, parts.T, strict=True):
        step = np.diff(np.unique(column)).min()
        slope = np.ptp(column) / np.ptp(noisy)  # of the standardisation
        order = np.argsort(noisy)
        spread = noisy[order] * slope
        spread += np.sort(column).mean() - spread.mean()
        assert np.abs(spread - np.sort(column)).max() < 3 * step


def write(path, rows, header=None):
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, rows)
    else:
        np.savetxt(path, rows, delimiter=",", header=header, fmt="%.9g")


def standard(x, reference, ddof=0):
    return (x - reference.mean(axis=0)) / reference.std(axis=0, ddof=ddof)


def test_power(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(250, 8)) * [1, 1, 1, 1, 50, 50, 50, 1]
    write(tmp_path / "power" / "data.npy", x)
    parts = load_table("power", data_dir=tmp_path)
    assert [len(part) for part in parts] == [203, 22, 25]
    assert parts[0].shape[1] == 6
    # Rows in the published order, of legacy NumPy.
    order = np.arange(250)
    np.random.RandomState(42).shuffle(order)
    kept = x[order][:, [0, 2, 4, 5, 6, 7]]
    expected = standard(kept, kept[:225])
    atol = [0.01, 0.03, 0.1, 0.1, 0.1, 1e-5]  # the noise
    assert (np.abs(np.concatenate(parts) - expected) <= atol).all()
    np.testing.assert_allclose(np.concatenate(parts[:2]).mean(0), 0, atol=1e-5)


def test_gas(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(250, 5))
    x[:, 3] = 2 * x[:, 0] + 1e-3 * x[:, 3]  # two columns that are alike
    write(tmp_path / "gas" / "data.npy", x)
    parts = load_table("gas", data_dir=tmp_path)
    assert [part.shape for part in parts] == [(203, 4), (22, 4), (25, 4)]
    np.testing.assert_allclose(
        np.concatenate(parts), standard(x, x, ddof=1)[:, 1:], atol=1e-5
    )


def test_hepmass(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 6))
    x[:, 0] = np.arange(400) % 2  # the class
    x[:, 2] = rng.integers(3, size=400)  # its least value occurs often
    write(tmp_path / "hepmass" / "1000_train.csv", x[:300], header="class,a")
    test = np.hstack((x[300:], np.ones((100, 1))))
    write(tmp_path / "hepmass" / "1000_test.csv", test, header="class,a")
    parts = load_table("hepmass", data_dir=tmp_path)
    assert [part.shape for part in parts] == [(135, 4), (15, 4), (50, 4)]
    signals = x[x[:, 0] == 1][:, [1, 3, 4, 5]]
    np.testing.assert_allclose(
        np.concatenate(parts), standard(signals, signals[:150], 1), atol=1e-5
    )


def test_miniboone(tmp_path):
    x = np.random.default_rng(0).normal(3, 2, size=(250, 4))
    write(tmp_path / "miniboone" / "data.npy", x)
    parts = load_table("miniboone", data_dir=tmp_path)
    assert [len(part) for part in parts] == [203, 22, 25]
    np.testing.assert_allclose(
        np.concatenate(parts), standard(x, x[:225]), atol=1e-5
    )


def test_what_is_asked_for_wrongly(tmp_path):
    with pytest.raises(ValueError, match="Did you mean 'wine'"):
        load_table("whine")
    with pytest.raises(ValueError, match="data_dir"):
        load_table("wine", data_dir=tmp_path)
    for name in tables.FILES:
        with pytest.raises(ValueError, match="data_dir"):
            load_table(name)
        with pytest.raises(ValueError, match="split"):
            load_table(name, data_dir=tmp_path, split=1)
        with pytest.raises(FileNotFoundError, match=name):
            load_table(name, data_dir=tmp_path)
