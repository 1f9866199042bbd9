"""`run_in_batches`: compiled once, in batches, at any time, with any state."""

import concurrent.futures
import itertools

import keras
import numpy as np
import pytest
from keras import ops
from training.models import DIM
from training.models import Portable
from training.models import data
from training.models import plain_network

from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded

BACKEND = keras.backend.backend()


class Verbs(Portable):
    """Methods of tensors that count how often Python runs them."""

    def __init__(self, network=None):
        super().__init__(network or plain_network())
        self.traces = 0
        self.sizes = []

    def compute_counted(self, x, power=1):
        self.traces += 1
        self.sizes.append(x.shape[0])
        return self.network(x) ** power

    def compute_sum(self, x, y):
        return {"sum": x + y, "parts": (ops.sum(x, axis=1), y)}

    def compute_shifted(self, x, shift=None):
        return x if shift is None else x + shift

    def compute_half(self, x, dtype="bfloat16"):
        return ops.cast(x, dtype)


def stream(model):
    """Where the model's stream of noise stands."""
    return ops.convert_to_numpy(model.seed_generator.state).tolist()


@pytest.mark.parametrize("batch_size", [1, 4, 5, 10, 100])
def test_the_result_is_that_of_the_whole(batch_size):
    model, x = Verbs(), data(10)
    result = run_in_batches(
        model, "compute_counted", (x,), batch_size=batch_size
    )
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.float32
    np.testing.assert_allclose(
        result, ops.convert_to_numpy(model.network(x)), rtol=1e-5, atol=1e-6
    )


def test_an_array_may_be_left_out_before_or_after_it_is_given():
    x = data(5)
    for arrays in ([(x,), (x, x)], [(x, x), (x,)]):
        model = Verbs()
        for given in arrays:
            np.testing.assert_allclose(
                run_in_batches(model, "compute_shifted", given),
                len(given) * x,
                rtol=1e-6,
            )


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [(1, {1}), (3, {4}), (9, {4, 1}), (11, {4}), (17, {4, 1})],
)
def test_sizes_are_powers_of_two_up_to_the_batch_size(rows, sizes):
    model, x = Verbs(), data(rows)
    result = run_in_batches(model, "compute_counted", (x,), batch_size=4)
    np.testing.assert_allclose(
        result, ops.convert_to_numpy(model.network(x)), rtol=1e-5, atol=1e-6
    )
    if BACKEND == "tensorflow":
        # Two rows at least; and its second trace is for all sizes.
        assert set(model.sizes) <= {max(size, 2) for size in sizes} | {None}
    else:
        assert set(model.sizes) == sizes


def test_compiled_once_for_all_batches_and_calls():
    model = Verbs()
    for rows in (9, 10, 12, 13, 16):
        run_in_batches(model, "compute_counted", (data(rows),), batch_size=16)
    if BACKEND == "torch":
        assert model.traces == 5  # nothing is compiled
    else:
        assert model.traces == 1
    before = model.traces
    run_in_batches(model, "compute_counted", (data(10),), power=2)
    assert model.traces == before + 1


def test_a_slider_compiles_no_new_function_at_each_place():
    model = Verbs()
    for num_samples in range(17, 60):
        assert model.sample(num_samples).shape == (num_samples, DIM)
    assert len(model.compiled_methods) == 2  # 32 and 64 rows


def test_few_functions_are_kept():
    model, x = Verbs(), data(2)
    for power in range(1, 70):
        run_in_batches(model, "compute_counted", (x,), power=power)
        run_in_batches(model, "compute_counted", (x,), power=1)
    assert len(model.compiled_methods) == 64
    if BACKEND == "torch":
        return  # nothing is compiled
    before = model.traces
    for power in (1, *range(7, 70)):  # used last
        run_in_batches(model, "compute_counted", (x,), power=power)
    assert model.traces == before
    run_in_batches(model, "compute_counted", (x,), power=6)
    assert model.traces == before + 1


def test_options_are_told_apart():
    model, x = Verbs(), data(6)
    one, two = (
        run_in_batches(model, "compute_counted", (x,), power=power)
        for power in (1, 2)
    )
    np.testing.assert_allclose(one**2, two, rtol=1e-5)


def test_structures_of_results():
    model, x = Verbs(), data(7)
    result = run_in_batches(model, "compute_sum", (x, 2 * x), batch_size=3)
    np.testing.assert_allclose(result["sum"], 3 * x, rtol=1e-6)
    np.testing.assert_allclose(result["parts"][0], x.sum(axis=1), rtol=1e-5)
    np.testing.assert_array_equal(result["parts"][1], 2 * x)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_low_precision_comes_back_as_float32(dtype):
    model, x = Verbs(), data(5)
    result = run_in_batches(model, "compute_half", (x,), dtype=dtype)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, x, rtol=1e-2)


def test_a_batch_size_below_one_is_refused():
    with pytest.raises(ValueError, match="batch_size=0"):
        run_in_batches(Verbs(), "compute_counted", (data(3),), batch_size=0)


# --- noise ----------------------------------------------------------------


def test_a_seed_fixes_the_draw_and_leaves_the_stream_alone():
    model, x = Verbs(), data(10)

    def noisy(seed):
        return run_in_batches(
            model, "compute_noisy", (x,), batch_size=4, seed=seed
        )

    before = stream(model)
    first, again, other = noisy(0), noisy(0), noisy(1)
    assert stream(model) == before
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_without_a_seed_the_stream_advances():
    model = Verbs()
    before = stream(model)
    draws = [model.sample(5, batch_size=2) for _ in range(2)]
    assert stream(model) != before
    assert not np.allclose(*draws)
    # Batches of one call do not repeat each other.
    assert len(np.unique(draws[0], axis=0)) == 5


def test_a_seeded_draw_does_not_disturb_training():
    def after_training(between):
        model = Verbs()
        model.sample(4)
        between(model)
        return model.sample(4)

    np.testing.assert_array_equal(
        after_training(lambda model: None),
        after_training(lambda model: model.sample(4, seed=9)),
    )


def in_threads(fn, arguments):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(fn, arguments))


def test_threads_share_no_draw():
    model = Verbs()
    model.sample(2)
    draws = in_threads(lambda _: model.sample(2), range(50))
    assert len(np.unique(np.concatenate(draws), axis=0)) == 100


def test_a_seeded_draw_is_the_same_in_every_thread():
    model = Verbs()
    expected = [model.sample(2, seed=seed) for seed in range(5)]
    before = stream(model)
    draws = in_threads(
        lambda i: model.sample(2, seed=i % 5) if i % 2 else model.sample(2),
        range(50),
    )
    for i in range(1, 50, 2):
        np.testing.assert_array_equal(draws[i], expected[i % 5])
    unseeded = np.concatenate(draws[::2])
    assert len(np.unique(unseeded, axis=0)) == 50
    assert stream(model) != before


def test_seeded_restores_the_stream_after_an_error():
    model = Verbs()
    before = stream(model)
    with pytest.raises(RuntimeError), seeded(model, 3):
        model.sample(2)
        raise RuntimeError
    assert stream(model) == before


# --- with training --------------------------------------------------------


def test_the_variables_are_no_constants():
    model, x = Verbs(), data(8)
    model.compile(optimizer=keras.optimizers.SGD(0.5))
    before = run_in_batches(model, "call", (x,))
    model.fit(x, batch_size=8, verbose=0)
    after = run_in_batches(model, "call", (x,))
    assert not np.allclose(before, after, atol=1e-3)
    np.testing.assert_allclose(
        after, model.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )


def train(callbacks=()):
    """A model after two epochs, and its logs."""
    model = Verbs()
    callbacks = [callback(model) for callback in callbacks]
    model.compile(optimizer=keras.optimizers.SGD(0.5))
    history = model.fit(
        data(8),
        batch_size=4,
        epochs=2,
        shuffle=False,
        validation_data=(data(4),),
        callbacks=callbacks,
        verbose=0,
    ).history
    return model, history, callbacks


@pytest.fixture(scope="module")
def undisturbed():
    return train()


@pytest.mark.parametrize("through", ["self.model", "a closure"])
def test_verbs_within_fit(through, undisturbed):
    """They see the current weights, and training goes on unharmed."""

    class Peek(keras.callbacks.Callback):
        def __init__(self, model):
            super().__init__()
            self.closure = model
            self.seen = {"batch": [], "test": [], "epoch": []}

        def peek(self, moment):
            model = self.model if through == "self.model" else self.closure
            draws = [model.sample(3, seed=seed) for seed in (0, 0, 1)]
            np.testing.assert_array_equal(draws[0], draws[1])
            assert not np.array_equal(draws[0], draws[2])
            self.seen[moment].append(run_in_batches(model, "call", (data(4),)))

        def on_train_batch_end(self, batch, logs=None):
            self.peek("batch")

        def on_test_batch_end(self, batch, logs=None):
            self.peek("test")

        def on_epoch_end(self, epoch, logs=None):
            self.peek("epoch")

    model, history, (peek,) = train([Peek])
    quiet, expected, _ = undisturbed
    assert history == expected
    for a, b in zip(model.get_weights(), quiet.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    seen = peek.seen
    assert [len(seen[moment]) for moment in seen] == [4, 2, 2]
    for earlier, later in itertools.pairwise(seen["batch"]):
        assert not np.allclose(earlier, later, atol=1e-4)
    for moment in seen:
        np.testing.assert_allclose(
            seen[moment][-1],
            run_in_batches(model, "call", (data(4),)),
            rtol=1e-5,
            atol=1e-6,
        )


def test_a_seeded_block_within_an_epoch():
    class Peek(keras.callbacks.Callback):
        def __init__(self, model):
            super().__init__()
            self.closure, self.draws = model, []

        def on_train_batch_end(self, batch, logs=None):
            with seeded(self.closure, 0):
                self.draws.append(self.closure.sample(2))

    before = stream(Verbs())
    model, _, (peek,) = train([Peek])
    assert stream(model) == before
    assert len(peek.draws) == 4
    assert not np.array_equal(peek.draws[0], peek.draws[3])
