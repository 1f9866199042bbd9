"""Fixed-point against ancestral sampling, for every autoregressive model.

    python benchmarks/sampling.py --data-dir ../shared/data/mnist

Trains each model for two minutes on dynamically binarised MNIST, then draws 64
images by both methods from the same noise. Prints the passes through the
network, the seconds of a second call, when all is compiled, and whether the
images are equal.
"""

import argparse
import time

import keras
import numpy as np

import keras_genmodels as kgm

SHAPE = (28, 28, 1)
MODELS = {
    "MADE": lambda: kgm.MADE(SHAPE, hidden_units=(500,), seed=0),
    "PixelCNN": lambda: kgm.PixelCNN.from_shape(
        SHAPE, filters=16, num_blocks=3, seed=0
    ),
    "GatedPixelCNN": lambda: kgm.GatedPixelCNN.from_shape(
        SHAPE, filters=16, num_blocks=4, seed=0
    ),
}
NUM_IMAGES = 64


class StopAfter(keras.callbacks.Callback):
    """End training after so many seconds, counted from the second batch."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds
        self.end = None

    def on_train_batch_end(self, batch, logs=None):
        now = time.perf_counter()
        self.end = self.end or now + self.seconds
        if now > self.end:
            self.model.stop_training = True


def draw(model, method):
    """Images, passes and seconds, without the time of compiling."""
    for _ in range(2):
        start = time.perf_counter()
        images, passes = model.sample(
            NUM_IMAGES, seed=0, method=method, return_passes=True
        )
        seconds = time.perf_counter() - start
    return images, int(passes.max()), seconds


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data-dir")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--models", nargs="+", default=MODELS, choices=MODELS)
    options = parser.parse_args()
    (x, _), _ = kgm.datasets.load("mnist", data_dir=options.data_dir)
    x, x_val = kgm.datasets.validation_split(x, num=1000)
    x_val = kgm.datasets.binarize(x_val)
    print(
        f"{'model':15}{'weights':>9}{'val. nats':>11}{'passes':>8}{'s':>7}"
        f"{'ancestral':>11}{'s':>7}  equal  ({keras.backend.backend()})"
    )
    for name in options.models:
        keras.utils.set_random_seed(0)
        model = MODELS[name]()
        model.compile()
        model.fit(
            kgm.datasets.DynamicBinarization(x, batch_size=64),
            epochs=1000,
            callbacks=[StopAfter(options.seconds)],
            verbose=0,
        )
        nats = -model.log_prob(x_val).mean()
        images, passes, seconds = draw(model, "fixed_point")
        same, all_passes, all_seconds = draw(model, "ancestral")
        print(
            f"{name:15}{model.count_params():9}{nats:11.2f}{passes:8}"
            f"{seconds:7.2f}{all_passes:11}{all_seconds:7.2f}  "
            f"{np.array_equal(images, same)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
