"""Autoregressive models on MNIST: held-out nats, and how quickly they draw.

    python benchmarks/sampling.py --data-dir ../shared/data/mnist
    KERAS_BACKEND=torch python benchmarks/sampling.py --folder runs/sampling

Trains each model on dynamically binarised MNIST by Adam with a learning rate
that falls to zero along half a cosine, for the epochs of its recipe or for
`--epochs`. Prints the negative log probability of the test images, or with
`--validation` of images held out of training, to choose by. Given a `--folder`,
trained models are kept there, and what it holds is not trained again, so that
one backend trains and all draw. Then draws 64 images from the same noise by all
`--methods` that the model has, and prints the passes through the network (or
steps of one value), the seconds, and how many images are equal to those of the
first method. Seconds are those of a second call, when all is compiled, unless
the first took more than 30.
"""

import argparse
import math
import pathlib
import time

import keras_genmodels as kgm
import keras

from mnist_autoencoders import train

SHAPE = (28, 28, 1)
# The model, its epochs and its learning rate.
MODELS = {
    "MADE": (
        lambda: kgm.MADE(
            SHAPE, hidden_units=(2000,), activation="swish", seed=0
        ),
        40,
        1.5e-3,
    ),
    "RNNMADE": (lambda: kgm.RNNMADE(SHAPE, units=64, seed=0), 1, 3e-3),
    "PixelCNN": (
        lambda: kgm.PixelCNN.from_shape(
            SHAPE, filters=16, num_blocks=4, seed=0
        ),
        4,
        3e-3,
    ),
    "GatedPixelCNN": (
        lambda: kgm.GatedPixelCNN.from_shape(
            SHAPE, filters=16, num_blocks=5, seed=0
        ),
        2,
        3e-3,
    ),
    "PixelRNN": (
        lambda: kgm.PixelRNN.from_shape(SHAPE, filters=8, num_blocks=1, seed=0),
        2,
        3e-3,
    ),
    "WaveNet": (lambda: kgm.WaveNet(SHAPE, units=32, seed=0), 1, 3e-3),
    "ImageTransformer": (
        lambda: kgm.ImageTransformer(
            SHAPE, units=32, num_layers=2, num_heads=2, seed=0
        ),
        1,
        3e-3,
    ),
}
METHODS = ("ancestral", "fixed_point", "cached")
NUM_IMAGES = 64


def draw(model, method):
    """Images, passes and seconds, without the time of compiling."""
    seconds = 0
    for _ in range(2):
        if seconds > 30:
            break
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
    parser.add_argument("--models", nargs="+", default=MODELS, choices=MODELS)
    parser.add_argument("--methods", nargs="+", default=METHODS)
    parser.add_argument("--data-dir")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--validation", action="store_true")
    options = parser.parse_args()
    (x, _), (x_test, _) = kgm.datasets.load("mnist", data_dir=options.data_dir)
    if options.validation:
        x, x_test = kgm.datasets.validation_split(x, num=2000)
    x_test = kgm.datasets.binarize(x_test)
    for name in options.models:
        make, epochs, learning_rate = MODELS[name]
        keras.utils.set_random_seed(0)
        epochs = options.epochs or epochs
        file = options.folder and (
            options.folder / f"{name}_{epochs}_epochs_of_{len(x)}.keras"
        )
        if file and file.exists():
            model = keras.saving.load_model(file)
        else:
            model = make()
            print(f"{name}, {model.count_params()} weights")
            data = kgm.datasets.DynamicBinarization(x, batch_size=64)
            train(model, data, epochs, learning_rate)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
                model.save(file)
        nats = -model.log_prob(x_test)
        error = nats.std(ddof=1) / math.sqrt(len(nats))
        print(f"{nats.mean():.2f} +- {error:.2f} nats", flush=True)
        reference = None
        for method in options.methods:
            if method in model.methods:
                images, passes, seconds = draw(model, method)
                reference = images if reference is None else reference
                equal = (images == reference).all(axis=(1, 2, 3)).sum()
                print(
                    f"{name:17}{keras.backend.backend():11}{method:12}"
                    f"{passes:4} passes {seconds:7.2f} s  {equal} equal",
                    flush=True,
                )


if __name__ == "__main__":
    main()
