"""Bits drawn anew in every epoch, on any backend."""

import keras
import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.datasets.preprocessing import as_unit_interval


class DynamicBinarization(keras.utils.PyDataset):
    """Batches in which every value is a fresh bit, 1 with probability `x`.

    Dynamic binarisation: the training set never repeats, so that a model
    overfits less than on the one draw of `binarize`. Evaluate on a static
    draw.

    Bits and order of the rows follow from `seed`, the number of epochs ended
    so far, and the index of the batch, and from nothing else: batches may be
    asked for in any order and by several threads or processes (`workers=`).
    `fit` also shuffles the order of the batches with Python's own `random`;
    to fix that too, pass `shuffle=False` to `fit` (the rows are shuffled here
    already) or call `keras.utils.set_random_seed`. A second `fit` with the
    same object goes on to new bits.

    Args:
        x: Array in [0, 1] of shape `(n, ...)`. Kept as float32, not copied if
            it already is.
        y: Optional array of shape `(n, ...)`, labels for a conditional model.
        batch_size: Int > 0. The last batch may be smaller. Defaults to `128`.
        shuffle: Whether to shuffle the rows in every epoch. Defaults to
            `True`.
        seed: Int >= 0. Defaults to `0`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Returns:
        Each item is a tuple as `fit` takes it: `(x,)`, or `(x, y)` if labels
        were given, with `x` float32 zeros and ones of shape `(batch, ...)`.

    Raises:
        ValueError: If `x` is empty or holds values outside [0, 1] or NaN, if
            `y` differs from it in length, or if `batch_size` or `seed` is not
            a whole number in its range.

    Example:
        >>> data = DynamicBinarization(x_train, batch_size=100)
        >>> vae.fit(data, epochs=100, validation_data=(binarize(x_val),))

    Reference:
        [Burda et al., 2016](https://arxiv.org/abs/1509.00519), section 5.1
    """

    def __init__(
        self, x, y=None, *, batch_size=128, shuffle=True, seed=0, **kwargs
    ):
        super().__init__(**kwargs)
        self.x = as_unit_interval(x)
        self.y = None if y is None else np.asarray(y)
        if self.y is not None and np.shape(y)[:1] != self.x.shape[:1]:
            raise ValueError(
                f"Expected `y` to have {len(self.x)} rows, as `x` has. "
                f"Received: y.shape={np.shape(y)}"
            )
        self.batch_size = check_count("batch_size", batch_size)
        self.shuffle = shuffle
        self.seed = check_count("seed", seed, least=0)
        self._start_epoch(0)

    @property
    def num_batches(self):
        """Number of batches in an epoch, a smaller last one included."""
        return -(-len(self.x) // self.batch_size)

    def __len__(self):
        return self.num_batches

    def __getitem__(self, index):
        if not 0 <= index < self.num_batches:
            raise IndexError(
                f"Expected a batch index from 0 to {self.num_batches - 1}. "
                f"Received: {index}"
            )
        epoch, order = self._epoch
        start = index * self.batch_size
        rows = order[start : start + self.batch_size]
        # A generator of its own for each batch, at 10 microseconds: threads
        # share none, and the bits do not depend on who asks first.
        rng = self._generator(epoch, index + 1)
        uniform = rng.random((len(rows), *self.x.shape[1:]), dtype="float32")
        bits = np.less(uniform, self.x[rows], out=uniform)
        return (bits,) if self.y is None else (bits, self.y[rows])

    def on_epoch_end(self):
        """Move on to new bits and, with `shuffle`, a new order."""
        self._start_epoch(self._epoch[0] + 1)

    def _start_epoch(self, epoch):
        order = np.arange(len(self.x))
        if self.shuffle:
            self._generator(epoch, 0).shuffle(order)
        # One assignment, so that no thread sees half of the change.
        self._epoch = (epoch, order)

    def _generator(self, epoch, stream):
        return np.random.Generator(np.random.PCG64([self.seed, epoch, stream]))
