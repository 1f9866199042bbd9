"""A restricted Boltzmann machine of 500 units on dynamically binarised MNIST.

    python benchmarks/mnist_rbm.py persistent --data-dir ../shared/data/mnist
    python benchmarks/mnist_rbm.py cd1 --epochs 60 --save cd1.keras

`cd1` takes one step from the data, `cd25` 25 of them; `persistent` has 200
chains that go on, five steps at a time. All learn in batches of 100, by Adam
with a learning rate that falls from 1e-3 to zero along half a cosine. Prints
log Z by annealed importance sampling, its standard error and effective sample
size, for more and more steps, and the negative log probability of all test
images, in nats; with `--validation` of images held out of training, to choose
by. `--load` evaluates a model that `--save` kept.
"""

import time

import keras_genmodels as kgm
import keras

from mnist_autoencoders import train
from mnist_levels import command_line
from mnist_levels import images
from mnist_levels import report

MODELS = {
    "cd1": {"num_chains": 0, "gibbs_steps": 1},
    "cd25": {"num_chains": 0, "gibbs_steps": 25},
    "persistent": {"num_chains": 200, "gibbs_steps": 5},
}


def main():
    parser = command_line(__doc__, MODELS, epochs=30)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument(
        "--steps", type=int, nargs="*", default=(1000, 4000, 16000)
    )
    options = parser.parse_args()
    x, x_test = images(options)
    x_test = kgm.datasets.binarize(x_test)
    if options.load:
        model = keras.saving.load_model(options.load)
    else:
        model = kgm.RBM(
            x.shape[1:], hidden_units=500, seed=0, **MODELS[options.model]
        )
        model.initialize(kgm.datasets.binarize(x), seed=0)
        data = kgm.datasets.DynamicBinarization(x, batch_size=100)
        train(model, data, options.epochs, options.learning_rate)
    if options.save:
        model.save(options.save)
    for num_steps in options.steps:
        start = time.perf_counter()
        value, error, size = model.log_partition(
            "ais", num_runs=options.runs, num_steps=num_steps, seed=0
        )
        print(
            f"AIS, {num_steps} steps: log Z = {value:.2f} +- {error:.2f}, "
            f"effective sample size {size:.0f} of {options.runs}, "
            f"{time.perf_counter() - start:.0f} s"
        )
        nats = -model.log_prob(x_test, log_partition=value)
        report("test images, with that log Z", nats)


if __name__ == "__main__":
    main()
