"""Densities of tables: flows beside a Gaussian, a mixture and a kernel density.

    python benchmarks/tables.py
    python benchmarks/tables.py --tables power gas --data-dir FOLDER

Of each table of scikit-learn, five random splits. What a model has to choose
is chosen on the validation rows: how many components, how wide a kernel, when
to stop training. Prints the mean negative log density of the test rows in nats
of standardised numbers, with the standard error over the splits, or of one
split, over the rows.
"""

import argparse
import itertools
import math
import time

import keras_genmodels as kgm
import keras
import numpy as np
from sklearn.neighbors import KernelDensity

BATCH_SIZE = 64
PATIENCE = 30


def gaussian(x, x_val):
    model = kgm.MultivariateGaussian(x.shape[1:])
    model.compile()
    model.fit(x, verbose=0)
    return model.log_prob


def mixture(x, x_val):
    best = None
    sizes = itertools.product((2, 3, 5), (0.01, 0.1))
    for num_components, floor in sizes:
        keras.utils.set_random_seed(0)
        model = kgm.GaussianMixture(
            x.shape[1:], num_components, covariance_floor=floor, seed=0
        )
        model.compile()
        model.fit(x, batch_size=len(x), epochs=50, verbose=0)
        nats = model.log_prob(x_val).mean()
        if best is None or nats > best[0]:
            best = nats, model.log_prob
    return best[1]


def kernel_density(x, x_val):
    models = [
        KernelDensity(bandwidth=width).fit(x)
        for width in np.geomspace(0.05, 2, 25)
    ]
    return max(models, key=lambda model: model.score(x_val)).score_samples


def flow(make):
    def trained(x, x_val):
        keras.utils.set_random_seed(0)
        model = make(x.shape[1:], seed=0)
        model.compile(keras.optimizers.AdamW(3e-3, weight_decay=0.3))
        model.fit(
            x,
            batch_size=BATCH_SIZE,
            epochs=1000,
            verbose=0,
            validation_data=(x_val,),
            callbacks=[
                keras.callbacks.EarlyStopping(
                    patience=PATIENCE, restore_best_weights=True
                )
            ],
        )
        return model.log_prob

    return trained


SIZES = {"num_steps": 3, "hidden_units": (32,)}
MODELS = {
    "Gaussian": gaussian,
    "mixture": mixture,
    "kernel density": kernel_density,
    "RealNVP": flow(
        lambda s, **k: kgm.RealNVP(s, **SIZES | {"num_steps": 6}, **k)
    ),
    "MAF": flow(lambda s, **k: kgm.MAF(s, **SIZES, **k)),
    "NSF, couplings": flow(
        lambda s, **k: kgm.NeuralSplineFlow(s, **SIZES, **k)
    ),
    "NSF, autoregressive": flow(
        lambda s, **k: kgm.NeuralSplineFlow(
            s, autoregressive=True, **SIZES, **k
        )
    ),
}


def mean_and_error(values):
    values = np.asarray(values)
    return values.mean(), values.std(ddof=1) / math.sqrt(len(values))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    tables = kgm.datasets.tables
    parser.add_argument("--tables", nargs="*", default=tables.SMALL)
    parser.add_argument("--models", nargs="*", default=MODELS, choices=MODELS)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--data-dir")
    parser.add_argument("--validation", action="store_true")
    options = parser.parse_args()
    for table in options.tables:
        if table in tables.SMALL:
            splits = [
                kgm.datasets.load_table(table, split=split)
                for split in range(options.splits)
            ]
        else:
            splits = [kgm.datasets.load_table(table, data_dir=options.data_dir)]
        for name in options.models:
            start = time.perf_counter()
            costs = []
            for x, x_val, x_test in splits:
                log_prob = MODELS[name](x, x_val)
                costs.append(-log_prob(x_val if options.validation else x_test))
            means = [cost.mean() for cost in costs]
            mean, error = mean_and_error(means if len(means) > 1 else costs[0])
            print(
                f"{table}, {name}: {mean:.2f} +- {error:.2f} nats, "
                f"{time.perf_counter() - start:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
