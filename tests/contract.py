"""What every model must do, whatever it models: subclass and run.

class TestVAE(ModelContract):
    def make_model(self, **kwargs):
        return kgm.VAE.from_shape((8, 8, 1), **kwargs)

    def make_data(self, num_rows):
        ...

A conditional model's tests also define `make_labels(num_rows)`; a model that
has another density than `elbo`, or none, or is not trained by gradients, says
so by the attributes below.
"""

import json

import keras
import numpy as np
import pytest

BACKEND = keras.backend.backend()


def as_array(tensor):
    return keras.ops.convert_to_numpy(tensor)


class Batches(keras.utils.PyDataset):
    """Arrays as a data set, without shuffling."""

    def __init__(self, *arrays, batch_size):
        super().__init__()
        self.arrays, self.batch_size = arrays, batch_size

    def __len__(self):
        return -(-len(self.arrays[0]) // self.batch_size)

    def __getitem__(self, index):
        start = index * self.batch_size
        rows = slice(start, start + self.batch_size)
        batch = tuple(array[rows] for array in self.arrays)
        return batch if len(batch) > 1 else batch[0]


class ModelContract:
    """The tests; a subclass says how to make the model and its data."""

    # Values that `sample` may return; the verb whose result, one number for
    # each example, stands for the model's outputs when it is saved and loaded;
    # whether it draws noise; whether an optimizer trains the model; how much
    # noise moves the loss; weights on which no loss depends.
    sample_range = (0.0, 1.0)
    density = "elbo"
    density_draws = True
    has_optimizer = True
    loss_noise = 0.2
    idle_weights = ()

    def make_model(self, **kwargs):
        raise AssertionError("the subclass makes the model")

    def make_data(self, num_rows):
        raise AssertionError("the subclass makes the data")

    def make_labels(self, num_rows):
        return None  # not conditional

    @pytest.fixture
    def x(self):
        return self.make_data(70)

    @pytest.fixture(scope="class")
    @classmethod
    def trained(cls):
        self = cls()
        keras.utils.set_random_seed(0)
        model = self.make_model(seed=1)
        model.compile()
        return model, self.fit_for_the_first_time(model, self.make_data(70))

    def fit_for_the_first_time(self, model, x):
        """The weights before, and the history."""
        before = [np.array(w) for w in model.get_weights()]
        history = model.fit(
            *self.pair(x),
            batch_size=35,  # one shape for JAX to compile
            epochs=2,
            validation_batch_size=35,
            validation_data=self.pair(x),
            verbose=0,
        ).history
        return before, history

    @pytest.fixture
    def fitted(self, trained):
        """One trained model for all tests, restored after each."""
        model, _ = trained
        variables = [*model.variables, *model.optimizer.variables]
        before = [as_array(v).copy() for v in variables]
        yield model
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)

    def pair(self, x):
        """`(x,)`, or `(x, y)` if the model is conditional."""
        y = self.make_labels(len(x))
        return (x,) if y is None else (x, y)

    def outputs(self, model, x):
        noise = {"seed": 3} if self.density_draws else {}
        return getattr(model, self.density)(*self.pair(x), **noise)

    def steps(self, model):
        return int(model.optimizer.iterations) if self.has_optimizer else 0

    # --- training ---------------------------------------------------------

    def test_fit_moves_every_weight_and_logs_every_term(self, trained):
        self.check_fit(*trained)

    @pytest.mark.slow
    @pytest.mark.skipif(
        BACKEND != "tensorflow",
        reason="elsewhere no other code runs; see tests/training/test_modes.py",
    )
    def test_fit_runs_eagerly(self, x):
        model = self.make_model()
        model.compile(run_eagerly=True)
        self.check_fit(model, self.fit_for_the_first_time(model, x))

    def check_fit(self, model, before_and_history):
        before, history = before_and_history
        expected = {*model.log_names, *("val_" + n for n in model.log_names)}
        assert set(history) == expected
        assert np.isfinite(list(history.values())).all()
        trainable = {v.path for v in model.trainable_variables}
        paths = [v.path for v in model.weights]
        for path, old, new in zip(
            paths, before, model.get_weights(), strict=True
        ):
            if path in trainable and path not in self.idle_weights:
                assert not np.array_equal(old, new), f"{path} did not move"

    def test_fit_takes_what_keras_takes(self, fitted, x):
        """Two batches of 32 and one of 6."""
        steps = self.steps(fitted)
        sets = self.data_sets(x)
        for data in sets:
            history = fitted.fit(data, verbose=0).history
            assert np.isfinite(list(history.values())).all()
        steps += 3 * len(sets) * self.has_optimizer
        assert self.steps(fitted) == steps

    def data_sets(self, x):
        sets = [Batches(*self.pair(x), batch_size=32)]
        if BACKEND == "tensorflow":
            import tensorflow as tf

            pair = self.pair(x)
            pair = pair if len(pair) > 1 else pair[0]
            sets.append(tf.data.Dataset.from_tensor_slices(pair).batch(32))
        if BACKEND == "torch":
            import torch

            tensors = torch.utils.data.TensorDataset(
                *map(torch.tensor, self.pair(x))
            )
            sets.append(torch.utils.data.DataLoader(tensors, batch_size=32))
        return sets

    def test_an_example_without_weight_does_not_count(self, fitted, x):
        variables = fitted.variables
        before = [as_array(v).copy() for v in variables]

        def loss(second_half, weights):
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)  # the noise's too
            rows = np.concatenate([x[:32], second_half])
            return fitted.test_on_batch(
                *self.pair(rows), sample_weight=weights, return_dict=True
            )[fitted.log_names[0]]

        first = np.repeat([1.0, 0.0], 32)
        halves = x[32:64], np.zeros_like(x[:32])
        weighted = [loss(half, first) for half in halves]
        unweighted = [loss(half, None) for half in halves]
        np.testing.assert_allclose(*weighted, rtol=1e-6)
        assert unweighted[0] != pytest.approx(unweighted[1], rel=1e-5)

    def test_sample_weights_that_keras_would_drop_are_refused(self, fitted, x):
        if self.make_labels(1) is not None:
            return  # with labels, Keras passes them on
        for call in (fitted.fit, fitted.evaluate):
            with pytest.raises(ValueError, match="sample_weight"):
                call(x, sample_weight=np.ones(len(x)))

    def test_evaluate_changes_no_weight(self, fitted, x):
        before = [np.array(w) for w in fitted.get_weights()]
        logs = fitted.evaluate(*self.pair(x), verbose=0, return_dict=True)
        assert set(logs) == set(fitted.log_names)
        # As a list, or one number if there is one log.
        values = np.atleast_1d(fitted.evaluate(*self.pair(x), verbose=0))
        assert len(values) == len(logs)
        first = logs[fitted.log_names[0]]
        assert values[0] == pytest.approx(first, rel=self.loss_noise)
        for old, new in zip(before, fitted.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)

    @pytest.mark.slow
    def test_mixed_precision(self, x):
        keras.config.set_dtype_policy("mixed_bfloat16")
        model = self.make_model()
        keras.config.set_dtype_policy("float32")
        model.compile()
        history = model.fit(*self.pair(x), batch_size=35, verbose=0).history
        assert np.isfinite(list(history.values())).all()
        assert model.sample(2, seed=0).dtype == np.float32

    # --- verbs ------------------------------------------------------------

    def test_sample(self, fitted, x):
        drawn = fitted.sample(7, seed=5)
        assert drawn.shape == (7, *x.shape[1:])
        assert drawn.dtype == np.float32
        low, high = self.sample_range
        assert low <= drawn.min() and drawn.max() <= high
        np.testing.assert_array_equal(drawn, fitted.sample(7, seed=5))
        assert not np.array_equal(drawn, fitted.sample(7, seed=6))
        assert not np.array_equal(fitted.sample(7), fitted.sample(7))

    def test_the_density_is_one_finite_number_per_example(self, fitted, x):
        density = getattr(fitted, self.density)
        values = density(*self.pair(x), batch_size=32)
        assert values.shape == (70,)
        assert np.isfinite(values).all()
        assert density(*self.pair(x[:1])).shape == (1,)

    # --- saving -----------------------------------------------------------

    def test_config_round_trip(self):
        model = self.make_model()
        config = json.dumps(model.get_config())
        copy = type(model).from_config(json.loads(config))
        assert json.dumps(copy.get_config()) == config

    def test_save_and_load(self, fitted, x, tmp_path):
        path = tmp_path / "model.keras"
        fitted.save(path)
        loaded = keras.saving.load_model(path)
        np.testing.assert_allclose(
            self.outputs(loaded, x), self.outputs(fitted, x), rtol=1e-6
        )
        if self.has_optimizer:
            for old, new in zip(
                fitted.optimizer.variables,
                loaded.optimizer.variables,
                strict=True,
            ):
                np.testing.assert_array_equal(*map(as_array, (old, new)))
        # Both go on in the same stream of noise.
        kept, drawn = (model.sample(3) for model in (fitted, loaded))
        np.testing.assert_allclose(drawn, kept, rtol=1e-5, atol=1e-6)
        steps = self.steps(loaded)
        loaded.fit(*self.pair(x), batch_size=35, verbose=0)
        assert self.steps(loaded) == steps + 2 * self.has_optimizer

    @pytest.mark.slow
    def test_loads_on_another_backend(self, fitted, x, tmp_path, other_process):
        """In a process of its own, with equal density.

        The three runs together save and load on each backend.
        """
        after = {"tensorflow": "jax", "jax": "torch", "torch": "tensorflow"}
        fitted.save(tmp_path / "model.keras")
        given = dict(zip("xy", self.pair(x), strict=False))
        given |= self.noise(fitted, x)
        value = other_process(after[BACKEND])(
            tmp_path, f"compute_{self.density}", given
        )
        expected = getattr(fitted, f"compute_{self.density}")(
            **keras.tree.map_structure(keras.ops.array, given)
        )
        np.testing.assert_allclose(value, as_array(expected), rtol=1e-4)

    def noise(self, model, x):
        """Arguments of the density that replace its random draws."""
        return {}

    # --- bad input --------------------------------------------------------

    def bad_data(self, x):
        """Pairs of unacceptable data and a word of the error message."""
        with_nan, with_infinity = x.copy(), x.copy()
        with_nan[3] = np.nan
        with_infinity[69] = np.inf
        yield with_nan, "finite"
        yield with_infinity, "finite"
        yield x[:0], "at least one"
        yield x[:, :-1], "shape"
        yield x[..., None], "shape"
        yield x[0], "shape"
        if self.make_model().data_range is not None:
            yield 255 * x, "255"
            yield x - 1, "values in"

    def test_bad_data_is_refused_and_nothing_is_lost(self, fitted, x):
        before, steps = self.outputs(fitted, x), self.steps(fitted)
        labels = self.pair(x)[1:]
        calls = [
            fitted.fit,
            fitted.evaluate,
            getattr(fitted, self.density),
            lambda *bad: fitted.fit(
                *self.pair(x), validation_data=bad, verbose=0
            ),
        ]
        for bad, word in self.bad_data(x):
            for call in calls:
                with pytest.raises(ValueError, match=word):
                    call(bad, *labels)
        assert self.steps(fitted) == steps
        np.testing.assert_array_equal(self.outputs(fitted, x), before)

    def test_data_in_a_list_are_refused_and_nothing_is_lost(self, fitted, x):
        before = self.outputs(fitted, x)
        for bad in ((x,), [x], {"x": x}, None):
            for call in (fitted.fit, fitted.evaluate):
                with pytest.raises(ValueError, match="one array"):
                    call(bad)
        np.testing.assert_array_equal(self.outputs(fitted, x), before)

    def test_a_loss_is_refused(self):
        for name in ("loss", "metrics"):
            with pytest.raises(ValueError, match=name):
                self.make_model().compile(**{name: ["mse"]})

    @pytest.mark.parametrize("seed", [-1, 2**31, 0.5])
    def test_bad_seeds(self, fitted, seed):
        with pytest.raises(ValueError, match="seed"):
            fitted.sample(2, seed=seed)
        with pytest.raises(ValueError, match="seed"):
            self.make_model(seed=seed)

    def test_numpy_integers(self, fitted):
        np.testing.assert_array_equal(
            fitted.sample(np.int64(2), seed=np.int64(2**31 - 1)),
            fitted.sample(2, seed=2**31 - 1),
        )

    def test_bad_labels_are_refused(self, fitted, x):
        y = self.make_labels(len(x))
        if y is None:
            bad_labels = [(np.zeros(len(x)), "not conditional")]
        else:
            bad_labels = [
                (None, "labels"),
                (y + fitted.num_classes, "whole numbers from 0"),
                (y - 100, "whole numbers from 0"),
                (y + 0.5, "whole numbers from 0"),
                (y[:-1], "shape"),
                (np.eye(100)[y], "shape"),
            ]
        for bad, word in bad_labels:
            for call in (fitted.fit, fitted.evaluate):
                with pytest.raises(ValueError, match=word):
                    call(x, bad)
            if bad is not None:
                with pytest.raises(ValueError, match=word):
                    fitted.sample(len(x), labels=bad)

    def test_a_data_set_with_unwanted_labels_is_refused(self, fitted, x):
        if self.make_labels(1) is not None:
            return
        with pytest.raises(ValueError, match="not conditional"):
            fitted.fit(Batches(x, np.zeros(len(x)), batch_size=32))
        if BACKEND == "tensorflow":
            import tensorflow as tf

            pairs = tf.data.Dataset.from_tensor_slices((x, x)).batch(32)
            with pytest.raises(ValueError, match="not conditional"):
                fitted.fit(pairs)

    @pytest.mark.parametrize("number", [0, -1, 2.5, True])
    def test_number_of_samples_out_of_range(self, fitted, number):
        with pytest.raises(ValueError, match="num_samples"):
            fitted.sample(number)

    def test_uncompiled(self, x):
        with pytest.raises(ValueError, match="compile"):
            self.make_model().fit(*self.pair(x))
