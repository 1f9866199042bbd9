"""What all models share: `sample`, compiling, logging, rebuilding."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels._internal.data_checks import DataChecks
from keras_genmodels._internal.running_means import RunningMeans
from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.training.compiled import run_in_batches
from keras_genmodels.training.compiled import seeded


class GenerativeModel(DataChecks, FixedSettings, keras.Model):
    """A `keras.Model` of the distribution of its data.

    A model subclasses it, defines `compute_sample(num_samples)`, or
    `compute_sample(labels)` if it is conditional, and whatever else it can
    compute of tensors (`compute_log_prob`, `compute_elbo`, ...), a `train_step`
    and a `test_step` made with `keras_genmodels.training.portable_step`, and
    names its logs. Here are the parts that do not depend on the model.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        data_range: `(low, high)`, the values the likelihood admits, or `None`
            for all finite ones.
        num_classes: Optional int >= 1. A model that has it is conditional:
            `fit` needs labels from 0 to `num_classes - 1`.
        seed: Optional int for all noise that the model draws.
    """

    log_names = ("loss",)

    def __init__(
        self,
        data_shape,
        *,
        data_range=None,
        num_classes=None,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.data_shape = tuple(data_shape)
        self.data_range = data_range
        if num_classes is not None:
            num_classes = check_count("num_classes", num_classes)
        self.num_classes = num_classes
        self.seed = check_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.running_means = RunningMeans(self.log_names)
        self.compiled_methods = {}

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        seed=None,
        batch_size=256,
        verbose=0,
        **options,
    ):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn by `compute_labels` if missing.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1. Examples drawn at a time.
            verbose: 0 or 1. Whether to show a progress bar.
            **options: What the model's `compute_sample` takes besides.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        num_samples = check_count("num_samples", num_samples)
        with seeded(self, seed):
            labels = self.labels_to_draw(labels, num_samples)
            rows = {"arrays": labels} if labels else {"num_rows": num_samples}
            return run_in_batches(
                self,
                "compute_sample",
                batch_size=batch_size,
                verbose=verbose,
                **rows,
                **options,
            )

    def labels_to_draw(self, labels, num_samples):
        """`(labels,)` if the model is conditional, else `()`.

        They are checked, or drawn by `compute_labels` if missing.
        """
        if self.num_classes is None:
            self._check_presence(labels, "labels")
            return ()
        if labels is None:
            labels = ops.convert_to_numpy(self.compute_labels(num_samples))
        return (self.check_labels(labels, num_samples, "labels"),)

    def compute_labels(self, num_samples):
        """Labels for `sample`, each class with equal probability.

        Args:
            num_samples: Int >= 1.

        Returns:
            Tensor `(num_samples,)`, int32.
        """
        return keras.random.randint(
            (num_samples,), 0, self.num_classes, seed=self.seed_generator
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
        first batch, generators not at all. See `check_inputs`.
        """
        self._check_fit(x, y, kwargs.get("sample_weight"))
        validation = kwargs.get("validation_data")
        if isinstance(validation, (tuple, list)):
            self._check_fit(*validation)
        elif validation is not None:
            self._check_fit(validation)
        return super().fit(x, y, *args, **kwargs)

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """`keras.Model.evaluate`, after a check of the data."""
        self._check_fit(x, y, kwargs.get("sample_weight"))
        return super().evaluate(x, y, *args, **kwargs)

    @property
    def metrics(self):
        return [self.running_means]

    def unpack(self, data):
        """The examples, labels and weights of a batch as `fit` provides it.

        Args:
            data: A tensor `(batch, *data_shape)`, or a tuple with it, the
                labels `(batch,)` and possibly sample weights `(batch,)`.

        Returns:
            `(x, y, sample_weight)`: examples and weights of the model's
            precision, labels int32; `None` for what there is not.

        Raises:
            ValueError: If the shape is not the model's, or if labels are
                missing or not wanted.
        """
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        self._check_presence(y)
        self._check_shape(x.shape)
        x = ops.cast(x, self.variable_dtype)
        if y is not None:
            # PyTorch's and TensorFlow's data sets may give (batch, 1).
            y = ops.reshape(ops.cast(y, "int32"), (-1,))
        if sample_weight is not None:
            sample_weight = ops.cast(sample_weight, self.variable_dtype)
        return x, y, sample_weight

    def mean_loss(self, loss, sample_weight=None):
        """Mean of losses per example, plus the layers' own losses."""
        if sample_weight is not None:
            loss = loss * sample_weight
        return ops.mean(loss) + sum(self.losses)

    def apply_network(self, network, inputs, y=None, training=False):
        """A network's output in full precision.

        Under mixed precision, 8 bits of mantissa are too few for a sum of
        logarithms over all pixels.
        """
        if y is not None:
            inputs = [inputs, ops.one_hot(y, self.num_classes)]
        outputs = network(inputs, training=training)
        return ops.cast(outputs, self.variable_dtype)

    def log(self, sample_weight=None, **values):
        """Add a batch to the running means, and return them as Keras' logs.

        Args:
            sample_weight: Optional tensor `(batch,)`, or the number of
                examples where the values are their means.
            **values: Per name in `log_names` a tensor `(batch,)` or `()`.
        """
        self.running_means.update_state(values, sample_weight)
        return self.get_metrics_result()

    # --- saving -----------------------------------------------------------

    def save_own_variables(self, store):
        # Keras leaves out how far the streams of noise have come.
        super().save_own_variables(store)
        states = [ops.convert_to_numpy(v.value) for v in self._streams()]
        store["noise"] = np.stack(states)

    def load_own_variables(self, store):
        streams, states = self._streams(), np.asarray(store["noise"])
        if states.shape[0] != len(streams):
            raise ValueError(
                f"Expected a file with {len(streams)} streams of noise, as the "
                "model and its layers have: one of the same model. "
                f"Received: {states.shape[0]}"
            )
        super().load_own_variables(
            {key: store[key] for key in store.keys() if key != "noise"}
        )
        for stream, state in zip(streams, states, strict=True):
            stream.assign(state)

    def _streams(self):
        """States of the `SeedGenerator`s of the model and all its layers."""
        weights = {id(weight) for weight in self.weights}
        return [v for v in self.variables if id(v) not in weights]

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
