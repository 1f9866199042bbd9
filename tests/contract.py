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

import concurrent.futures
import inspect
import json
import pathlib
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
import scipy.sparse

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
    tensor_density = None  # the method of tensors, if not `compute_` and that
    has_optimizer = True
    loss_noise = 0.2
    idle_weights = ()

    killed_everywhere = False  # or by the test of a killed run on JAX alone

    # Endpoints that `export` knows, and whether TensorFlow can serve what JAX
    # exports: it has none of JAX's routines for matrices.
    endpoints = ("serve", "sample")
    served_from_jax = True

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

    def test_a_last_batch_of_one_row(self, fitted, x):
        history = fitted.fit(*self.pair(x[:33]), batch_size=32, verbose=0)
        assert np.isfinite(list(history.history.values())).all()

    def test_weights_and_labels_as_columns(self, fitted, x):
        """As data frames give them: never broadcast to a matrix."""
        variables = [*fitted.variables, *fitted.optimizer.variables]
        before = [as_array(v).copy() for v in variables]
        weights = np.linspace(0, 2, 32).astype("float32")
        pair = self.pair(x[:32])
        columns = (pair[0], *(y[:, None] for y in pair[1:]))
        results = []
        for given, weight in ((pair, weights), (columns, weights[:, None])):
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)
            # The second loss tells what the first step made of the weights.
            logs = [
                fitted.train_on_batch(
                    *given, sample_weight=weight, return_dict=True
                ).values()
                for _ in range(2)
            ]
            results.append([value for values in logs for value in values])
            if not self.has_optimizer:
                results[-1] += fitted.get_weights()
        for row, column in zip(*results, strict=True):
            # Threads of a convolution may add up in any order.
            np.testing.assert_allclose(column, row, rtol=1e-4, atol=1e-5)

    def test_bad_weights_are_refused(self, fitted, x):
        before = self.outputs(fitted, x)
        weights = np.ones(len(x))
        negative, nan, infinite = (
            np.where(np.arange(len(x)) == 40, bad, 1.0)
            for bad in (-1.0, np.nan, np.inf)
        )
        for bad, word in (
            (negative, "at least 0"),
            (nan, "finite"),
            (infinite, "finite"),
            (weights[:-1], "shape"),
            (np.ones((len(x), 2)), "shape"),
        ):
            for call in (fitted.train_on_batch, fitted.test_on_batch):
                with pytest.raises(ValueError, match=word):
                    call(*self.pair(x), sample_weight=bad)
            if len(self.pair(x)) > 1:
                with pytest.raises(ValueError, match=word):
                    fitted.fit(*self.pair(x), sample_weight=bad)
        np.testing.assert_array_equal(self.outputs(fitted, x), before)

    def test_class_weights_need_labels(self, fitted, x):
        if self.make_labels(1) is None:
            with pytest.raises(ValueError, match="class_weight"):
                fitted.fit(x, class_weight={0: 1.0, 1: 2.0})
        else:
            weights = dict.fromkeys(range(fitted.num_classes), 0.5)
            labels = self.make_labels(len(x)).tolist()  # a list will do
            history = fitted.fit(
                x, labels, class_weight=weights, batch_size=35, verbose=0
            ).history
            assert np.isfinite(list(history.values())).all()

    @pytest.mark.slow
    def test_two_devices(self, x, two_devices):
        """Every variable is the same on both, and the loss that of one."""

        def fit():
            keras.utils.set_random_seed(0)
            model = self.make_model(seed=0)
            model.compile()
            history = model.fit(
                *self.pair(x[:64]), batch_size=32, shuffle=False, verbose=0
            ).history
            return model, history[model.log_names[0]][0]

        _, one = fit()
        with two_devices():
            model, two = fit()
        assert two == pytest.approx(one, rel=self.loss_noise)
        for variable in model.variables:
            copies = getattr(variable.value, "values", None)  # TensorFlow's
            if copies is not None:
                assert len(copies) == 2
                np.testing.assert_array_equal(
                    *map(as_array, copies), err_msg=variable.path
                )

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
        assert fitted.sample(1, batch_size=1).shape == (1, *x.shape[1:])

    def test_threads_share_no_draw(self, fitted):
        expected = fitted.sample(8, seed=3)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            draws = list(pool.map(lambda _: fitted.sample(8), range(6)))
            seeded = list(
                pool.map(lambda _: fitted.sample(8, seed=3), range(3))
            )
        flat = np.concatenate(draws).reshape(6, -1)
        assert len(np.unique(flat, axis=0)) == 6
        for drawn in seeded:
            np.testing.assert_array_equal(drawn, expected)

    def test_a_seeded_draw_does_not_depend_on_the_batch_size(self, fitted):
        whole, parts = (
            fitted.sample(20, seed=3, batch_size=size) for size in (256, 7)
        )
        np.testing.assert_allclose(parts, whole, rtol=1e-5, atol=1e-5)

    def test_call_and_predict_check_their_data(self, fitted, x):
        bad = x[:32].copy()
        bad[3] = np.nan
        labels = self.pair(x[:32])[1:]
        with pytest.raises(ValueError, match="finite"):
            fitted(bad)
        with pytest.raises(ValueError, match="finite|labels"):
            fitted.predict(bad, verbose=0)
        if fitted.data_range is not None:
            with pytest.raises(ValueError, match="values in"):
                fitted(x[:32] - 5)
        if "y" in inspect.signature(fitted.call).parameters and labels:
            with pytest.raises(ValueError, match="Expected labels too"):
                fitted.predict(x[:32], verbose=0)
            return
        np.testing.assert_allclose(
            fitted.predict(x[:32], verbose=0),
            as_array(fitted(x[:32])),
            rtol=1e-4,
            atol=1e-5,
        )

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
        method = self.tensor_density or f"compute_{self.density}"
        value = other_process(after[BACKEND])(tmp_path, method, given)
        expected = getattr(fitted, method)(
            **keras.tree.map_structure(keras.ops.array, given)
        )
        # Sums of terms of several nats may cancel to nearly 0.
        np.testing.assert_allclose(
            value, as_array(expected), rtol=1e-4, atol=5e-5
        )

    @pytest.mark.slow
    def test_trains_on_after_a_change_of_backend(
        self, fitted, x, tmp_path, other_process
    ):
        """There and back again, with the optimizers' states."""
        if not self.has_optimizer:
            return
        after = {"tensorflow": "jax", "jax": "torch", "torch": "tensorflow"}
        fitted.save(tmp_path / "model.keras")
        given = dict(zip("xy", self.pair(x), strict=False))
        steps = other_process(after[BACKEND])(tmp_path, "fit", given)
        assert steps == self.steps(fitted) + 2
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        loaded.fit(*self.pair(x), batch_size=35, verbose=0)
        assert self.steps(loaded) == steps + 2

    @pytest.mark.slow
    def test_goes_on_after_a_kill_as_if_nothing_had_been(self, tmp_path):
        """Killed by a signal, in a process of its own, after two epochs."""
        if BACKEND != "jax" and not self.killed_everywhere:
            pytest.skip("for each model on JAX, for two of them everywhere")
        killed = subprocess.run(
            [sys.executable, "-c", TRAIN_UNTIL_KILLED]
            + [inspect.getfile(type(self)), type(self).__qualname__, tmp_path],
            cwd=pathlib.Path(__file__).parent,
            capture_output=True,
            text=True,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        straight = self.train_four_epochs()
        backup = keras.callbacks.BackupAndRestore(tmp_path)
        resumed = self.train_four_epochs(backup)
        assert len(resumed.history.epoch) == 2
        # Where the noise stands, too, which may not have mattered so far.
        for old, new in zip(straight.variables, resumed.variables, strict=True):
            np.testing.assert_allclose(
                *map(as_array, (new, old)), 1e-4, 1e-5, err_msg=old.path
            )

    def train_four_epochs(self, *callbacks):
        keras.utils.set_random_seed(0)
        model = self.make_model(seed=1)
        model.compile()
        model.fit(
            *self.pair(self.make_data(70)),
            batch_size=35,
            epochs=4,
            shuffle=False,
            callbacks=list(callbacks),
            verbose=0,
        )
        return model

    @pytest.mark.slow
    def test_export(self, fitted, x, tmp_path):
        # Keras' exports from PyTorch are of one row.
        rows = 1 if BACKEND == "torch" else 5
        given = fitted.check_inputs(*self.pair(x[:rows]))
        if "y" not in inspect.signature(fitted.call).parameters:
            given = given[:1]
        expected = as_array(fitted(*given))
        if BACKEND == "torch":
            import torch

            path = tmp_path / "model.pt2"
            fitted.export(path, format="torch", verbose=False)
            program = torch.export.load(path).module()
            value = program(*map(torch.tensor, given))
            np.testing.assert_allclose(
                as_array(value), expected, rtol=1e-4, atol=1e-5
            )
            return
        tf = pytest.importorskip("tensorflow")
        fitted.export(tmp_path, endpoint="all", verbose=False)
        if BACKEND == "jax" and not self.served_from_jax:
            return
        served = tf.saved_model.load(tmp_path)
        for name in self.endpoints:
            assert hasattr(served, name)
        np.testing.assert_allclose(
            served.serve(*given), expected, rtol=1e-4, atol=1e-5
        )
        rows = self.pair(x[:5])[-1] if len(self.pair(x)) > 1 else x[:5]
        rows = np.reshape(rows, (5, -1))[:, 0]
        rows = rows.astype("float32" if len(self.pair(x)) < 2 else "int32")
        draws = [as_array(served.sample(rows)) for _ in range(2)]
        assert draws[0].shape == (5, *x.shape[1:])
        assert not np.array_equal(*draws)

    def test_hdf5_files_are_refused(self, fitted, tmp_path):
        with pytest.raises(ValueError, match=r"\.keras"):
            fitted.save(tmp_path / "model.h5")

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
        yield scipy.sparse.csr_matrix(x.reshape(len(x), -1)), "toarray"
        yield x.astype("str"), "numbers"
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


TRAIN_UNTIL_KILLED = """
import importlib.util, os, signal, sys
sys.path.insert(0, "")
import conftest  # the settings of the test's own process
import keras

class Kill(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            os.kill(os.getpid(), signal.SIGKILL)

file, name, folder = sys.argv[1:]
spec = importlib.util.spec_from_file_location("killed", file)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
backup = keras.callbacks.BackupAndRestore(folder)
getattr(module, name)().train_four_epochs(backup, Kill())
"""
