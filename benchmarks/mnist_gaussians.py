"""A Gaussian and a mixture of ten on MNIST: bits per pixel of test images.

    python benchmarks/mnist_gaussians.py --data-dir ../shared/data/mnist

The 256 grey levels are dequantised with uniform noise, so that the figures
bound those of the levels. The floor of the variances is the one that suits
2,000 images held out of training best. `BayesClassifier`, one model per class,
is measured by `examples/gaussians/bayes_classifier.py --dataset mnist`.
"""

import argparse
import math
import time

import keras_genmodels as kgm

SHAPE = (28, 28, 1)
MODELS = {
    "MultivariateGaussian": (
        lambda floor: kgm.MultivariateGaussian(SHAPE, covariance_floor=floor),
        {"batch_size": 6000, "epochs": 1},
    ),
    "GaussianMixture, 10 components": (
        lambda floor: kgm.GaussianMixture(
            SHAPE, 10, covariance_floor=floor, seed=0
        ),
        {"batch_size": 6000, "epochs": 3},
    ),
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data-dir")
    options = parser.parse_args()
    (x, _), (x_test, _) = kgm.datasets.load("mnist", data_dir=options.data_dir)
    x, x_val = kgm.datasets.validation_split(x, num=2000)
    x, x_val, x_test = (
        kgm.datasets.dequantize(rows, levels=256, seed=seed)
        for seed, rows in enumerate([x, x_val, x_test])
    )
    for name, (make, fit) in MODELS.items():
        start = time.perf_counter()
        fitted = {}
        for floor in (1e-6, 1e-4, 1e-3):
            model = make(floor)
            model.compile()
            model.fit(x, verbose=0, **fit)
            fitted[floor] = model, model.log_prob(x_val).mean()
        floor = max(fitted, key=lambda floor: fitted[floor][1])
        bits = 8 - fitted[floor][0].log_prob(x_test) / (784 * math.log(2))
        error = bits.std(ddof=1) / math.sqrt(len(bits))
        print(
            f"{name}: {bits.mean():.3f} +- {error:.3f} bits per pixel, floor "
            f"{floor}, {time.perf_counter() - start:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
