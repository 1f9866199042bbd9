"""What all models share: `sample`, compiling, logging, rebuilding."""

import inspect
import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels._internal.data_checks import DataChecks
from keras_genmodels._internal.data_checks import first_batch
from keras_genmodels._internal.endpoints import Endpoint
from keras_genmodels._internal.endpoints import model_endpoints
from keras_genmodels._internal.running_means import RunningMeans
from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.training.autodiff import is_concrete
from keras_genmodels.training.compiled import CompiledMethods
from keras_genmodels.training.compiled import run_in_batches
from keras_genmodels.training.compiled import seeded
from keras_genmodels.training.export import export_functions

DRAWN_TOGETHER = 256


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
        self.data_shape = check_shape(data_shape)
        self.data_range = data_range
        if num_classes is not None:
            num_classes = check_count("num_classes", num_classes)
        self.num_classes = num_classes
        self.seed = check_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.running_means = RunningMeans(self.log_names)
        self.compiled_methods = CompiledMethods()

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
            batch_size: Int >= 1. Taken as by all verbs, but without effect:
                256 examples are drawn at a time, so that a draw depends on
                its seed alone. Where memory is short, ask for fewer.
            verbose: 0 or 1. Whether to show a progress bar.
            **options: What the model's `compute_sample` takes besides.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        num_samples = check_count("num_samples", num_samples)
        check_count("batch_size", batch_size)
        with seeded(self, seed):
            labels = self.labels_to_draw(labels, num_samples)
            rows = {"arrays": labels} if labels else {"num_rows": num_samples}
            return run_in_batches(
                self,
                "compute_sample",
                batch_size=DRAWN_TOGETHER,
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
        first batch, generators not at all. See `check_inputs`. Labels and
        sample weights may be columns `(n, 1)`.
        """
        weights = kwargs.get("sample_weight"), kwargs.get("class_weight")
        self._check_fit(x, y, *weights)
        validation = kwargs.get("validation_data")
        if isinstance(validation, (tuple, list)):
            self._check_fit(*validation)
        elif validation is not None:
            self._check_fit(validation)
        if kwargs.get("validation_split", 0.0) is None:
            kwargs["validation_split"] = 0.0
        return super().fit(x, _listed(y), *args, **kwargs)

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """`keras.Model.evaluate`, after a check of the data."""
        self._check_fit(x, y, kwargs.get("sample_weight"))
        return super().evaluate(x, _listed(y), *args, **kwargs)

    def train_on_batch(self, x, y=None, sample_weight=None, **kwargs):
        """`keras.Model.train_on_batch`, after a check of the weights."""
        if sample_weight is not None:
            sample_weight = self.check_weights(sample_weight, len(x))
        return super().train_on_batch(x, y, sample_weight, **kwargs)

    def test_on_batch(self, x, y=None, sample_weight=None, **kwargs):
        """`keras.Model.test_on_batch`, after a check of the weights."""
        if sample_weight is not None:
            sample_weight = self.check_weights(sample_weight, len(x))
        return super().test_on_batch(x, y, sample_weight, **kwargs)

    def predict(self, x, *args, **kwargs):
        """`keras.Model.predict`, after a check of the data.

        Raises:
            ValueError: As for all verbs; and if the networks take labels too,
                which Keras' `predict` cannot pass on.
        """
        takes_labels = "y" in inspect.signature(self.call).parameters
        if self.num_classes is not None and takes_labels:
            raise ValueError(
                "Expected labels too, since the networks take them, and Keras' "
                "`predict(x)` passes none on. Use a verb, such as "
                "`reconstruct(x, y)`, or call the model: `model(x, y)`"
            )
        if hasattr(x, "shape"):
            x = self.check_data(x)
        else:
            batch = first_batch(x)
            if batch is not None:
                self.check_data(batch[0])
        return super().predict(x, *args, **kwargs)

    def __call__(self, x, *args, **kwargs):
        # Not where Keras builds or compiles the model, with stand-ins for data.
        if is_concrete(x):
            self.check_data(x)
        return super().__call__(x, *args, **kwargs)

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
            if math.prod(sample_weight.shape[1:]) != 1:
                raise ValueError(
                    "Expected sample weights of shape (batch,). "
                    f"Received: shape {tuple(sample_weight.shape)}"
                )
            # A column would be broadcast to a matrix.
            sample_weight = ops.reshape(
                ops.cast(sample_weight, self.variable_dtype), (-1,)
            )
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

    def save(self, filepath, *args, **kwargs):
        """`keras.Model.save`, to a `.keras` file.

        Raises:
            ValueError: If it is to be an HDF5 file, which cannot hold networks
                inside a model.
        """
        if str(filepath).endswith((".h5", ".hdf5")):
            raise ValueError(
                "Expected a path that ends in `.keras`; for the weights alone, "
                "`save_weights('model.weights.h5')`. "
                f"Received: filepath={str(filepath)!r}"
            )
        return super().save(filepath, *args, **kwargs)

    def export(
        self,
        filepath,
        format="tf_saved_model",
        verbose=None,
        input_signature=None,
        *,
        endpoint="serve",
        **kwargs,
    ):
        """`keras.Model.export`, also of `decode` and `sample`.

        Args:
            filepath: Path of the file or folder to write.
            format: `"tf_saved_model"`, the default, `"onnx"`, or another of
                Keras'.
            verbose: As for `keras.Model.export`.
            input_signature: As for `keras.Model.export`. Defaults to that of
                the endpoint, with any number of rows.
            endpoint: What to export: `"serve"`, the default, is `model(x)`, or
                `model(x, y)` where the networks take labels; `"decode"` is
                `compute_decode(z)`, or `(z, y)`; `"sample"` draws an example
                for each label, or, if the model is not conditional, for each
                entry of any float tensor `(n,)`. `"all"` writes a SavedModel
                with all of them, by their names (TensorFlow and JAX).
            **kwargs: As for `keras.Model.export`.

        Raises:
            ValueError: If the model has no such endpoint, or if the format does
                not hold several.
        """
        endpoints = model_endpoints(self)
        if endpoint == "all" and format == "tf_saved_model":
            return export_functions(self, endpoints, filepath, verbose)
        if endpoint not in endpoints:
            raise ValueError(
                f"Expected `endpoint` to be one of {list(endpoints)}, or "
                '"all" for the format "tf_saved_model". '
                f"Received: endpoint={endpoint!r}, format={format!r}"
            )
        function, signature = endpoints[endpoint]
        if endpoint == "serve":
            export = super().export
        else:
            export = Endpoint(self, function).export
        return export(
            filepath, format, verbose, input_signature or signature, **kwargs
        )

    def get_compile_config(self):
        """As Keras', without what holds on one backend only.

        Optimizers have the names that all backends know, and whether steps are
        compiled is decided anew: by default they are on JAX, not on PyTorch.
        """
        config = super().get_compile_config()
        config.pop("jit_compile", None)
        return _public_names(config)

    def save_own_variables(self, store):
        # Keras leaves out how far the streams of noise have come, those of
        # layers within the model too.
        super().save_own_variables(store)
        for i, state in enumerate(self._streams_of_noise()):
            store[f"noise_{i}"] = ops.convert_to_numpy(state.value)

    def load_own_variables(self, store):
        states = {k: store[k] for k in store.keys() if k.startswith("noise_")}
        streams = self._streams_of_noise()
        if len(states) != len(streams):
            raise ValueError(
                f"Expected a file with {len(streams)} streams of noise, as the "
                f"model and its layers have. Received: {len(states)}"
            )
        super().load_own_variables(
            {k: store[k] for k in store.keys() if k not in states}
        )
        for i, stream in enumerate(streams):
            stream.assign(states[f"noise_{i}"][...])

    def _streams_of_noise(self):
        """The variables that are neither weights nor metrics."""
        others = {id(v) for v in [*self.weights, *self.metrics_variables]}
        return [v for v in self.variables if id(v) not in others]

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


def _listed(y):
    """A list of labels as an array: Keras takes a list for several targets."""
    return np.asarray(y) if isinstance(y, (list, tuple)) else y


def _public_names(config):
    """A serialized structure without Keras' private modules of a backend.

    PyTorch has optimizers of its own, which no other backend can load.
    """
    if isinstance(config, (list, tuple)):
        return [_public_names(item) for item in config]
    if not isinstance(config, dict):
        return config
    config = {key: _public_names(value) for key, value in config.items()}
    private = str(config.get("module")).startswith("keras.src.backend")
    if private and hasattr(keras.optimizers, str(config.get("class_name"))):
        config |= {"module": "keras.optimizers", "registered_name": None}
    return config
