"""How `compare.py` trains and judges each model on MNIST.

A protocol is what is modelled, so that figures of one can be compared:

- `"bits"`: each pixel 1 with its grey level as probability, drawn anew in each
  epoch; the test images are one fixed draw;
- `"levels"`: the 256 levels of 8 bits;
- `"grey"`: numbers in [0, 1], judged by draws alone.

The short recipes take at most 20 minutes of one core, the long ones at most
150. What was chosen, was chosen on images held out of training.
"""

import typing

import keras_genmodels as kgm

SHAPE = (28, 28, 1)
VECTOR = (784,)
LEVELS = {"num_levels": 256, "seed": 0}


class Recipe(typing.NamedTuple):
    """How a model is made, trained and judged.

    Attributes:
        make: Function without arguments that returns it.
        protocol: `"bits"`, `"levels"` or `"grey"`.
        epochs: Int.
        batch_size: Int.
        learning_rate: Float, which falls to zero along half a cosine.
        warmup_steps: Int, in which it rises from zero before.
        clipnorm: Optional float, for the gradients.
        backend: Where it trains fastest.
        likelihood: `"exact"`; an int, the draws of the bound
            `importance_log_prob`; or `None`, where there is none.
        drawing: Dict, arguments of `sample`.
    """

    make: typing.Callable
    protocol: str
    epochs: int
    batch_size: int = 64
    learning_rate: float = 1e-3
    warmup_steps: int = 0
    clipnorm: float | None = None
    backend: str = "jax"
    likelihood: str | int | None = None
    drawing: dict = {}


def flow(make, epochs, **kwargs):
    """A recipe for a flow of levels."""
    return Recipe(
        make,
        "levels",
        epochs,
        batch_size=32,
        warmup_steps=500,
        clipnorm=1.0,
        likelihood=64,
        **kwargs,
    )


RECIPES = {
    "short": {
        "RealNVP": flow(lambda: kgm.RealNVP.from_shape(SHAPE, **LEVELS), 3),
        "Glow": flow(lambda: kgm.Glow.from_shape(SHAPE, **LEVELS), 4),
        "MAF": flow(
            lambda: kgm.MAF.from_shape(
                VECTOR, hidden_units=(512, 512), **LEVELS
            ),
            15,
        ),
        "NeuralSplineFlow": flow(
            lambda: kgm.NeuralSplineFlow.from_shape(
                VECTOR,
                autoregressive=True,
                num_steps=3,
                hidden_units=(512, 512),
                **LEVELS,
            ),
            4,
        ),
    },
    "long": {
        "Glow": flow(lambda: kgm.Glow.from_shape(SHAPE, **LEVELS), 32),
    },
}
