"""Set-up for one process, which tests one backend: `KERAS_BACKEND=jax pytest`.

Two virtual CPU devices stand in for two accelerators, on JAX and TensorFlow.
"""

import os
import pathlib
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# JAX compiles the same small functions again and again.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR",
    str(pathlib.Path(__file__).parents[1] / ".jax_cache"),
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
os.environ["XLA_FLAGS"] = " ".join(
    [
        os.environ.get("XLA_FLAGS", ""),
        "--xla_force_host_platform_device_count=2",
        # Small programs take longer to optimise than to run.
        "--xla_backend_optimization_level=0",
        "--xla_cpu_use_fusion_emitters=false",
    ]
).strip()
if os.environ.get("KERAS_BACKEND") == "torch":
    import torch  # noqa: F401  After TensorFlow, some versions crash.

import keras
import numpy as np
import pytest

import keras_genmodels as kgm

keras.config.disable_traceback_filtering()
if keras.backend.backend() == "torch":
    # For small models, threads cost more than they bring.
    torch.set_num_threads(1)
if keras.backend.backend() == "jax":
    import jax
if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * 2,
    )


def pytest_addoption(parser):
    parser.addoption(
        "--slow", action="store_true", help="also run the tests marked slow"
    )


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--slow"):
        skip = pytest.mark.skip(reason="slow: run with --slow")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def clean_state():
    """The same random stream and precision for every test, in any order."""
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture(autouse=True, scope="module")
def forget_compiled():
    """JAX keeps all it has compiled: gigabytes, when the last module ends."""
    yield
    if keras.backend.backend() == "jax":
        jax.clear_caches()


@pytest.fixture(scope="session")
def digits():
    """scikit-learn's digits: `(x_train, y_train), (x_test, y_test)`."""
    return kgm.datasets.load("digits")


@pytest.fixture(scope="session")
def two_devices():
    """The scope in which models are built for two devices.

    One for all tests: TensorFlow mixes up the sums over devices of a second
    strategy in the same process with those of the first.
    """
    if keras.backend.backend() == "jax":
        devices = keras.distribution.list_devices("cpu")
        assert len(devices) == 2
        distribution = keras.distribution.DataParallel(devices=devices)
        return distribution.scope
    if keras.backend.backend() == "tensorflow":
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        assert strategy.num_replicas_in_sync == 2
        return strategy.scope
    pytest.skip("Keras distributes over devices on JAX and TensorFlow.")


@pytest.fixture(scope="session")
def other_process():
    """`other_process(backend)(folder, method, arguments)`.

    Loads `folder/model.keras` in another process, which runs on `backend` and
    has imported nothing but the package, and returns the method's result;
    for the method `fit`, the optimizer's steps after one more epoch, having
    saved the model in the same place. The processes stay, since importing a
    backend takes seconds.
    """
    processes = {}

    def on(backend):
        pytest.importorskip(backend)
        if backend not in processes:
            processes[backend] = subprocess.Popen(
                [sys.executable, "-c", ANSWER_REQUESTS],
                env={**os.environ, "KERAS_BACKEND": backend},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        process = processes[backend]

        def call(folder, method, arguments):
            np.savez(folder / "given.npz", **arguments)
            print(folder, method, file=process.stdin, flush=True)
            answer = process.stdout.readline().strip()
            assert answer == "done", answer or "the process died"
            return np.load(folder / "value.npy")

        return call

    yield on
    for process in processes.values():
        process.communicate()


ANSWER_REQUESTS = """
import sys
import keras, numpy as np
import keras_genmodels
for line in sys.stdin:
    folder, method = line.split()
    try:
        keras.backend.clear_session()
        model = keras.saving.load_model(folder + "/model.keras")
        given = dict(np.load(folder + "/given.npz"))
        if method == "fit":
            model.fit(**given, batch_size=35, verbose=0)
            model.save(folder + "/model.keras")
            value = model.optimizer.iterations
        else:
            given = {key: keras.ops.array(v) for key, v in given.items()}
            value = getattr(model, method)(**given)
        np.save(folder + "/value.npy", keras.ops.convert_to_numpy(value))
        print("done", flush=True)
    except Exception as error:
        print(repr(error).replace("\\n", " "), flush=True)
"""
