"""What all models share: checks of the data, compiling, logging, `sample`."""

import keras
import numpy as np
from keras import ops

from keras_genmodels.arguments import check_count
from keras_genmodels.arguments import check_seed
from keras_genmodels.training.compiled import run_in_batches


class GenerativeModel(keras.Model):
    """A `keras.Model` of the distribution of its data.

    A model subclasses it, defines `compute_sample(num_samples)` and whatever
    else it can compute of tensors (`compute_log_prob`, `compute_elbo`, ...),
    a `train_step` and a `test_step` made with
    `keras_genmodels.training.portable_step`, and names its logs. Here are the
    parts that do not depend on the model.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        data_range: `(low, high)`, the values the likelihood admits, or `None`
            for all finite ones.
        seed: Optional int for all noise that the model draws.
    """

    log_names = ("loss",)

    def __init__(self, data_shape, *, data_range=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.data_shape = tuple(data_shape)
        self.data_range = data_range
        self.seed = check_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.trackers = {
            name: keras.metrics.Mean(name=name) for name in self.log_names
        }
        self.compiled_methods = {}

    def sample(
        self, num_samples, *, seed=None, batch_size=256, verbose=0, **options
    ):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1. Examples drawn at a time.
            verbose: 0 or 1. Whether to show a progress bar.
            **options: What the model's `compute_sample` takes besides.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        num_samples = check_count("num_samples", num_samples)
        return run_in_batches(
            self,
            "compute_sample",
            num_rows=num_samples,
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            **options,
        )

    # --- training ---------------------------------------------------------

    def default_optimizer(self):
        """The optimizer of `compile()` without arguments."""
        return keras.optimizers.Adam(1e-3)

    def compile(self, optimizer=None, **kwargs):
        """Configure training; without an optimizer, by `default_optimizer`.

        Args:
            optimizer: Optional Keras optimizer, or its name.
            **kwargs: What `keras.Model.compile` takes besides: `run_eagerly`,
                `jit_compile`, `steps_per_execution`, `auto_scale_loss`.

        Raises:
            ValueError: If there is a loss or metric: the model has its own.
        """
        for name in ("loss", "metrics", "weighted_metrics"):
            if kwargs.get(name) is not None:
                raise ValueError(
                    f"Expected no `{name}`: the model has its own loss and "
                    f"terms. Received: {name}={kwargs[name]!r}"
                )
        super().compile(
            optimizer=optimizer or self.default_optimizer(), **kwargs
        )

    def compile_from_config(self, config):
        # Keras asks for this of every model that overrides `compile`.
        self.compile(**keras.saving.deserialize_keras_object(config))
        if self.built:
            self.optimizer.build(self.trainable_variables)

    def fit(self, x=None, y=None, *args, **kwargs):
        """`keras.Model.fit`, after a check of the data.

        Arrays are checked whole before the first step, data sets by their
        first batch, generators not at all. See `check_data`.
        """
        self._check_input(x, y, kwargs.get("sample_weight"))
        validation = kwargs.get("validation_data")
        if isinstance(validation, (tuple, list)):
            self._check_input(*validation)
        elif validation is not None:
            self._check_input(validation)
        return super().fit(x, y, *args, **kwargs)

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """`keras.Model.evaluate`, after a check of the data."""
        self._check_input(x, y, kwargs.get("sample_weight"))
        return super().evaluate(x, y, *args, **kwargs)

    @property
    def metrics(self):
        return list(self.trackers.values())

    def unpack(self, data):
        """The examples and their weights, of a batch as `fit` provides it.

        Args:
            data: A tensor `(batch, *data_shape)`, or a tuple with it, without
                labels, and possibly with sample weights `(batch,)`.

        Returns:
            `(x, sample_weight)`, tensors of the model's precision; the weights
            are `None` if there are none.

        Raises:
            ValueError: If the shape is not the model's, or if there are labels.
        """
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        self._check_no_labels(y)
        self._check_shape(x.shape)
        x = ops.cast(x, self.variable_dtype)
        if sample_weight is not None:
            sample_weight = ops.cast(sample_weight, self.variable_dtype)
        return x, sample_weight

    def mean_loss(self, loss, sample_weight=None):
        """Mean of losses per example, plus the layers' own losses."""
        if sample_weight is not None:
            loss = loss * sample_weight
        return ops.mean(loss) + sum(self.losses)

    def log(self, sample_weight=None, **values):
        """Add a batch to the running means, and return them as Keras' logs.

        Args:
            sample_weight: Optional tensor `(batch,)`, or the number of
                examples where the values are their means.
            **values: Per name in `log_names` a tensor `(batch,)` or `()`.
        """
        for name, value in values.items():
            self.trackers[name].update_state(value, sample_weight)
        return self.get_metrics_result()

    # --- checks -----------------------------------------------------------

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
        if not isinstance(x, np.ndarray):
            x = ops.convert_to_numpy(x)
        with np.errstate(over="ignore"):
            x = x.astype("float32", copy=False)  # too large becomes infinite
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

    def _check_input(self, x, y=None, sample_weight=None):
        self._check_no_labels(y)
        if sample_weight is not None:
            raise ValueError(
                "Expected no `sample_weight`, which Keras drops where there "
                "are no labels. Use `train_on_batch(x, sample_weight=...)`, or "
                "draw examples in proportion to their weights."
            )
        if x is None or isinstance(x, (tuple, list, dict)):
            raise ValueError(
                "Expected one array or a data set. "
                f"Received: x of type {type(x).__name__}"
            )
        if isinstance(x, keras.utils.PyDataset):
            x = x[0]
        elif not hasattr(x, "shape"):
            # Other data sets: the first batch, unless that would use it up.
            batches = iter(x)
            if batches is x:
                return
            x = next(batches, None)
            if x is None:
                raise ValueError("Expected data. Received: an empty data set")
        x, y, _ = keras.utils.unpack_x_y_sample_weight(x)
        self._check_no_labels(y)
        self.check_data(x)

    def _check_shape(self, shape, name="x"):
        if tuple(shape[1:]) != self.data_shape:
            expected = ", ".join(map(str, ("batch", *self.data_shape)))
            raise ValueError(
                f"Expected {name} with shape ({expected}). "
                f"Received: shape {tuple(shape)}"
            )

    def _check_no_labels(self, y):
        if y is not None:
            raise ValueError(
                f"{type(self).__name__} is not conditional: call `fit(x)` "
                "without labels. Received: a second argument or element `y`"
            )

    # --- saving -----------------------------------------------------------

    @classmethod
    def from_config(cls, config):
        """Rebuild a model from `get_config()`, its networks included."""
        return cls(
            **{
                key: keras.saving.deserialize_keras_object(value)
                if isinstance(value, dict) and "class_name" in value
                else value
                for key, value in config.items()
            }
        )
