"""A spline flow of the same size by zuko, in a PyTorch loop."""

import torch
import zuko
from common import BATCH_SIZE
from gan_common import serve
from spline_common import ADAM_EPSILON
from spline_common import BETA_1
from spline_common import BETA_2
from spline_common import DIM
from spline_common import NUM_BINS
from spline_common import NUM_MAPS
from spline_common import NUM_STEPS
from spline_common import RATE
from spline_common import UNITS
from spline_common import rows

torch.manual_seed(0)
flow = zuko.flows.NSF(
    DIM, bins=NUM_BINS, transforms=NUM_MAPS, hidden_features=UNITS
)
optimizer = torch.optim.Adam(
    flow.parameters(), RATE, (BETA_1, BETA_2), ADAM_EPSILON, fused=True
)
x = torch.from_numpy(rows(NUM_STEPS["spline"] * BATCH_SIZE))


def epoch():
    total = torch.zeros(())
    for chosen in torch.randperm(len(x)).split(BATCH_SIZE):
        loss = -flow().log_prob(x[chosen]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(chosen)
    return float(total) / len(x)


serve(sum(p.numel() for p in flow.parameters()), [], epoch)
