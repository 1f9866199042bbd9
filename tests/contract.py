"""What every model must do, whatever it models: subclass and run.

class TestVAE(ModelContract):
    def make_model(self, **kwargs):
        return kgm.VAE.from_shape((8, 8, 1), **kwargs)

    def make_data(self, num_rows):
        ...
"""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_genmodels as kgm

BACKEND = keras.backend.backend()


class ModelContract:
    """The tests; a subclass says how to make the model and its data."""

    # Values that `sample` may return, and the verb whose result stands for
    # the model's outputs when it is saved and loaded.
    sample_range = (0.0, 1.0)
    density = "elbo"

    def make_model(self, **kwargs):
        raise AssertionError("the subclass makes the model")

    def make_data(self, num_rows):
        raise AssertionError("the subclass makes the data")

    @pytest.fixture
    def x(self):
        return self.make_data(70)  # two batches of 32 and one of 6

    @pytest.fixture
    def fitted(self, x):
        model = self.make_model(seed=1)
        model.compile()
        model.fit(x, batch_size=32, epochs=2, verbose=0)
        return model

    def outputs(self, model, x):
        return getattr(model, self.density)(x, seed=3)

    # --- training ---------------------------------------------------------

    @pytest.mark.parametrize("run_eagerly", [False, True])
    def test_fit_moves_every_weight_and_logs_every_term(self, x, run_eagerly):
        model = self.make_model()
        model.compile(run_eagerly=run_eagerly)
        before = [np.array(w) for w in model.get_weights()]
        paths = [v.path for v in model.weights]
        history = model.fit(
            x, batch_size=32, epochs=2, validation_data=(x,), verbose=0
        ).history
        expected = {*model.log_names, *("val_" + n for n in model.log_names)}
        assert set(history) == expected
        assert np.isfinite(list(history.values())).all()
        trainable = {v.path for v in model.trainable_variables}
        for path, old, new in zip(
            paths, before, model.get_weights(), strict=True
        ):
            if path in trainable:
                assert not np.array_equal(old, new), f"{path} did not move"

    def test_fit_takes_what_keras_takes(self, x):
        model = self.make_model()
        model.compile()
        for data in self.data_sets(x):
            loss = model.fit(data, verbose=0).history["loss"]
            assert np.isfinite(loss).all()
        assert int(model.optimizer.iterations) == 3 * len(self.data_sets(x))

    def data_sets(self, x):
        sets = [kgm.datasets.DynamicBinarization(x, batch_size=32)]
        if BACKEND == "tensorflow":
            import tensorflow as tf

            sets.append(tf.data.Dataset.from_tensor_slices(x).batch(32))
        if BACKEND == "torch":
            import torch

            tensors = torch.utils.data.TensorDataset(torch.tensor(x))
            sets.append(torch.utils.data.DataLoader(tensors, batch_size=32))
        return sets

    def test_an_example_without_weight_does_not_count(self, x):
        def loss(second_half, weights):
            keras.utils.set_random_seed(0)
            model = self.make_model(seed=1)
            model.compile()
            rows = np.concatenate([x[:32], second_half])
            return model.test_on_batch(
                rows, sample_weight=weights, return_dict=True
            )["loss"]

        first = np.repeat([1.0, 0.0], 32)
        halves = x[32:64], np.zeros_like(x[:32])
        weighted = [loss(half, first) for half in halves]
        unweighted = [loss(half, None) for half in halves]
        np.testing.assert_allclose(*weighted, rtol=1e-5)
        assert abs(unweighted[0] - unweighted[1]) > 1e-3 * abs(unweighted[0])

    def test_sample_weights_that_keras_would_drop_are_refused(self, fitted, x):
        for call in (fitted.fit, fitted.evaluate):
            with pytest.raises(ValueError, match="sample_weight"):
                call(x, sample_weight=np.ones(len(x)))

    def test_evaluate_changes_no_weight(self, fitted, x):
        before = [np.array(w) for w in fitted.get_weights()]
        logs = fitted.evaluate(x, verbose=0, return_dict=True)
        assert set(logs) == set(fitted.log_names)
        for old, new in zip(before, fitted.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)

    def test_mixed_precision(self, x):
        model = self.make_model(dtype="mixed_bfloat16")
        model.compile()
        history = model.fit(x, batch_size=32, verbose=0).history
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
        values = getattr(fitted, self.density)(x, batch_size=32)
        assert values.shape == (70,)
        assert np.isfinite(values).all()
        assert getattr(fitted, self.density)(x[:1]).shape == (1,)

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
        for old, new in zip(
            fitted.optimizer.variables, loaded.optimizer.variables, strict=True
        ):
            np.testing.assert_array_equal(
                keras.ops.convert_to_numpy(old), keras.ops.convert_to_numpy(new)
            )
        steps = int(loaded.optimizer.iterations)
        loaded.fit(x, batch_size=32, verbose=0)
        assert int(loaded.optimizer.iterations) == steps + 3

    @pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
    def test_loads_in_a_fresh_process(self, fitted, x, tmp_path, backend):
        """On this backend and the others, with equal density."""
        pytest.importorskip(backend)
        fitted.save(tmp_path / "model.keras")
        noise = self.noise(fitted, x)
        np.savez(tmp_path / "given.npz", x=x, **noise)
        script = (
            "import sys, numpy as np, keras, keras_genmodels\n"
            "model = keras.saving.load_model(sys.argv[1] + '/model.keras')\n"
            "given = dict(np.load(sys.argv[1] + '/given.npz'))\n"
            "given = keras.tree.map_structure(keras.ops.array, given)\n"
            f"value = model.compute_{self.density}(**given)\n"
            "value = keras.ops.convert_to_numpy(value)\n"
            "np.save(sys.argv[1] + '/value.npy', value)\n"
        )
        subprocess.run(
            [sys.executable, "-c", script, tmp_path],
            env={**os.environ, "KERAS_BACKEND": backend},
            check=True,
        )
        given = keras.tree.map_structure(keras.ops.array, {"x": x, **noise})
        expected = getattr(fitted, f"compute_{self.density}")(**given)
        np.testing.assert_allclose(
            np.load(tmp_path / "value.npy"),
            keras.ops.convert_to_numpy(expected),
            rtol=1e-4,
        )

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
        before = self.outputs(fitted, x)
        steps = int(fitted.optimizer.iterations)
        calls = [
            fitted.fit,
            fitted.evaluate,
            getattr(fitted, self.density),
            lambda bad: fitted.fit(x, validation_data=(bad,), verbose=0),
        ]
        for bad, word in self.bad_data(x):
            for call in calls:
                with pytest.raises(ValueError, match=word):
                    call(bad)
        assert int(fitted.optimizer.iterations) == steps
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

    def test_labels_are_unexpected(self, fitted, x):
        with pytest.raises(ValueError, match="not conditional"):
            fitted.fit(x, np.zeros(len(x)))
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
            self.make_model().fit(x)
