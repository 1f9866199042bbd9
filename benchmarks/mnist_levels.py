"""Diffusion models of levels on MNIST: their bounds, against number of steps.

    python benchmarks/mnist_levels.py masked --data-dir ../shared/data/mnist
    python benchmarks/mnist_levels.py variational --save variational.keras

`masked` and `bayesian` are trained on dynamically binarised images,
`variational` on their 256 levels of grey, with one U-Net, in batches of 64, by
Adam with a learning rate that falls from 2e-3 to zero along half a cosine.
Prints the bound of -log p(x) of all test images, in nats, with standard errors,
and in bits per dimension; then the bounds of draws in fewer steps. With
`--validation` the test images are such as were held out of training, to choose
by. `--load` evaluates a model that `--save` kept.
"""

import argparse
import math
import time

import keras_genmodels as kgm
import keras

from mnist_autoencoders import train

SHAPE = (28, 28, 1)
BATCH_SIZE = 64
UNET = {
    "network": "unet",
    "network_options": {"filters": (32, 64, 64)},
    "seed": 0,
}
MODELS = {
    "masked": lambda: kgm.MaskedDiffusion.from_shape(SHAPE, **UNET),
    "bayesian": lambda: kgm.BayesianFlowNetwork.from_shape(SHAPE, **UNET),
    "variational": lambda: kgm.VariationalDiffusion.from_shape(SHAPE, **UNET),
}
NUM_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 400)


def report(name, nats):
    error = nats.std(ddof=1) / math.sqrt(len(nats))
    bits = nats.mean() / (math.prod(SHAPE) * math.log(2))
    print(
        f"{name}: {nats.mean():.2f} +- {error:.2f} nats, "
        f"{bits:.4f} bits per dimension",
        flush=True,
    )


def command_line(description, models, epochs):
    """A parser of the options that `images` and the training need."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", choices=models)
    parser.add_argument("--data-dir")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--save", help="a .keras file to write")
    parser.add_argument("--load", help="a .keras file, instead of training")
    parser.add_argument("--validation", action="store_true")
    return parser


def images(options):
    """MNIST to train on and to test on, after the seed has been set."""
    keras.utils.set_random_seed(0)
    (x, y), (x_test, _) = kgm.datasets.load("mnist", data_dir=options.data_dir)
    if options.validation:
        (x, _), (x_test, _) = kgm.datasets.validation_split(x, y, num=2000)
    return x, x_test


def main():
    parser = command_line(__doc__, MODELS, epochs=6)
    parser.add_argument("--num-times", type=int, default=4)
    options = parser.parse_args()
    x, x_test = images(options)
    bits = options.model != "variational"
    if bits:
        x_test = kgm.datasets.binarize(x_test)
    if options.load:
        model = keras.saving.load_model(options.load)
    else:
        model = MODELS[options.model]()
        data, batches = x, {"batch_size": BATCH_SIZE}
        if bits:
            data, batches = kgm.datasets.DynamicBinarization(x, **batches), {}
        train(model, data, options.epochs, learning_rate=2e-3, **batches)
    if options.save:
        model.save(options.save)
    start = time.perf_counter()
    # Each image counts `num_times` times: small batches stay in the cache.
    bounds = {"num_times": options.num_times, "seed": 0, "batch_size": 64}
    report("bound", -model.elbo(x_test, **bounds))
    print(f"evaluated in {time.perf_counter() - start:.0f} s")
    for num_steps in NUM_STEPS if bits else ():
        nats = -model.elbo(x_test, num_steps=num_steps, **bounds)
        report(f"{num_steps} steps", nats)


if __name__ == "__main__":
    main()
