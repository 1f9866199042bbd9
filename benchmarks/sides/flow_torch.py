"""The same flow matching in raw PyTorch."""

import copy
import sys

import numpy as np
import torch
from common import BATCH_SIZE
from common import shuffled_batches
from flow_common import ADAM_EPSILON
from flow_common import BETA_1
from flow_common import BETA_2
from flow_common import EMA_MOMENTUM
from flow_common import EPSILON
from flow_common import FILTERS
from flow_common import GROUPS
from flow_common import HIDDEN_UNITS
from flow_common import PACK
from flow_common import RATE
from flow_common import UNITS
from flow_common import draws
from flow_common import images
from flow_common import weights
from gan_common import serve
from torch import nn
from torch.nn import functional
from torch.nn.functional import silu

KINDS = nn.Conv2d, nn.Linear, nn.GroupNorm
name = sys.argv[1]


class Embedding(nn.Module):
    def __init__(self):
        super().__init__()
        steps = torch.arange(UNITS // 2) / (UNITS // 2 - 1)
        self.register_buffer("frequencies", 1000 * 1e-4**steps)
        self.first = nn.Linear(UNITS, UNITS)
        self.second = nn.Linear(UNITS, UNITS)

    def forward(self, t):
        angles = t[:, None] * self.frequencies
        waves = torch.cat([angles.sin(), angles.cos()], -1)
        return silu(self.second(silu(self.first(waves))))


class Block(nn.Module):
    def __init__(self, before, features):
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, before, EPSILON)
        self.conv1 = nn.Conv2d(before, features, 3, padding=1)
        self.scale = nn.Linear(UNITS, features)
        self.shift = nn.Linear(UNITS, features)
        self.norm2 = nn.GroupNorm(GROUPS, features, EPSILON)
        self.skip = nn.Identity()
        if before != features:
            self.skip = nn.Conv2d(before, features, 1)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)

    def forward(self, x, condition):
        h = self.norm2(self.conv1(silu(self.norm1(x))))
        scale, shift = self.scale(condition), self.shift(condition)
        h = silu(h * (1 + scale[..., None, None]) + shift[..., None, None])
        return self.skip(x) + self.conv2(h)


class Down(nn.Module):
    def __init__(self, before, features):
        super().__init__()
        self.conv = nn.Conv2d(before, features, 3, 2)

    def forward(self, x):
        # What is missing of an even side is added at its end, as in Keras.
        rows, columns = (1 + side % 2 for side in x.shape[2:])
        pad = (columns - 1, 1, rows - 1, 1)
        return self.conv(functional.pad(x, pad))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = Embedding()
        self.stem = nn.Conv2d(PACK**2, FILTERS[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        before = FILTERS[0]
        for level, features in enumerate(FILTERS):
            change = Down(before, features) if level else nn.Identity()
            self.down.append(nn.ModuleList([change, Block(features, features)]))
            before = features
        for level, features in reversed(list(enumerate(FILTERS))):
            change = nn.Identity()
            if level < len(FILTERS) - 1:
                change = nn.Conv2d(before, features, 3, padding=1)
            self.up.append(
                nn.ModuleList([change, Block(2 * features, features)])
            )
            before = features
        self.norm = nn.GroupNorm(GROUPS, before, EPSILON)
        self.head = nn.Conv2d(before, PACK**2, 3, padding=1)

    def forward(self, x, t):
        condition = self.embedding(t)
        x = functional.pixel_unshuffle(x, PACK)
        x = self.stem(x.contiguous(memory_format=torch.channels_last))
        across = []
        for change, block in self.down:
            x = block(change(x), condition)
            across.append(x)
        for change, block in self.up:
            before = across.pop()
            if x is not before:  # not the deepest
                height, width = before.shape[2:]
                x = functional.interpolate(x, scale_factor=2)
                x = change(x[:, :, :height, :width])
            x = block(torch.cat([x, before], 1), condition)
        x = self.head(silu(self.norm(x)))
        return functional.pixel_shuffle(x, PACK)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = Embedding()
        self.hidden, before = nn.ModuleList(), 784
        for units in HIDDEN_UNITS:
            self.hidden.append(
                nn.ModuleList(
                    [nn.Linear(before, units), nn.Linear(UNITS, units)]
                )
            )
            before = units
        self.head = nn.Linear(before, 784)

    def forward(self, x, t):
        condition, shape = self.embedding(t), x.shape
        x = x.flatten(1)
        for dense, of_time in self.hidden:
            h = silu(dense(x) + of_time(condition))
            x = x + h if x.shape == h.shape else h
        return self.head(x).reshape(shape)


def make():
    """The network with the weights of all sides, its average, Adam."""
    network = UNet() if name == "unet" else MLP()
    for kind, pairs in zip(KINDS, weights(name), strict=True):
        modules = [m for m in network.modules() if isinstance(m, kind)]
        for module, pair in zip(modules, pairs, strict=True):
            kernel, bias = map(torch.from_numpy, pair)
            if kernel.ndim > 1:  # inputs and outputs come first in PyTorch
                kernel = kernel.movedim((-1, -2), (0, 1))
            with torch.no_grad():
                module.weight.copy_(kernel), module.bias.copy_(bias)
    network = network.to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).requires_grad_(False)
    optimizer = torch.optim.Adam(
        network.parameters(), RATE, (BETA_1, BETA_2), ADAM_EPSILON, fused=True
    )
    return network, average, optimizer


def loss_fn(network, x, t, noise):
    x, share = 2 * x - 1, t[:, None, None, None]
    velocity = network((1 - share) * x + share * noise, t)
    return (velocity - (noise - x)).square().sum((1, 2, 3)).mean()


def descend(n, x, t, noise):
    """A step of Adam and of the average, the n-th from 0."""
    loss = loss_fn(network, x, t, noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    momentum = min(EMA_MOMENTUM, (1 + n) / (10 + n))
    with torch.no_grad():
        torch._foreach_lerp_(
            list(average.parameters()),
            list(network.parameters()),
            1 - momentum,
        )
    return loss.detach()


x = np.ascontiguousarray(np.moveaxis(images(name), -1, 1))
t, noise = map(torch.from_numpy, draws())
noise = noise.movedim(-1, 1)
network, average, optimizer = make()
batch = torch.from_numpy(x[:BATCH_SIZE]), t, noise
with torch.no_grad():
    output = network(noise[:4], t[:4]).ravel()
losses = [descend(0, *batch)]
with torch.no_grad():
    losses += [loss_fn(network, *batch), loss_fn(average, *batch)]
network, average, optimizer = make()
rng, n = np.random.default_rng(0), 0


def epoch():
    global n
    total = torch.zeros(())
    for batch in shuffled_batches(x, rng):
        batch = torch.from_numpy(batch)
        t = (torch.rand(()) + torch.arange(len(batch)) / len(batch)) % 1
        total += descend(n, batch, t, torch.randn_like(batch)) * len(batch)
        n += 1
    return float(total) / len(x)


numbers = map(float, [*losses, *output])
serve(sum(p.numel() for p in network.parameters()), numbers, epoch)
