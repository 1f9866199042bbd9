"""What a step of a GAN costs beside one written by hand.

    python benchmarks/gan_step.py [--backends jax torch] [--epochs 7]

`DCGAN.from_shape((28, 28, 1))` with its own optimizers and the average of the
generator, batch 64, through `compile()` and `fit` over an array, and the same
in raw JAX or PyTorch: networks, losses, steps of Adam, batch normalisation,
average, shuffled batches. Sides and environments are as in `train_step.py`. All
start from the same weights; before training, each says how many it has and what
the two losses of one batch are, which must agree. The two train in turns, an
epoch each; the first, which compiles, is not counted. Prints the medians in
milliseconds per step and their ratio.
"""

import argparse
import math
import pathlib
import statistics
import sys

from train_step import Side
from train_step import environment

sys.path.append(str(pathlib.Path(__file__).parent / "sides"))
from gan_common import BATCH_SIZE  # noqa: E402

BACKENDS = ("jax", "torch")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--backends", nargs="+", default=BACKENDS, choices=BACKENDS
    )
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--steps", type=int, default=50, help="per epoch")
    options = parser.parse_args()
    print(
        f"{'backend':9}{'fit, ms':>8}{'native, ms':>12}{'ratio':>7}"
        "   weights, d_loss, g_loss of both"
    )
    for backend in options.backends:
        python, rows = environment(backend), str(options.steps * BATCH_SIZE)
        sides = [
            Side(python, script, rows, backend)
            for script in ("gan_fit.py", f"gan_{backend}.py")
        ]
        checks = [side.epoch() for side in sides]
        if checks[0][0] != checks[1][0] or not all(
            math.isclose(a, b, rel_tol=1e-4)
            for a, b in zip(*checks, strict=True)
        ):
            raise RuntimeError(f"The sides differ on {backend}: {checks}")
        runs = [
            [side.epoch()[0] for side in sides]
            for _ in range(options.epochs + 1)
        ]
        for side in sides:
            side.close()
        fit, native = (
            1000 * statistics.median(seconds) / options.steps
            for seconds in zip(*runs[1:], strict=True)
        )
        weights, d_loss, g_loss = checks[0]
        print(
            f"{backend:9}{fit:8.1f}{native:12.1f}{fit / native:7.2f}"
            f"   {weights:.0f}, {d_loss:.4f}, {g_loss:.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
