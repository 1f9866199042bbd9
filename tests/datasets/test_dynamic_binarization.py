"""`DynamicBinarization`, alone and within `fit` on the running backend."""

import concurrent.futures

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_genmodels.datasets import DynamicBinarization


def epoch_of(data):
    batches = [data[i] for i in range(data.num_batches)]
    return tuple(np.concatenate(part) for part in zip(*batches, strict=True))


def coded(n=50):
    """Rows that survive binarisation: row `i` is `i` written in bits."""
    return (np.arange(n)[:, np.newaxis] >> np.arange(8)) % 2


def test_batches():
    x = np.full((50, 4, 4, 1), 0.5, "float32")
    data = DynamicBinarization(x, batch_size=20)
    assert data.num_batches == 3
    assert [data[i][0].shape[0] for i in range(3)] == [20, 20, 10]
    for batch in data:
        assert isinstance(batch, tuple) and len(batch) == 1
        assert batch[0].dtype == np.float32
        assert set(np.unique(batch[0])) == {0, 1}
    for index in (3, -1):
        with pytest.raises(IndexError, match="Received"):
            data[index]


def test_bits_follow_the_probabilities():
    p = np.array([0, 0.1, 0.5, 0.8, 1], "float32")
    data = DynamicBinarization(np.tile(p, (2000, 1)), batch_size=300)
    total = np.zeros(5)
    for _ in range(10):
        total += epoch_of(data)[0].sum(axis=0)
        data.on_epoch_end()
    assert total[0] == 0 and total[-1] == 20_000
    for count, prob in zip(total[1:-1], p[1:-1], strict=True):
        result = stats.binomtest(int(count), 20_000, float(prob))
        assert result.pvalue > 1e-4


def test_every_epoch_has_new_bits_and_a_new_order():
    x = np.full((60, 30), 0.5, "float32")
    data = DynamicBinarization(x, np.arange(60), batch_size=32)
    first, first_rows = epoch_of(data)
    np.testing.assert_array_equal(epoch_of(data)[0], first)
    data.on_epoch_end()
    second, second_rows = epoch_of(data)
    assert sorted(first_rows) == sorted(second_rows) == list(range(60))
    assert np.any(first_rows != second_rows)
    assert np.any(first_rows != np.arange(60))
    # Independent of the first, be it compared by place or by row.
    by_row = second[np.argsort(second_rows)], first[np.argsort(first_rows)]
    for a, b in ((first, second), by_row):
        assert abs(np.mean(a == b) - 0.5) < 4 * 0.5 / np.sqrt(a.size)
    # Nor do two batches of one epoch share their bits.
    assert np.any(data[0][0][:28] != data[1][0])


def test_rows_and_labels_stay_together():
    data = DynamicBinarization(coded(), np.arange(50), batch_size=16, seed=4)
    for _ in range(3):
        x, y = epoch_of(data)
        np.testing.assert_array_equal(x, coded()[y])
        assert sorted(y) == list(range(50))
        data.on_epoch_end()


def test_order_can_be_kept():
    data = DynamicBinarization(coded(), batch_size=16, shuffle=False)
    for _ in range(2):
        np.testing.assert_array_equal(epoch_of(data)[0], coded())
        data.on_epoch_end()


def test_seed():
    x = np.full((50, 6), 0.5)

    def two_epochs(seed):
        data = DynamicBinarization(x, batch_size=16, seed=seed)
        first = epoch_of(data)[0]
        data.on_epoch_end()
        return np.stack([first, epoch_of(data)[0]])

    np.testing.assert_array_equal(two_epochs(1), two_epochs(1))
    assert np.any(two_epochs(1) != two_epochs(2))


def test_threads_get_the_same_batches():
    x = np.full((512, 64), 0.5, "float32")
    data = DynamicBinarization(x, batch_size=8)
    alone = [data[i][0] for i in range(data.num_batches)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        indices = [*reversed(range(data.num_batches))] * 4
        together = list(pool.map(lambda i: data[i][0], indices))
    for index, batch in zip(indices, together, strict=True):
        np.testing.assert_array_equal(batch, alone[index])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.array([[0.2, 1.2]])}, "in \\[0, 1\\]"),
        ({"x": np.array([[np.nan]])}, "NaN"),
        ({"x": np.zeros((0, 3))}, "non-empty"),
        ({"y": np.zeros(3)}, "Expected `y`"),
        ({"batch_size": 0}, "`batch_size`"),
        ({"batch_size": 2.5}, "`batch_size`"),
        ({"seed": -1}, "`seed`"),
        ({"seed": None}, "`seed`"),
    ],
)
def test_bad_arguments(change, message):
    with pytest.raises(ValueError, match=message):
        DynamicBinarization(**{"x": np.zeros((4, 3)), **change})


class Recorder(keras.Model):
    """Scores its own reconstruction; remembers no data."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(8, kernel_initializer="ones")

    def call(self, x):
        return self.dense(x)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        return ops.mean(ops.square(x - y_pred))


def history(workers, epochs=3, **kwargs):
    keras.utils.set_random_seed(0)
    x = np.full((50, 8), 0.5, "float32")
    data = DynamicBinarization(x, batch_size=16, workers=workers, **kwargs)
    model = Recorder()
    # Keras builds an unbuilt model from a first batch, and with several
    # workers mixes the batches fetched with it into the first epoch.
    model(x[:1])
    model.compile(keras.optimizers.SGD(0.0))
    fit = model.fit(data, epochs=epochs, shuffle=False, verbose=0)
    return fit.history["loss"]


def test_fit_without_labels():
    """With a learning rate of 0 the loss changes only as the bits do."""
    losses = history(workers=1)
    assert len(set(losses)) == 3
    np.testing.assert_array_equal(losses, history(workers=1))
    assert losses != history(workers=1, seed=1)


def test_fit_with_several_threads_is_the_same_run():
    np.testing.assert_array_equal(history(workers=3), history(workers=1))


def test_fit_with_labels():
    """Learns which of two halves is lit, from probabilities 0.1 and 0.9."""
    keras.utils.set_random_seed(0)
    y = np.arange(200) % 2
    x = np.where(y[:, np.newaxis] == (np.arange(8) < 4), 0.9, 0.1)
    data = DynamicBinarization(x, y, batch_size=32)
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(2, activation="softmax")]
    )
    model.compile(
        keras.optimizers.Adam(0.1),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(data, epochs=8, verbose=0)
    assert model.evaluate(data, verbose=0)[1] > 0.95
