"""Every model with nothing but its defaults, on data it was not tuned for.

    python benchmarks/defaults.py
    KERAS_BACKEND=torch python benchmarks/defaults.py rings tables

Fits each class for as many epochs as two cores do in two minutes, and prints
one figure beside that of a reference:

- `rings`: 8,192 points of Gaussians on a circle. The part of the draws within
  three standard deviations of a mean, and how many means have such draws,
  beside that of new points.
- `tables`: standardised tables of scikit-learn, two thirds to train. Nats of a
  held-out row, beside one Gaussian's. Of a VAE, the bound of 200 draws of z.
- `digits`, `colours`: bits of scikit-learn's digits; and crops of them of 7 by
  5, in three channels, each tinted by one of seven colours. Nats of a held-out
  image, beside one Gaussian's, which is given the dequantised bits, with the
  floor 0.001 of its variances.
- `samples`: grey digits. The Fréchet distance of 500 draws in features of the
  package's classifier, beside that of a mixture of ten Gaussians, and that of
  training data to test data.

The last column says whether the figure is what a default should give: 0.8 near
a mean, all of them found, for the stable GANs; better than one Gaussian for
every density; nearer to the data than the mixture for the stable GANs of
images. Where defaults promise nothing it is empty: for the first GAN, and for
tables under a VAE, whose code of two numbers is there to be drawn as a map.
"""

import argparse
import math
import sys
import time

import keras_genmodels as kgm
import keras
import numpy as np
import sklearn.datasets
from sklearn.model_selection import train_test_split

RINGS = ((5, 0.2), (7, 0.1), (10, 0.1))  # means on a circle of radius 2; scale
TABLES = ("iris", "wine", "breast_cancer", "diabetes")
GAMES = {  # epochs, and whether the defaults promise something
    kgm.WGANGP: (120, True),
    kgm.R3GAN: (240, True),
    kgm.GAN: (240, False),
}
BINARY = {
    kgm.MADE: 200,
    kgm.RNNMADE: 20,
    kgm.PixelCNN: 40,
    kgm.GatedPixelCNN: 40,
    kgm.PixelRNN: 10,
    kgm.WaveNet: 20,
    kgm.ImageTransformer: 20,
    kgm.VAE: 200,
    kgm.IWAE: 200,
    kgm.MixtureVAE: 200,
    kgm.ConditionalVAE: 200,
}
SAMPLERS = {
    kgm.Autoencoder: (200, False),
    kgm.DenoisingAutoencoder: (200, False),
    kgm.VAE: (200, False),
    kgm.VQVAE: (50, False),
    kgm.GAN: (200, False),
    kgm.ConditionalGAN: (200, False),
    kgm.DCGAN: (20, False),
    kgm.WGANGP: (100, True),
    kgm.R3GAN: (200, True),
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    groups = {
        "rings": rings,
        "tables": tables,
        "digits": digits,
        "colours": colours,
        "samples": samples,
    }
    parser.add_argument("groups", nargs="*", help=f"of {', '.join(groups)}")
    parser.add_argument(
        "--epochs", type=float, default=1.0, help="times those of the recipe"
    )
    options = parser.parse_args()
    disappointed = 0
    for name in options.groups or groups:
        for data, cls, figure, reference, good in groups[name](options.epochs):
            disappointed += good is False
            verdict = {True: "good", False: "BAD", None: ""}[good]
            print(
                f"{name:8} {data:14} {cls:21} {figure:22} {reference:22} "
                f"{verdict}",
                flush=True,
            )
    return disappointed


def fit(model, *data, epochs, batch_size):
    """The model, trained, and a string of the seconds that it took."""
    keras.utils.set_random_seed(0)
    start = time.perf_counter()
    model.compile()
    epochs = max(1, round(epochs))
    model.fit(*data, epochs=epochs, batch_size=batch_size, verbose=0)
    return model, f"{time.perf_counter() - start:.0f} s"


def rings(times):
    for count, scale in RINGS:
        angles = 2 * np.pi * np.arange(count) / count
        means = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)

        def near(points, means=means, scale=scale):
            distances = np.linalg.norm(points[:, None] - means, axis=2)
            good = distances.min(axis=1) < 3 * scale
            return good.mean(), len(np.unique(distances.argmin(axis=1)[good]))

        rng = np.random.default_rng(0)
        x = means[rng.integers(0, count, 2 * 8192)]
        x = (x + scale * rng.normal(size=x.shape)).astype("float32")
        x, new = x[:8192], x[8192:]
        for cls, (epochs, promise) in GAMES.items():
            model, seconds = fit(
                cls.from_shape((2,), seed=0),
                x,
                epochs=times * epochs,
                batch_size=256,
            )
            share, found = near(model.sample(8192, seed=1))
            good = bool(share >= 0.8 and found == count) if promise else None
            yield (
                f"{count}, {scale}",
                cls.__name__,
                f"{share:.3f}, {found} found",
                f"points {near(new)[0]:.3f}, {seconds}",
                good,
            )


def tables(times):
    for name in TABLES:
        x, y = getattr(sklearn.datasets, f"load_{name}")(return_X_y=True)
        x, x_test, y, _ = train_test_split(
            x, y, train_size=2 / 3, random_state=0
        )
        z, _ = kgm.datasets.standardize(x)
        z_test, _ = kgm.datasets.standardize(x_test, x)
        shape, whole = z.shape[1:], len(z)
        reference, _ = fit(
            kgm.MultivariateGaussian(shape), z, epochs=1, batch_size=whole
        )
        reference = reference.log_prob(z_test).mean()
        models = {
            "GaussianMixture, 3": (
                kgm.GaussianMixture(shape, 3, seed=0),
                (z,),
                50,
                whole,
            ),
            "VAE": (
                kgm.VAE.from_shape(shape, likelihood="normal", seed=0),
                (z,),
                100,
                32,
            ),
        }
        if name != "diabetes":  # whose labels are numbers
            models["BayesClassifier"] = (
                kgm.BayesClassifier(shape, int(y.max()) + 1),
                (z, y),
                1,
                whole,
            )
        for label, (model, data, epochs, batch_size) in models.items():
            model, seconds = fit(
                model, *data, epochs=times * epochs, batch_size=batch_size
            )
            nats = log_prob(model, z_test).mean()
            yield (
                name,
                label,
                f"{nats:.2f} nats",
                f"Gaussian {reference:.2f}, {seconds}",
                None if label == "VAE" else bool(nats > reference),
            )


def digits(times):
    yield from bits(*split(), times)


def colours(times):
    (x, y), (x_test, y_test) = split()
    rng = np.random.default_rng(0)

    def tinted(x):
        tint = rng.integers(1, 8, len(x))[:, None] >> np.arange(3) & 1
        crops = x[:, :7, 1:6] * tint[:, None, None]
        return crops.astype("float32")

    yield from bits((tinted(x), y), (tinted(x_test), y_test), times)


def split():
    """Bits of the digits, with labels: to train and to test."""
    return (
        (kgm.datasets.binarize(x), y) for x, y in kgm.datasets.load("digits")
    )


def bits(train, test, times):
    (x, y), (x_test, y_test) = train, test
    shape, dim = x.shape[1:], math.prod(x.shape[1:])
    gaussian, _ = fit(
        kgm.MultivariateGaussian(shape, covariance_floor=1e-3),
        kgm.datasets.dequantize(x, levels=2, seed=0),
        epochs=1,
        batch_size=len(x),
    )
    reference = gaussian.log_prob(
        kgm.datasets.dequantize(x_test, levels=2, seed=1)
    ).mean() - dim * math.log(2)
    size = " x ".join(map(str, shape))
    for cls, epochs in BINARY.items():
        options, labels, test_labels = {"seed": 0}, (), ()
        if cls is kgm.ConditionalVAE:
            options, labels, test_labels = (
                {"num_classes": 10, "seed": 0},
                (y,),
                (y_test,),
            )
        model, seconds = fit(
            cls.from_shape(shape, **options),
            x,
            *labels,
            epochs=times * epochs,
            batch_size=32,
        )
        nats = log_prob(model, x_test, *test_labels).mean()
        yield (
            size,
            cls.__name__,
            f"{nats:.2f} nats",
            f"Gaussian {reference:.2f}, {seconds}",
            bool(nats > reference),
        )


def log_prob(model, x, *labels):
    """log p(x), `(n,)`, or its bound by 200 draws of z."""
    if hasattr(model, "log_prob"):
        return model.log_prob(x)
    y = labels[0] if labels else None
    return model.importance_log_prob(x, 200, y=y, seed=0)


def samples(times):
    (x, y), (x_test, y_test) = kgm.datasets.load("digits")
    labelled = {"y_test": y_test}

    def distance(model, **labels):
        result = kgm.metrics.evaluate_samples(
            model, x_test, x_train=x, num_samples=500, seed=0, **labels
        )
        return [
            part["frechet_distance"]
            for part in (result.samples, result.baseline)
        ]

    mixture, _ = fit(
        kgm.GaussianMixture((8, 8, 1), 10, covariance_floor=1e-3, seed=0),
        x,
        epochs=50,
        batch_size=len(x),
    )
    reference, real = distance(mixture)
    for cls, (epochs, promise) in SAMPLERS.items():
        conditional = cls is kgm.ConditionalGAN
        model, seconds = fit(
            cls.from_shape(
                (8, 8, 1),
                seed=0,
                **({"num_classes": 10} if conditional else {}),
            ),
            *((x, y) if conditional else (x,)),
            epochs=times * epochs,
            batch_size=32,
        )
        if hasattr(model, "fit_code_density"):
            model.fit_code_density(x)
        if hasattr(model, "fit_prior"):
            model.fit_prior(x, verbose=0)
        value, _ = distance(model, **(labelled if conditional else {}))
        yield (
            "8 x 8 x 1",
            cls.__name__,
            f"{value:.3f}",
            f"{reference:.3f}, real {real:.3f}, {seconds}",
            bool(value < reference) if promise else None,
        )


if __name__ == "__main__":
    sys.exit(main())
