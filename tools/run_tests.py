"""Run the test suite once per backend, each in a process of its own.

    python tools/run_tests.py [--kernels] [BACKEND ...] [-- PYTEST ARGUMENT ...]

Two processes share the tests of a backend, each with one thread: small models
gain nothing from more. Tests of what does not touch a backend run once, with
the first. Prints one line per run at the end; exits non-zero if any failed.

With `--kernels` only the tests marked `exact` run, on each backend once for
each of `KERNELS`: sums are rounded by the order that suits the processor, so
that what is equal on one machine may differ on another.
"""

import os
import subprocess
import sys
import time

BACKENDS = ("tensorflow", "jax", "torch")
WITHOUT_BACKEND = (
    "tests/datasets/test_densities.py",
    "tests/datasets/test_loading.py",
    "tests/datasets/test_mnist.py",
    "tests/datasets/test_preprocessing.py",
    "tests/datasets/test_tfds_folder.py",
    "tests/metrics/test_distances.py",
    "tests/metrics/test_neighborhoods.py",
    "tests/plotting",
    "tests/_internal/test_backend_choice.py",
)
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
# What libraries would run on older processors: OpenBLAS under NumPy, XLA under
# JAX, oneDNN under TensorFlow and PyTorch, ATen and MKL under PyTorch. The
# rest of the tests run what they choose on this one.
KERNELS = {
    "AVX2": {
        "OPENBLAS_CORETYPE": "Haswell",
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_CBWR": "AVX2",
    },
    "AVX": {
        "OPENBLAS_CORETYPE": "Sandybridge",
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX",
        "ONEDNN_MAX_CPU_ISA": "AVX",
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_CBWR": "AVX",
    },
    "SSE4": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_CBWR": "COMPATIBLE",
    },
}


def main(arguments):
    split = arguments.index("--") if "--" in arguments else len(arguments)
    backends, pytest_arguments = arguments[:split], arguments[split + 1 :]
    kernels = {"": {}}
    if "--kernels" in backends:
        backends.remove("--kernels")
        pytest_arguments += ["-m", "exact"]
        kernels = KERNELS
    backends = backends or BACKENDS
    if unknown := set(backends) - set(BACKENDS):
        sys.exit(f"Expected backends among {BACKENDS}. Received: {unknown}")
    lines, failed = [], False
    for name, settings in kernels.items():
        ignored = []
        for backend in backends:
            print(f"=== {backend} {name}", flush=True)
            start = time.perf_counter()
            code, last = run([*ignored, *pytest_arguments], backend, settings)
            ignored = [f"--ignore={path}" for path in WITHOUT_BACKEND]
            failed |= code != 0
            outcome = "ok" if code == 0 else "FAILED"
            seconds = time.perf_counter() - start
            lines.append(
                f"{backend:10} {name:4} {outcome:6} {seconds:4.0f} s  {last}"
            )
    print("\n" + "\n".join(lines))
    return int(failed)


def run(pytest_arguments, backend, settings):
    """Exit status of pytest, and the last line that it prints."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-q", "--ignore=tests/site"),
            *("-n", "2", "--dist", "worksteal"),
            *pytest_arguments,
        ],
        env={
            **os.environ,
            **ONE_THREAD,
            **settings,
            "KERAS_BACKEND": backend,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    last = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        last = line.strip() or last
    return process.wait(), last


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
