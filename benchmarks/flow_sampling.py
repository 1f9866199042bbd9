"""How quickly flow matching draws: calls of the network, and seconds.

    KERAS_BACKEND=jax taskset -c 0 python benchmarks/flow_sampling.py

Draws 64 images of 28 by 28 by each method and number of steps, with the U-Net
of `flow_step.py`, whose weights do not matter here. Calls are counted where the
loop runs step by step, which on JAX and TensorFlow it does not by itself.
Seconds are the shortest of `--draws`, the first, which compiles, not counted:
by the clock, and of the processor's time, which other work disturbs less.
"""

import argparse
import contextlib
import pathlib
import sys
import time
from unittest import mock

import keras_genmodels as kgm
import keras

sys.path.append(str(pathlib.Path(__file__).parent / "sides"))
from flow_common import FILTERS  # noqa: E402
from flow_common import PACK  # noqa: E402
from flow_common import SHAPE  # noqa: E402

NUM_IMAGES = 64


@contextlib.contextmanager
def step_by_step():
    """Let compiled functions run as Python does."""
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        with jax.disable_jit():
            yield
    elif backend == "tensorflow":
        import tensorflow as tf

        tf.config.run_functions_eagerly(True)
        yield
        tf.config.run_functions_eagerly(False)
    else:
        yield


def count_calls(**options):
    """How often a draw calls the network, which here is a small one."""
    flow = kgm.FlowMatching.from_shape((2,), seed=0)
    with (
        step_by_step(),
        mock.patch.object(
            flow, "compute_output", wraps=flow.compute_output
        ) as counted,
    ):
        flow.sample(2, **options)
    return counted.call_count


def draw(flow, **options):
    """Seconds of a draw, by the clock and of the processor."""
    before = time.perf_counter(), time.process_time()
    flow.sample(NUM_IMAGES, seed=0, **options)
    return time.perf_counter() - before[0], time.process_time() - before[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--methods", nargs="+", default=kgm.FlowMatching.methods
    )
    parser.add_argument("--steps", nargs="+", type=int, default=(8, 16, 32))
    parser.add_argument("--draws", type=int, default=2)
    arguments = parser.parse_args()
    flow = kgm.FlowMatching.from_shape(
        SHAPE,
        network="unet",
        network_options={"filters": FILTERS, "pack": PACK},
        seed=0,
    )
    print("backend     method     steps  calls       s  processor, s")
    for method in arguments.methods:
        for steps in arguments.steps:
            options = {"method": method, "num_steps": steps}
            draw(flow, **options)
            draws = [draw(flow, **options) for _ in range(arguments.draws)]
            clock, processor = map(min, zip(*draws, strict=True))
            print(
                f"{keras.backend.backend():12}{method:11}{steps:5}"
                f"{count_calls(**options):7}{clock:8.3f}{processor:14.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
