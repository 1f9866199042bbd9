"""The same DCGAN in raw PyTorch."""

import contextlib

import numpy as np
import torch
from common import shuffled_batches
from gan_common import ADAM_EPSILON
from gan_common import BATCH_SIZE
from gan_common import BETA_1
from gan_common import BETA_2
from gan_common import EMA_MOMENTUM
from gan_common import EPSILON
from gan_common import LATENT_DIM
from gan_common import MOMENTUM
from gan_common import RATE
from gan_common import images
from gan_common import latents
from gan_common import serve
from gan_common import weights
from torch import nn
from torch.nn.functional import softplus


def normalization(count):
    return nn.BatchNorm2d(count, EPSILON, 1 - MOMENTUM)


def make_generator():
    return nn.Sequential(
        nn.Linear(LATENT_DIM, 6272, bias=False),
        nn.Unflatten(1, (128, 7, 7)),
        normalization(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
        normalization(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, 2, 1),
        nn.Sigmoid(),
    )


def make_discriminator():
    return nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, 2, 1, bias=False),
        normalization(128),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(6272, 1),
    )


def torch_layout(array):
    """A weight in PyTorch's layout."""
    if array.ndim == 4:  # height, width, then the two numbers of channels
        array = array.transpose(3, 2, 0, 1)
    elif array.shape[-1] == 6272:  # to an image with channels last
        array = array.reshape(-1, 7, 7, 128).transpose(3, 1, 2, 0)
        array = array.reshape(6272, -1)
    elif array.ndim == 2:  # from one
        array = array.reshape(7, 7, 128).transpose(2, 0, 1).reshape(1, -1)
    return torch.from_numpy(np.ascontiguousarray(array))


def weights_of(network):
    """Of parameters and moving averages, those that are not counters."""
    return [w for w in network.state_dict().values() if w.is_floating_point()]


def load(network, arrays):
    for weight, array in zip(weights_of(network), arrays, strict=True):
        weight.copy_(torch_layout(array))


@contextlib.contextmanager
def unmoved(network):
    """Let the network's moving averages stand still."""
    layers = [m for m in network if isinstance(m, nn.BatchNorm2d)]
    for layer in layers:
        layer.momentum = 0.0
    yield
    for layer in layers:
        layer.momentum = 1 - MOMENTUM


def d_loss_fn(x, z):
    with torch.no_grad():
        fakes = generator(z)
    real, fake = discriminator(x), discriminator(fakes)
    return (softplus(-real) + softplus(fake)).mean()


def g_loss_fn(z):
    return softplus(-discriminator(generator(z))).mean()


def adam(network):
    return torch.optim.Adam(
        network.parameters(), RATE, (BETA_1, BETA_2), ADAM_EPSILON
    )


def move(optimizer, loss):
    optimizer.zero_grad()
    # Of the other player's weights no gradient is wanted.
    loss.backward(inputs=optimizer.param_groups[0]["params"])
    optimizer.step()
    return loss.detach()


generator, discriminator = make_generator(), make_discriminator()
average = make_generator()
arrays = weights()
for network, values in zip(
    (generator, discriminator, average), (*arrays, arrays[0]), strict=True
):
    load(network, values)
x = np.ascontiguousarray(np.moveaxis(images(), -1, 1))
z = torch.from_numpy(latents())
with torch.no_grad(), unmoved(generator), unmoved(discriminator):
    losses = d_loss_fn(torch.from_numpy(x[:BATCH_SIZE]), z), g_loss_fn(z)
g_optimizer, d_optimizer = adam(generator), adam(discriminator)
rng = np.random.default_rng(0)


def step(x):
    with unmoved(generator):
        z = torch.randn(len(x), LATENT_DIM)
        d_loss = move(d_optimizer, d_loss_fn(x, z))
    with unmoved(discriminator):
        z = torch.randn(len(x), LATENT_DIM)
        g_loss = move(g_optimizer, g_loss_fn(z))
    for mean, weight in zip(
        weights_of(average), weights_of(generator), strict=True
    ):
        mean.lerp_(weight, 1 - EMA_MOMENTUM)
    return torch.stack([d_loss, g_loss])


def epoch():
    sums = torch.zeros(2)
    for batch in shuffled_batches(x, rng, BATCH_SIZE):
        batch = torch.from_numpy(batch)
        sums += step(batch) * len(batch)
    return float(sums[0]) / len(x)


num_weights = sum(
    w.numel() for n in (generator, discriminator) for w in weights_of(n)
)
serve(num_weights, map(float, losses), epoch)
