"""Models without a likelihood on MNIST, judged by their samples.

    python benchmarks/mnist_samples.py --data-dir ../shared/data/mnist
    python benchmarks/mnist_samples.py --vae vae.keras ...

Trains each model by its recipe, or for `--epochs`, keeps it in `--folder` if
one is given (what that holds is not trained again), draws 10,000 images, as
many as there are for the test, and prints all metrics beside those of as many
training images. With `--validation` the test images are such as were held out
of training, to choose by. `--vae` names a file of
`benchmarks/mnist_autoencoders.py`, to be judged as well: it draws the means of
its pixels.
"""

import argparse
import math
import pathlib
import time

import keras_genmodels as kgm
import keras

SHAPE = (28, 28, 1)
BATCH_SIZE = 64
CONVOLUTIONAL = {"network": "conv", "hidden_units": (32, 64), "seed": 0}
# The model, its epochs, the learning rate of both players, and whether it
# falls to zero along a cosine.
MODELS = {
    "DCGAN": (
        lambda: kgm.DCGAN.from_shape(SHAPE, filters=(32, 64), seed=0),
        6,
        5e-4,
        False,
    ),
    "ConditionalGAN": (
        lambda: kgm.ConditionalGAN.from_shape(
            SHAPE,
            num_classes=10,
            projection=True,
            batch_normalization=True,
            **CONVOLUTIONAL,
        ),
        6,
        5e-4,
        False,
    ),
    "WGANGP": (
        lambda: kgm.WGANGP.from_shape(SHAPE, d_steps=2, **CONVOLUTIONAL),
        4,
        5e-4,
        False,
    ),
    "R3GAN": (
        lambda: kgm.R3GAN.from_shape(
            SHAPE,
            gamma=0.1,
            ema_momentum=0.998,
            batch_normalization=True,
            **CONVOLUTIONAL,
        ),
        8,
        2e-3,
        True,
    ),
}


def trained(name, x, y, epochs=None, folder=None):
    make, own_epochs, rate, decays = MODELS[name]
    epochs = epochs or own_epochs
    file = folder and folder / f"{name}_{epochs}_epochs_of_{len(x)}.keras"
    if file and file.exists():
        return keras.saving.load_model(file)
    keras.utils.set_random_seed(0)
    model = make()
    if decays:
        steps = epochs * math.ceil(len(x) / BATCH_SIZE)
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
    optimizer = model.default_optimizer()
    optimizer.learning_rate = rate
    model.compile(optimizer)
    start = time.perf_counter()
    labels = {} if model.num_classes is None else {"y": y}
    model.fit(x, **labels, epochs=epochs, batch_size=BATCH_SIZE, verbose=2)
    print(f"{name}: {epochs} epochs in {time.perf_counter() - start:.0f} s")
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        model.save(file)
    return model


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--models", nargs="*", default=MODELS, choices=MODELS)
    parser.add_argument("--data-dir")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--vae", type=pathlib.Path)
    parser.add_argument("--validation", action="store_true")
    options = parser.parse_args()
    (x, y), (x_test, y_test) = kgm.datasets.load(
        "mnist", data_dir=options.data_dir
    )
    if options.validation:
        (x, y), (x_test, y_test) = kgm.datasets.validation_split(
            x, y, num=10_000
        )
    models = {
        name: trained(name, x, y, options.epochs, options.folder)
        for name in options.models
    }
    if options.vae:
        models["VAE"] = keras.saving.load_model(options.vae)
    for name, model in models.items():
        start = time.perf_counter()
        result = kgm.metrics.evaluate_samples(model, x_test, x, y_test=y_test)
        print(f"\n{name}, {time.perf_counter() - start:.0f} s\n{result}")


if __name__ == "__main__":
    main()
