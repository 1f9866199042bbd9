"""What data a model takes: checks before anything is trained or computed."""

import keras
import numpy as np
from keras import ops


class DataChecks:
    """The part of `GenerativeModel` that examines data and labels.

    Needs the attributes `data_shape`, `data_range` and `num_classes`.
    """

    def check_data(self, x, name="x"):
        """Check examples and return them as an array.

        Args:
            x: Array or tensor `(n, *data_shape)`.
            name: String, what the error message calls it.

        Returns:
            Array `(n, *data_shape)`, float32.

        Raises:
            ValueError: If `x` is empty, of another shape, not finite, or
                outside `data_range`.
        """
        with np.errstate(over="ignore"):
            # What is too large for float32 becomes infinite.
            x = _as_array(x).astype("float32", copy=False)
        self._check_shape(x.shape, name)
        if not len(x):
            raise ValueError(
                f"Expected at least one example. Received: {name} with shape "
                f"{x.shape}"
            )
        low, high = float(np.min(x)), float(np.max(x))  # NaN if any value is
        if not np.isfinite([low, high]).all():
            raise ValueError(
                f"Expected finite values. Received: {name} with NaN or infinity"
            )
        if self.data_range is not None:
            least, most = self.data_range
            if low < least or high > most:
                raise ValueError(
                    f"Expected values in [{least}, {most}]. Received: {name} "
                    f"with values from {low:g} to {high:g}."
                    + (
                        " Divide 8-bit images by 255."
                        if high > most and high <= 255 and low >= 0
                        else ""
                    )
                )
        return x

    def check_labels(self, y, num_rows, name="y"):
        """Check labels and return them as an array.

        Args:
            y: Array or tensor `(num_rows,)` of whole numbers in
                [0, num_classes), or one such number for all rows.
            num_rows: Int.
            name: String, what the error message calls them.

        Returns:
            Array `(num_rows,)`, int32.

        Raises:
            ValueError: If they are missing, not wanted, of another shape, not
                whole, or out of range.
        """
        self._check_presence(y, name)
        y = _as_array(y)
        if y.ndim == 0:
            y = np.full(num_rows, y)
        if y.shape != (num_rows,):
            raise ValueError(
                f"Expected {name} with shape ({num_rows},), one whole number "
                f"for each example. Received: shape {y.shape}"
            )
        if y.dtype == bool or not np.issubdtype(y.dtype, np.number):
            raise ValueError(
                f"Expected whole numbers. Received: {name} of dtype {y.dtype}"
            )
        if not np.all((y >= 0) & (y < self.num_classes) & (y == np.floor(y))):
            raise ValueError(
                f"Expected whole numbers from 0 to {self.num_classes - 1}. "
                f"Received: {name} with values from {y.min()} to {y.max()}"
            )
        return y.astype("int32")

    def check_inputs(self, x, y=None):
        """Check the arguments of a verb.

        Args:
            x: Array `(n, *data_shape)`.
            y: Array `(n,)` of labels if the model is conditional, else `None`.

        Returns:
            `(x,)`, or `(x, y)` if the model is conditional, as arrays.

        Raises:
            ValueError: As `check_data` and `check_labels`.
        """
        x = self.check_data(x)
        return x, *self.check_own_labels(y, len(x))

    def check_own_labels(self, y, num_rows):
        """`(labels,)` if the model is conditional, else `()`, both checked."""
        if self.num_classes is None:
            self._check_presence(y)
            return ()
        return (self.check_labels(y, num_rows),)

    def _check_fit(self, x, y=None, sample_weight=None):
        """Check the arguments of `fit`: arrays whole, data sets in part."""
        if isinstance(x, (tuple, list, dict)) or x is None:
            raise ValueError(
                "Expected one array or a data set. "
                f"Received: x of type {type(x).__name__}"
            )
        if hasattr(x, "shape"):
            if sample_weight is not None and y is None:
                raise ValueError(
                    "Expected no `sample_weight`, which Keras drops where "
                    "there are no labels. Use `train_on_batch(x, "
                    "sample_weight=...)`, or draw examples in proportion to "
                    "their weights."
                )
            self.check_inputs(x, y)
            return
        for name, value in (("y", y), ("sample_weight", sample_weight)):
            if value is not None:
                raise ValueError(
                    f"Expected no `{name}` beside a data set, which has its "
                    f"own. Received: {name} of type {type(value).__name__}"
                )
        batch = first_batch(x)
        if batch is not None:
            self.check_inputs(*batch)

    def _check_shape(self, shape, name="x"):
        if tuple(shape[1:]) != self.data_shape:
            expected = ", ".join(map(str, ("batch", *self.data_shape)))
            raise ValueError(
                f"Expected {name} with shape ({expected}). "
                f"Received: shape {tuple(shape)}"
            )

    def _check_presence(self, y, name="y"):
        if self.num_classes is None and y is not None:
            raise ValueError(
                f"{type(self).__name__} is not conditional: it takes no "
                f"labels. Received: {name}, a second argument or element"
            )
        if self.num_classes is not None and y is None:
            raise ValueError(
                f"Expected labels, since {type(self).__name__} is conditional: "
                f"whole numbers from 0 to {self.num_classes - 1}. "
                f"Received: {name}=None"
            )


def first_batch(data_set):
    """`(x, y)` of its first batch; `None` if looking would use it up.

    Raises:
        ValueError: If it has none.
    """
    if isinstance(data_set, keras.utils.PyDataset):
        batch = data_set[0]
    else:
        batches = iter(data_set)
        if batches is data_set:
            return None
        batch = next(batches, None)
        if batch is None:
            raise ValueError("Expected data. Received: an empty data set")
    x, y, _ = keras.utils.unpack_x_y_sample_weight(batch)
    return x, y


def _as_array(x):
    if isinstance(x, (np.ndarray, np.generic, int, float, list)):
        return np.asarray(x)
    return ops.convert_to_numpy(x)
