"""The same VAE in raw PyTorch."""

import numpy as np
import torch
from common import LATENT_DIM
from common import serve
from common import shuffled_batches
from torch import nn
from torch.nn import functional


class Networks(nn.Module):
    def __init__(self, network):
        super().__init__()
        if network == "dense":
            self.encoder = nn.Sequential(
                nn.Flatten(),
                nn.Linear(784, 400),
                nn.ReLU(),
                nn.Linear(400, 2 * LATENT_DIM),
            )
            self.decoder = nn.Sequential(
                nn.Linear(LATENT_DIM, 400),
                nn.ReLU(),
                nn.Linear(400, 784),
                nn.Unflatten(1, (1, 28, 28)),
            )
        else:
            self.encoder = nn.Sequential(
                nn.Conv2d(1, 8, 3, 2, padding=1),
                nn.ReLU(),
                nn.Conv2d(8, 16, 3, 2, padding=1),
                nn.ReLU(),
                nn.Flatten(),
                nn.Linear(784, 2 * LATENT_DIM),
            )
            self.decoder = nn.Sequential(
                nn.Linear(LATENT_DIM, 784),
                nn.ReLU(),
                nn.Unflatten(1, (16, 7, 7)),
                nn.ConvTranspose2d(16, 16, 3, 2, 1, output_padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(16, 8, 3, 2, 1, output_padding=1),
                nn.ReLU(),
                nn.Conv2d(8, 1, 3, padding=1),
            )


def make_epoch(network, x):
    networks = Networks(network)
    optimizer = torch.optim.Adam(networks.parameters(), 1e-3, eps=1e-7)
    rng = np.random.default_rng(0)
    x = np.ascontiguousarray(np.moveaxis(x, -1, 1))

    def step(x):
        mean, log_var = networks.encoder(x).chunk(2, -1)
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        logits = networks.decoder(z)
        reconstruction = (functional.softplus(logits) - x * logits).sum(
            (1, 2, 3)
        )
        kl = 0.5 * (mean**2 + torch.expm1(log_var) - log_var).sum(1)
        loss = (reconstruction + kl).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    def epoch():
        total = torch.zeros(())
        for batch in shuffled_batches(x, rng):
            total += step(torch.from_numpy(batch)) * len(batch)
        return float(total) / len(x)

    return epoch


serve(make_epoch)
