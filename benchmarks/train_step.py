"""What `fit` costs beside a training loop written by hand.

    python benchmarks/train_step.py [--backends jax torch] [--epochs 7]

The same VAE (dense 784-400-20-400-784, or a small convolutional one), batch
128, Adam, on the same data, through `model.fit` and through a loop in raw JAX,
TensorFlow or PyTorch. Each side is a process of its own in an environment that
holds one backend (`.venv-bench/BACKEND`, made when missing). The two train in
turns, an epoch each; the first epoch, which compiles, is not counted. Prints
the medians in seconds and their ratio.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
BACKENDS = ("tensorflow", "jax", "torch")
NETWORKS = ("dense", "conv")


class Side:
    """A process that trains one epoch whenever it is asked to."""

    def __init__(self, python, script, network, backend):
        self.process = subprocess.Popen(
            [python, HERE / "sides" / script, network],
            env={
                **os.environ,
                "KERAS_BACKEND": backend,
                "TF_CPP_MIN_LOG_LEVEL": "3",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def epoch(self):
        """Train one epoch; returns its seconds and mean loss."""
        self.process.stdin.write("epoch\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("result "):
                return tuple(map(float, line.split()[1:]))
        raise RuntimeError(f"{self.process.args} stopped")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def environment(backend):
    """The Python of an environment with the package and one backend."""
    folder = ROOT / ".venv-bench" / backend
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q"]
            + ["-c", ROOT / "constraints.txt", "-e", f"{ROOT}[{backend}]"],
            check=True,
        )
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backends", nargs="+", default=BACKENDS)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--epochs", type=int, default=7)
    options = parser.parse_args()
    print(
        f"{'backend':11}{'network':9}{'fit, s':>8}{'native, s':>11}"
        f"{'ratio':>7}   loss: fit, native"
    )
    for backend in options.backends:
        python = environment(backend)
        for network in options.networks:
            fit = Side(python, "fit.py", network, backend)
            native = Side(python, f"native_{backend}.py", network, backend)
            fit.epoch(), native.epoch()
            runs = [
                (fit.epoch(), native.epoch()) for _ in range(options.epochs)
            ]
            fit.close(), native.close()
            fit_s, native_s = (
                statistics.median(run[side][0] for run in runs)
                for side in (0, 1)
            )
            losses = ", ".join(f"{loss:.1f}" for _, loss in runs[-1])
            print(
                f"{backend:11}{network:9}{fit_s:8.3f}{native_s:11.3f}"
                f"{fit_s / native_s:7.2f}   {losses}",
                flush=True,
            )


if __name__ == "__main__":
    main()
