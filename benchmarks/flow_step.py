"""What a step of flow matching costs beside one written by hand.

    taskset -c 0 python benchmarks/flow_step.py [--backends jax torch]

`FlowMatching.from_shape((28, 28, 1))` with a U-Net or a dense network, Adam and
the average of the weights, batch 128, through `compile()` and `fit` over an
array, and the same in raw JAX or PyTorch. Sides and environments are as in
`train_step.py`. All start from the same weights; before training, each says how
many it has, the loss of one batch, the losses after a step on it, of the
network and of the average, and the output for four images: they must agree. The
two train in turns, an epoch each; the first, which compiles, is not counted.
Prints the medians in milliseconds per step, and those of the ratios of two
epochs side by side: by the clock, and of the processor's time, which other work
disturbs less, this with the lowest and the highest.
"""

import argparse
import os
import pathlib
import sys

import numpy as np

from train_step import Side
from train_step import environment

sys.path.append(str(pathlib.Path(__file__).parent / "sides"))
from flow_common import NUM_STEPS  # noqa: E402

BACKENDS = ("jax", "torch")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--backends", nargs="+", default=BACKENDS, choices=BACKENDS
    )
    parser.add_argument(
        "--networks", nargs="+", default=NUM_STEPS, choices=NUM_STEPS
    )
    parser.add_argument("--epochs", type=int, default=7)
    options = parser.parse_args()
    print(
        f"{'backend':9}{'network':9}{'fit, ms':>8}{'native, ms':>12}"
        f"{'ratio':>7}{'processor':>11}{'range':>10}"
        "   weights, losses of both"
    )
    for backend in options.backends:
        for network in options.networks:
            measure(backend, network, options.epochs)


def measure(backend, network, epochs):
    python = environment(backend)
    sides = [
        Side(python, script, network, backend)
        for script in ("flow_fit.py", f"flow_{backend}.py")
    ]
    checks = np.array([side.epoch() for side in sides])
    np.testing.assert_allclose(*checks, rtol=1e-4, atol=1e-4)
    runs = np.array(
        [[epoch(side) for side in sides] for _ in range(epochs + 1)]
    )[1:]
    for side in sides:
        side.close()
    (fit, native), _ = 1000 * np.median(runs, axis=0).T / NUM_STEPS[network]
    ratios = runs[:, 0] / runs[:, 1]
    wall, processor = np.median(ratios, axis=0)
    weights, *losses = checks[0, :4]
    print(
        f"{backend:9}{network:9}{fit:8.2f}{native:12.2f}{wall:7.2f}"
        f"{processor:11.2f} {ratios[:, 1].min():5.2f}-{ratios[:, 1].max():4.2f}"
        f"   {weights:.0f}, " + ", ".join(f"{loss:.3f}" for loss in losses),
        flush=True,
    )


def epoch(side):
    """Seconds of an epoch, by the clock and of the processor's time."""
    before = processor_time(side)
    seconds = side.epoch()[0]
    return seconds, processor_time(side) - before


def processor_time(side):
    """Seconds that a process has used up to now, as Linux counts them."""
    text = pathlib.Path(f"/proc/{side.process.pid}/stat").read_text()
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
