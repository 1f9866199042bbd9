"""Every model on MNIST, by one protocol: what it costs and how good it is.

    python benchmarks/compare.py --data-dir ../shared/data/mnist
    python benchmarks/compare.py --only Glow MAF --recipe long

Trains each model of `recipes.py` on the 60,000 training images, on the backend
that is fastest for it or on `--backend`, each in a process of its own, and
writes what it measured to `benchmarks/results/NAME.RECIPE.json`: weights,
seconds, the test images' nats and bits per dimension with their standard error,
the metrics of 10,000 draws, what it takes to draw 64, memory, versions, commit.
What is in that folder is not measured again. A run that was stopped goes on
after the last whole epoch; the trained model stays in `--folder`.

`--validation` measures 2,000 images held out of training instead, to choose by;
it and `--epochs`, for trying out, print the result and write none.
"""

import argparse
import inspect
import json
import math
import os
import pathlib
import platform
import resource
import subprocess
import sys
import time

import keras_genmodels as kgm
import keras
import matplotlib.image
import numpy as np

from recipes import RECIPES
from recipes import SHAPE

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "results"


class Clock(keras.callbacks.Callback):
    """Adds up the seconds of all epochs, also of those before a stop.

    By the clock, and of the processor, which other work disturbs less.
    """

    def __init__(self, file):
        super().__init__()
        self.file = file
        self.seconds = {"clock": 0.0, "processor": 0.0}
        if file.exists():
            self.seconds = json.loads(file.read_text())

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds["clock"] += time.perf_counter() - self.start[0]
        self.seconds["processor"] += time.process_time() - self.start[1]
        self.file.write_text(json.dumps(self.seconds))


def fit(model, recipe, x, y, callbacks):
    """Train by a recipe."""
    labels = {} if model.num_classes is None else {"y": y}
    steps = math.ceil(len(x) / recipe.batch_size) * recipe.epochs
    warmup = recipe.warmup_steps
    optimizer = model.default_optimizer()
    optimizer.learning_rate = keras.optimizers.schedules.CosineDecay(
        0.0 if warmup else recipe.learning_rate,
        steps - warmup,
        warmup_target=recipe.learning_rate if warmup else None,
        warmup_steps=warmup,
    )
    optimizer.clipnorm = recipe.clipnorm
    model.compile(optimizer)
    batches = {"batch_size": recipe.batch_size}
    if recipe.protocol == "bits":
        x = kgm.datasets.DynamicBinarization(x, **labels, **batches)
        labels, batches = {}, {}
    model.fit(
        x,
        **labels,
        **batches,
        epochs=recipe.epochs,
        callbacks=callbacks,
        verbose=2,
    )


def likelihood(model, recipe, x, y):
    """Of the test data, in nats and bits per dimension; or `None`."""
    if recipe.likelihood is None:
        return None

    def log_prob(verb, *args, num=None, **options):
        if model.num_classes is not None:
            options["y"] = y[:num]
        options["batch_size"] = recipe.batch_size
        return getattr(model, verb)(x[:num], *args, **options)

    if recipe.likelihood == "exact":
        return {"kind": "exact", **mean_and_error(log_prob("log_prob"))}
    one = log_prob("elbo", seed=0)
    # Many draws, of levels for a part of the images only.
    draws = recipe.likelihood
    num = 1000 if recipe.protocol == "levels" else len(x)
    many = log_prob("importance_log_prob", draws, num=num, seed=0)
    return {
        "kind": "bound",
        **mean_and_error(one),
        "draws": draws,
        "tightened": mean_and_error(many),
        "gain": mean_and_error(one[:num] - many),
    }


def mean_and_error(log_prob):
    """Of -log p: nats, bits per dimension, and standard errors."""
    nats = -np.asarray(log_prob, "float64")
    error = nats.std(ddof=1) / math.sqrt(len(nats))
    bits = 784 * math.log(2)
    return {
        "images": len(nats),
        "nats": nats.mean(),
        "nats_error": error,
        "bits": nats.mean() / bits,
        "bits_error": error / bits,
    }


def drawing(model, recipe):
    """64 images, and what they take: seconds, passes of networks."""
    options = dict(recipe.drawing)
    if model.num_classes is not None:
        options["labels"] = np.arange(64) % 10
    counts = "return_passes" in inspect.signature(model.sample).parameters
    if counts:
        options["return_passes"] = True
    for _ in range(2):  # the first compiles
        start = time.perf_counter()
        drawn = model.sample(64, seed=0, **options)
        found = {"seconds": time.perf_counter() - start}
    if counts:
        drawn, passes = drawn
        found["passes"] = int(passes.max())
    return drawn.reshape(-1, 28, 28), found


def save_strip(file, images):
    """The first twenty images in two rows, as a PNG."""
    rows = images[:20].reshape(2, 10, 28, 28).swapaxes(1, 2)
    pixels = rows.reshape(2 * 28, 10 * 28)
    matplotlib.image.imsave(file, pixels, cmap="gray", vmin=0, vmax=1)


def metrics(model, recipe, x_test, x, y_test, num_samples):
    """Of draws, and of as many training images."""
    result = kgm.metrics.evaluate_samples(
        model,
        x_test,
        x,
        y_test=y_test,
        num_samples=num_samples,
        sample_options=recipe.drawing,
    )
    return {
        name: {k: np.asarray(v).tolist() for k, v in values.items()}
        for name, values in result._asdict().items()
        if isinstance(values, dict)
    }


def commit():
    """Of the repository, with a plus if the package differs from it."""
    git = ["git", "-C", HERE.parent]
    run = {"capture_output": True, "text": True, "check": True}
    head = subprocess.run([*git, "rev-parse", "HEAD"], **run).stdout.strip()
    changed = subprocess.run(
        [*git, "status", "--porcelain", "keras_genmodels", "benchmarks/*.py"],
        **run,
    ).stdout
    return head + "+" * bool(changed)


def machine():
    """The processor, as the system calls it, and its cores in use."""
    name = platform.processor() or platform.machine()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
    cores = len(os.sched_getaffinity(0))
    return {"processor": name, "cores": cores}


def measure(name, recipe, options):
    """Train and judge one model: its draws, a dict for the file."""
    keras.utils.set_random_seed(0)
    (x, y), (x_test, y_test) = kgm.datasets.load(
        "mnist", data_dir=options.data_dir
    )
    if options.validation:
        (x, y), (x_test, y_test) = kgm.datasets.validation_split(x, y, num=2000)
    if recipe.protocol == "bits":
        x_test = kgm.datasets.binarize(x_test)
    model = recipe.make()
    shape = -1, *model.data_shape
    run = f"{name}.{options.recipe}.{recipe.epochs}_epochs_of_{len(x)}"
    folder = options.folder / run
    folder.mkdir(parents=True, exist_ok=True)
    file, clock = folder / "model.keras", Clock(folder / "seconds.json")
    if file.exists():
        model = keras.saving.load_model(file)
    else:
        backup = keras.callbacks.BackupAndRestore(folder / "backup")
        stop = keras.callbacks.TerminateOnNaN(raise_error=True)
        fit(model, recipe, x.reshape(shape), y, [clock, backup, stop])
        model.save(file)
    print(f"{run}: {clock.seconds} seconds", flush=True)
    images, cost = drawing(model, recipe)
    found = {
        "model": name,
        "recipe": options.recipe,
        "protocol": recipe.protocol,
        "weights": model.count_params(),
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "learning_rate": recipe.learning_rate,
        "seconds": clock.seconds,
        "likelihood": likelihood(model, recipe, x_test.reshape(shape), y_test),
        "drawing": cost,
    }
    print(json.dumps(found, indent=1), flush=True)
    if not options.validation:
        if recipe.protocol == "bits":
            x = kgm.datasets.binarize(x)
        found["samples"] = metrics(
            Images(model), recipe, x_test, x, y_test, options.num_samples
        )
    return images, {
        **found,
        "memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        / 2**20,
        "backend": keras.backend.backend(),
        "machine": machine(),
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "keras_genmodels": kgm.__version__,
        },
        "commit": commit(),
        "seed": 0,
    }


class Images:
    """A model whose draws are images, whatever shape it gives them."""

    def __init__(self, model):
        self.model = model
        self.num_classes = model.num_classes

    def sample(self, num_samples, **options):
        return self.model.sample(num_samples, **options).reshape(-1, *SHAPE)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--recipe", choices=RECIPES, default="short")
    parser.add_argument("--backend", choices=("jax", "tensorflow", "torch"))
    parser.add_argument("--data-dir")
    parser.add_argument(
        "--folder", type=pathlib.Path, default=pathlib.Path("runs/compare")
    )
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--num-samples", type=int, default=10_000)
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    recipes = RECIPES[options.recipe]
    unknown = set(options.only or ()) - set(recipes)
    if unknown:
        parser.error(f"no {options.recipe} recipe for {', '.join(unknown)}")
    trial = options.validation or options.epochs
    for name in [options.inside] if options.inside else options.only or recipes:
        file = RESULTS / f"{name}.{options.recipe}.json"
        if file.exists() and not trial:
            print(f"{name}: measured before")
            continue
        if not options.inside:
            backend = options.backend or recipes[name].backend
            subprocess.run(
                [sys.executable, *sys.argv, "--inside", name],
                env={**os.environ, "KERAS_BACKEND": backend},
                check=True,
            )
            continue
        recipe = recipes[name]
        if options.epochs:
            recipe = recipe._replace(epochs=options.epochs)
        images, found = measure(name, recipe, options)
        if trial:
            print(json.dumps(found, indent=1))
        else:
            RESULTS.mkdir(exist_ok=True)
            file.write_text(json.dumps(found, indent=1) + "\n")
            save_strip(file.with_suffix(".png"), images)


if __name__ == "__main__":
    main()
