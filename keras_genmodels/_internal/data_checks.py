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
            Array `(n, *data_shape)`, float32, or float64 if the model's
            weights are.

        Raises:
            ValueError: If `x` is empty, of another shape, not finite, or
                outside `data_range`.
        """
        x = _numbers(x, name)
        with np.errstate(over="ignore"):
            # What is too large for float32 becomes infinite.
            wide = self.variable_dtype == "float64"
            x = x.astype("float64" if wide else "float32", copy=False)
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
            y: Array or tensor `(num_rows,)` or `(num_rows, 1)` of whole
                numbers in [0, num_classes), or one such number for all rows.
            num_rows: Int.
            name: String, what the error message calls them.

        Returns:
            Array `(num_rows,)`, int32.

        Raises:
            ValueError: If they are missing, not wanted, of another shape, not
                whole, or out of range.
        """
        self._check_presence(y, name)
        y = _numbers(y, name)
        if y.ndim == 0:
            y = np.full(num_rows, y)
        y = _as_vector(y, num_rows, name)
        if y.dtype == bool:
            raise ValueError(
                f"Expected whole numbers. Received: {name} of dtype bool"
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

    def check_weights(self, sample_weight, num_rows):
        """Check what each example counts, and return it as an array.

        Args:
            sample_weight: Array or tensor `(num_rows,)` or `(num_rows, 1)`.
            num_rows: Int.

        Returns:
            Array `(num_rows,)`, float32.

        Raises:
            ValueError: If they are of another shape, negative, or not finite.
        """
        weights = _numbers(sample_weight, "sample_weight").astype("float32")
        weights = _as_vector(weights, num_rows, "sample_weight")
        if not np.all((weights >= 0) & (weights < np.inf)):
            raise ValueError(
                "Expected finite weights of at least 0. Received: "
                f"sample_weight with values from {weights.min()} to "
                f"{weights.max()}"
            )
        return weights

    def _check_fit(self, x, y=None, sample_weight=None, class_weight=None):
        """Check the arguments of `fit`: arrays whole, data sets in part."""
        if isinstance(x, (tuple, list, dict)) or x is None:
            raise ValueError(
                "Expected one array or a data set. "
                f"Received: x of type {type(x).__name__}"
            )
        if hasattr(x, "shape"):
            for name, value in (
                ("sample_weight", sample_weight),
                ("class_weight", class_weight),
            ):
                if value is not None and y is None:
                    raise ValueError(
                        f"Expected no `{name}`, which Keras drops where there "
                        "are no labels. Use `train_on_batch(x, "
                        "sample_weight=...)`, or draw examples in proportion "
                        "to their weights."
                    )
            self.check_inputs(x, y)
            if sample_weight is not None:
                self.check_weights(sample_weight, len(x))
            return
        for name, value in (("y", y), ("sample_weight", sample_weight)):
            if value is not None:
                raise ValueError(
                    f"Expected no `{name}` beside a data set, which has its "
                    f"own. Received: {name} of type {type(value).__name__}"
                )
        batch = first_batch(x)
        if batch is not None:
            x, y, sample_weight = batch
            self.check_inputs(x, y)
            if sample_weight is not None:
                self.check_weights(sample_weight, len(x))

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
    """`(x, y, sample_weight)` of a data set's first batch.

    `None` if looking would use it up.

    Raises:
        ValueError: If it has none, or if it is a dict.
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
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
    if isinstance(x, dict):
        raise ValueError(
            "Expected batches of x, (x, y) or (x, y, sample_weight), for "
            "example by `data.map(lambda row: (row['image'], row['label']))`. "
            f"Received: dicts with the keys {list(x)}"
        )
    return x, y, sample_weight


def _numbers(x, name):
    """An array of numbers, whatever library it comes from.

    Raises:
        ValueError: If it is sparse, or holds text or other objects.
    """
    if hasattr(x, "toarray"):
        raise ValueError(
            f"Expected a dense array: `{name}.toarray()`. "
            f"Received: {name} of type {type(x).__name__}"
        )
    array = _as_array(x)
    try:
        if array.dtype.kind in "USMm":  # text, dates
            raise TypeError
        # A data frame of numbers in several formats is an array of objects.
        return array.astype("float64") if array.dtype == object else array
    except (TypeError, ValueError):
        raise ValueError(
            f"Expected numbers. Received: {name} of dtype {array.dtype}"
        ) from None


def _as_vector(values, num_rows, name):
    """Values `(num_rows,)`, also of a column, as data frames give it."""
    if values.shape not in ((num_rows,), (num_rows, 1)):
        raise ValueError(
            f"Expected {name} with shape ({num_rows},), one number for each "
            f"example. Received: shape {values.shape}"
        )
    return values.reshape(num_rows)


def _as_array(x):
    return ops.convert_to_numpy(x) if ops.is_tensor(x) else np.asarray(x)
