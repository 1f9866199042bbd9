"""The VAE and its relatives on dynamically binarised MNIST, by one recipe.

    python benchmarks/mnist_autoencoders.py vae --epochs 80 --save vae.keras
    python benchmarks/mnist_autoencoders.py vamp --start vae.keras --epochs 15

(with `--data-dir ../shared/data/mnist`, or wherever MNIST is.)
Networks 784-500-500-50 and back (of the hierarchical one, to levels of 100 and
50, with a prior by a layer of 200), batch 128, Adam with a learning rate that
falls from 1e-3 to zero along half a cosine. Prints the ELBO and the
1,000-sample bound on all test images, in nats, with standard errors, or with
`--validation` on images held out of training, to choose by.
"""

import argparse
import math
import time

import keras_genmodels as kgm
import keras
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import confusion_matrix

MODELS = {
    "vae": (kgm.VAE, {}),
    "beta_vae": (kgm.VAE, {"beta": 4.0}),
    "iwae": (kgm.IWAE, {"num_samples": 50}),
    "mixture": (kgm.MixtureVAE, {"num_components": 10}),
    "vamp": (kgm.MixtureVAE, {"prior": "vamp", "num_components": 100}),
    "conditional": (kgm.ConditionalVAE, {"num_classes": 10}),
    "hierarchical": (kgm.HierarchicalVAE, {}),
}


def train(model, data, epochs, learning_rate=1e-3, batch_size=None):
    """Fit batches, or an array in batches of `batch_size`."""
    steps = epochs * math.ceil(len(data) / (batch_size or 1))
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(keras.optimizers.Adam(schedule))
    start = time.perf_counter()
    model.fit(data, batch_size=batch_size, epochs=epochs, verbose=2)
    print(f"{epochs} epochs in {time.perf_counter() - start:.0f} s", flush=True)


def clustering_accuracy(model, x, y):
    """Of the best one-to-one assignment of components to classes."""
    counts = confusion_matrix(y, model.predict_proba(x).argmax(axis=1))
    return counts[linear_sum_assignment(-counts)].sum() / len(x)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--data-dir")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--save", help="a .keras file to write")
    parser.add_argument(
        "--start",
        help="a .keras file of a VAE, whose networks to go on from",
    )
    parser.add_argument("--latent-dim", type=int, default=50)
    parser.add_argument(
        "--latent-dims",
        type=int,
        nargs="+",
        default=(100, 50),
        help="of the levels of the hierarchical model, the lowest first",
    )
    parser.add_argument(
        "--free-bits", type=float, default=14.0, help="nats of each level"
    )
    parser.add_argument("--beta", type=float, help="instead of the model's")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--validation", action="store_true")
    options = parser.parse_args()
    keras.utils.set_random_seed(0)
    (x, y), (x_test, y_test) = kgm.datasets.load(
        "mnist", data_dir=options.data_dir
    )
    if options.validation:
        (x, y), (x_test, y_test) = kgm.datasets.validation_split(x, y, num=2000)
    x_test = kgm.datasets.binarize(x_test)
    cls, arguments = MODELS[options.model]
    if options.beta is not None:
        arguments = {**arguments, "beta": options.beta}
    if options.model == "hierarchical":
        networks = {"latent_dims": options.latent_dims, "prior_units": (200,)}
        arguments = {**arguments, "free_bits": options.free_bits}
    else:
        networks = {"latent_dim": options.latent_dim}
    batches = {"batch_size": 128, "workers": 2}
    data = kgm.datasets.DynamicBinarization(x, **batches)
    if options.start:
        vae = keras.saving.load_model(options.start)
        model = cls(vae.encoder, vae.decoder, seed=0, **arguments)
    else:
        networks["hidden_units"] = (500, 500)
        model = cls.from_shape(x.shape[1:], seed=0, **networks, **arguments)
    labels = {}
    if options.model == "conditional":
        data = kgm.datasets.DynamicBinarization(x, y, **batches)
        labels = {"y": y_test}
    if options.model == "vamp" or options.model == "mixture" and options.start:
        model.initialize_prior(kgm.datasets.binarize(x), seed=0)
    train(model, data, options.epochs)
    if options.save:
        model.save(options.save)
    start = time.perf_counter()
    bound = model.importance_log_prob(x_test, options.draws, seed=0, **labels)
    for name, nats in (
        ("ELBO", model.elbo(x_test, seed=0, **labels)),
        (f"{options.draws}-sample bound", bound),
    ):
        error = nats.std(ddof=1) / math.sqrt(len(nats))
        print(f"{name}: {nats.mean():.2f} +- {error:.2f} nats")
    if options.model == "mixture":
        accuracy = clustering_accuracy(model, x_test, y_test)
        print(f"clustering accuracy: {accuracy:.3f}")
    print(f"evaluated in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
