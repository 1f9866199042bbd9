"""A fresh network falls far away; a reference bends its energy up again."""

import numpy as np
import style

EXTENT = 9.0
UNITS = 16
SCALE = 2.0
ETA, NUM_STEPS = 0.1, 600


def network():
    """Weights of one hidden layer as they are drawn before training."""
    rng = np.random.default_rng(28)
    kernel = rng.standard_normal(UNITS)
    out = rng.standard_normal(UNITS) / UNITS**0.5
    return kernel, out


KERNEL, OUT = network()


def energy(x, scale=np.inf):
    """Of softplus units, which are straight lines far away."""
    hidden = np.logaddexp(0, 2 * np.multiply.outer(x, KERNEL))
    return hidden @ OUT + x**2 / (2 * scale**2)


def chains(scale, num_chains=4):
    rng = np.random.default_rng(0)
    x = rng.standard_normal(num_chains)
    path = [x]
    for _ in range(NUM_STEPS):
        slope = (energy(x + 1e-4, scale) - energy(x - 1e-4, scale)) / 2e-4
        noise = rng.standard_normal(num_chains)
        x = x - ETA / 2 * slope + np.sqrt(ETA) * noise
        path.append(x)
    return np.array(path)


def draw():
    figure, (left, right) = style.figure(7, 3.3, 1, 2)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.06)
    x = np.linspace(-EXTENT, EXTENT, 400)
    for scale, colour in (
        (np.inf, style.NOISE),
        (SCALE, style.MODEL),
    ):
        curve = energy(x, scale) - energy(np.zeros(1), scale)
        left.plot(x, curve, color=colour)
        right.plot(chains(scale), color=colour, linewidth=1.1)
    left.set(xlim=(-EXTENT, EXTENT), ylim=(-9, 12), xlabel="$x$")
    left.set(ylabel="energy", xticks=[-8, 0, 8], yticks=[])
    left.text(-2.6, 9.8, "with reference", color=style.MODEL)
    left.text(-8.5, -7.5, "network alone", color=style.NOISE)
    right.set(xlabel="steps", ylabel="$x$", xlim=(0, NUM_STEPS))
    right.set(ylim=(-5, 25), xticks=[0, 300, 600], yticks=[0, 10, 20])
    return figure
