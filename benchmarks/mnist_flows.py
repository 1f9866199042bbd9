"""Flows on dequantised MNIST, in bits per dimension.

    python benchmarks/mnist_flows.py Glow --data-dir ../shared/data/mnist
    python benchmarks/mnist_flows.py Glow --epochs 40 --save glow.keras

Each models the 256 levels of a pixel, with uniform noise drawn anew in each
step, in batches of 32, by Adam with gradients clipped to norm 1 and a learning
rate that rises to 1e-3 in the first 500 steps and falls to zero along half a
cosine. Prints the bound of all
test images with one draw of noise, and of the first thousand with 64; then how
often MAF's networks ran to draw 64 images, of the 784 passes that one value at
a time would take. With `--validation` the test images are such as were held out
of training, to choose by. `--load` evaluates a model that `--save` kept.
"""

import time

import keras_genmodels as kgm
import keras

from mnist_autoencoders import train
from mnist_levels import command_line
from mnist_levels import images
from mnist_levels import report

SHAPE = (28, 28, 1)
LEVELS = {"num_levels": 256, "seed": 0}
VECTOR = {"hidden_units": (512, 512)}
MODELS = {
    "RealNVP": lambda: kgm.RealNVP.from_shape(SHAPE, **LEVELS),
    "Glow": lambda: kgm.Glow.from_shape(SHAPE, **LEVELS),
    "MAF": lambda: kgm.MAF.from_shape((784,), **VECTOR, **LEVELS),
    "NSF": lambda: kgm.NeuralSplineFlow.from_shape(
        (784,), autoregressive=True, num_steps=3, **VECTOR, **LEVELS
    ),
}


def main():
    parser = command_line(__doc__, MODELS, epochs=4)
    parser.add_argument("--draws", type=int, default=64)
    options = parser.parse_args()
    x, x_test = images(options)
    if options.load:
        model = keras.saving.load_model(options.load)
    else:
        model = MODELS[options.model]()
        x = x.reshape(-1, *model.data_shape)
        train(
            model,
            x,
            options.epochs,
            batch_size=32,
            clipnorm=1.0,
            warmup_steps=500,
        )
    if options.save:
        model.save(options.save)
    x_test = x_test.reshape(-1, *model.data_shape)
    report("one draw", -model.elbo(x_test, seed=0, batch_size=64))
    nats = model.importance_log_prob(
        x_test[:1000], options.draws, seed=0, batch_size=64
    )
    report(f"{options.draws} draws, of a thousand images", -nats)
    start = time.perf_counter()
    _, passes = model.sample(64, seed=0, batch_size=64, return_passes=True)
    seconds = time.perf_counter() - start
    print(f"64 images in {seconds:.1f} s, {passes.max()} passes of networks")


if __name__ == "__main__":
    main()
