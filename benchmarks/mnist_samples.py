"""Models without a likelihood on MNIST, judged by their samples.

    python benchmarks/mnist_samples.py --data-dir ../shared/data/mnist
    python benchmarks/mnist_samples.py --vae vae.keras ...

Trains each model by its recipe, or for `--epochs`, keeps it in `--folder` if
one is given (what that holds is not trained again), draws 10,000 images, as
many as there are for the test, and prints all metrics beside those of as many
training images. With `--validation` the test images are such as were held out
of training, to choose by, for instance a `--guidance`; `--spare-validation`
then judges the same models, trained without those images, by the test images.
`--vae` names a file of `benchmarks/mnist_autoencoders.py`, to be judged as
well: it draws the means of its pixels.
"""

import argparse
import math
import pathlib
import time
import typing

import keras_genmodels as kgm
import keras

SHAPE = (28, 28, 1)
BATCH_SIZE = 64
CONVOLUTIONAL = {"network": "conv", "hidden_units": (32, 64), "seed": 0}
UNET = {
    "network": "unet",
    "network_options": {"filters": (32, 64, 64)},
    "seed": 0,
}


class Recipe(typing.NamedTuple):
    """How a model is made and trained.

    Attributes:
        make: Function without arguments that returns it.
        epochs: Int.
        learning_rate: Float, of both players of a GAN.
        decays: Whether the rate falls to zero along a cosine.
        drawing: Dict, arguments of `sample`.
    """

    make: typing.Callable
    epochs: int
    learning_rate: float
    decays: bool = False
    drawing: dict = {}


RECIPES = {
    "DCGAN": Recipe(
        lambda: kgm.DCGAN.from_shape(SHAPE, filters=(32, 64), seed=0),
        epochs=6,
        learning_rate=5e-4,
    ),
    "ConditionalGAN": Recipe(
        lambda: kgm.ConditionalGAN.from_shape(
            SHAPE,
            num_classes=10,
            projection=True,
            batch_normalization=True,
            **CONVOLUTIONAL,
        ),
        epochs=6,
        learning_rate=5e-4,
    ),
    "WGANGP": Recipe(
        lambda: kgm.WGANGP.from_shape(SHAPE, d_steps=2, **CONVOLUTIONAL),
        epochs=4,
        learning_rate=5e-4,
    ),
    "R3GAN": Recipe(
        lambda: kgm.R3GAN.from_shape(
            SHAPE,
            gamma=0.1,
            ema_momentum=0.998,
            batch_normalization=True,
            **CONVOLUTIONAL,
        ),
        epochs=8,
        learning_rate=2e-3,
        decays=True,
    ),
    "FlowMatching": Recipe(
        lambda: kgm.FlowMatching.from_shape(
            SHAPE, time_sampling="logit_normal", **UNET
        ),
        epochs=11,
        learning_rate=2e-3,
        decays=True,
    ),
    "ConditionalFlowMatching": Recipe(
        lambda: kgm.FlowMatching.from_shape(
            SHAPE, num_classes=10, time_sampling="logit_normal", **UNET
        ),
        epochs=24,
        learning_rate=2e-3,
        decays=True,
        drawing={"method": "dpm", "num_steps": 16, "guidance": 0.25},
    ),
    "EDM": Recipe(
        lambda: kgm.EDM.from_shape(SHAPE, **UNET),
        epochs=11,
        learning_rate=2e-3,
        decays=True,
    ),
    "ConditionalMeanFlow": Recipe(
        lambda: kgm.MeanFlow.from_shape(SHAPE, num_classes=10, **UNET),
        epochs=11,
        learning_rate=2e-3,
        decays=True,
    ),
}


def trained(name, x, y, epochs=None, folder=None):
    recipe = RECIPES[name]
    epochs = epochs or recipe.epochs
    file = folder and folder / f"{name}_{epochs}_epochs_of_{len(x)}.keras"
    if file and file.exists():
        return keras.saving.load_model(file)
    keras.utils.set_random_seed(0)
    model = recipe.make()
    rate = recipe.learning_rate
    if recipe.decays:
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


def recipe_drawing(name):
    return RECIPES[name].drawing if name in RECIPES else {}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--models", nargs="*", default=RECIPES, choices=RECIPES)
    parser.add_argument("--data-dir")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--vae", type=pathlib.Path)
    split = parser.add_mutually_exclusive_group()
    split.add_argument("--validation", action="store_true")
    split.add_argument("--spare-validation", action="store_true")
    parser.add_argument("--num-samples", type=int)
    parser.add_argument("--method", help="instead of the recipe's")
    parser.add_argument("--num-steps", type=int)
    parser.add_argument("--guidance", type=float)
    options = parser.parse_args()
    (x, y), (x_test, y_test) = kgm.datasets.load(
        "mnist", data_dir=options.data_dir
    )
    if options.validation or options.spare_validation:
        (x, y), validation = kgm.datasets.validation_split(x, y, num=10_000)
    if options.validation:
        x_test, y_test = validation
    names = ("method", "num_steps", "guidance")
    chosen = {name: getattr(options, name) for name in names}
    chosen = {k: v for k, v in chosen.items() if v is not None}
    models = {
        name: trained(name, x, y, options.epochs, options.folder)
        for name in options.models
    }
    if options.vae:
        models["VAE"] = keras.saving.load_model(options.vae)
    for name, model in models.items():
        start = time.perf_counter()
        result = kgm.metrics.evaluate_samples(
            model,
            x_test,
            x,
            y_test=y_test,
            num_samples=options.num_samples,
            sample_options=recipe_drawing(name) | chosen,
        )
        print(f"\n{name}, {time.perf_counter() - start:.0f} s\n{result}")


if __name__ == "__main__":
    main()
