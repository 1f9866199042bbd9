"""What a step of a spline flow costs beside zuko, and beside raw JAX.

    taskset -c 0 python benchmarks/spline_step.py [--backends jax torch]

`NeuralSplineFlow.from_shape((16,), autoregressive=True)`, three maps of masked
networks with two layers of 128 units, Adam, batch 128, through `compile()` and
`fit` over an array. On JAX beside a loop by hand, which starts from the same
weights: before training, both say what one batch's loss is, before and after a
step, and must agree. On PyTorch beside zuko's flow of the same size in a loop
by hand (zuko is installed in the environment of the benchmarks); zuko turns
networks' outputs into splines by other formulas, so only the numbers of weights
are compared, and the losses after training are printed. Sides, turns and ratios
are as in `flow_step.py`.
"""

import argparse
import pathlib
import subprocess
import sys

import numpy as np

from flow_step import BACKENDS
from flow_step import epoch
from train_step import Side
from train_step import environment

sys.path.append(str(pathlib.Path(__file__).parent / "sides"))
from spline_common import NUM_STEPS  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--backends", nargs="+", default=BACKENDS, choices=BACKENDS
    )
    parser.add_argument("--epochs", type=int, default=15)
    options = parser.parse_args()
    for backend in options.backends:
        measure(backend, options.epochs)


def measure(backend, epochs):
    python = environment(backend)
    if backend == "torch":
        install = [python, "-m", "pip", "install", "-q", "zuko==1.6.0"]
        subprocess.run(install, check=True)
    sides = [
        Side(python, script, "spline", backend)
        for script in ("spline_fit.py", f"spline_{backend}.py")
    ]
    checks = [side.epoch() for side in sides]
    if backend == "jax":
        np.testing.assert_allclose(*checks, rtol=1e-4)
    for side in sides:
        epoch(side)  # which compiles
    runs = np.array([[epoch(side) for side in sides] for _ in range(epochs)])
    losses = [side.epoch()[1] for side in sides]
    for side in sides:
        side.close()
    (fit, other), _ = 1000 * np.median(runs, axis=0).T / NUM_STEPS["spline"]
    ratios = runs[:, 0] / runs[:, 1]
    wall, processor = np.median(ratios, axis=0)
    print(
        f"{backend}: fit {fit:.2f} ms, other {other:.2f} ms, ratio {wall:.2f}; "
        f"of the processor's time {processor:.2f}, from "
        f"{ratios[:, 1].min():.2f} to {ratios[:, 1].max():.2f}; weights "
        f"{checks[0][0]:.0f} and {checks[1][0]:.0f}; losses {losses[0]:.2f} "
        f"and {losses[1]:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
