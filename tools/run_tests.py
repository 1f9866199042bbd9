"""Run the test suite once per backend, each in a process of its own.

    python tools/run_tests.py [BACKEND ...] [-- PYTEST ARGUMENT ...]

Two processes share the tests of a backend, each with one thread: small models
gain nothing from more. Tests of what does not touch a backend run once, with
the first. Prints one line per backend at the end; exits non-zero if any run
failed.
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


def main(arguments):
    split = arguments.index("--") if "--" in arguments else len(arguments)
    backends, pytest_arguments = arguments[:split], arguments[split + 1 :]
    backends = backends or BACKENDS
    if unknown := set(backends) - set(BACKENDS):
        sys.exit(f"Expected backends among {BACKENDS}. Received: {unknown}")
    lines, failed, ignored = [], False, []
    for backend in backends:
        print(f"=== {backend}", flush=True)
        start = time.perf_counter()
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "pytest", "-q", "--ignore=tests/site"),
                *("-n", "2", "--dist", "worksteal"),
                *ignored,
                *pytest_arguments,
            ],
            env={**os.environ, **ONE_THREAD, "KERAS_BACKEND": backend},
            stdout=subprocess.PIPE,
            text=True,
        )
        ignored = [f"--ignore={path}" for path in WITHOUT_BACKEND]
        last = ""
        for line in run.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
        failed |= run.wait() != 0
        outcome = "ok" if run.returncode == 0 else "FAILED"
        seconds = time.perf_counter() - start
        lines.append(f"{backend:10} {outcome:6} {seconds:4.0f} s  {last}")
    print("\n" + "\n".join(lines))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
