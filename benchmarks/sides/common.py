"""What all sides of the benchmark share: the data, and the conversation."""

import sys
import time

import numpy as np

BATCH_SIZE = 128
LATENT_DIM = 20
# Epochs of about a second.
NUM_ROWS = {"dense": 38_400, "conv": 6_400}
# Shapes of the kernels, encoder first, and of the biases.
KERNELS = {
    "dense": [(784, 400), (400, 2 * LATENT_DIM), (LATENT_DIM, 400), (400, 784)],
    "conv": [
        (3, 3, 1, 8),
        (3, 3, 8, 16),
        (784, 2 * LATENT_DIM),
        (LATENT_DIM, 784),
        (3, 3, 16, 16),
        (3, 3, 8, 16),
        (3, 3, 8, 1),
    ],
}
BIASES = {
    "dense": [400, 2 * LATENT_DIM, 400, 784],
    "conv": [8, 16, 2 * LATENT_DIM, 784, 16, 8, 1],
}


def load(network):
    """Binary images `(n, 28, 28, 1)` of random rectangles."""
    rng = np.random.default_rng(0)
    count = NUM_ROWS[network]
    corners = np.sort(rng.integers(0, 29, size=(count, 2, 2)), axis=2)
    grid = np.arange(28)
    rows, columns = (
        (grid >= corners[:, axis, :1]) & (grid < corners[:, axis, 1:])
        for axis in (0, 1)
    )
    x = rows[:, :, None] & columns[:, None, :]
    return x[..., None].astype("float32")


def shuffled_batches(x, rng, batch_size=BATCH_SIZE):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        yield x[order[start : start + batch_size]]


class Clock:
    """Times an epoch for every line on standard input."""

    def begin(self):
        """Wait for a line; without one, stop."""
        if not sys.stdin.readline():
            sys.exit()
        self.start = time.perf_counter()

    def end(self, loss):
        """Report the seconds and the mean loss of the epoch."""
        print("result", time.perf_counter() - self.start, loss, flush=True)


def serve(make_epoch):
    """Train an epoch by hand for every line on standard input.

    Args:
        make_epoch: Function of the network's name and the data, returning a
            function that trains one epoch and returns the mean loss.
    """
    network, clock = sys.argv[1], Clock()
    epoch = make_epoch(network, load(network))
    while True:
        clock.begin()
        clock.end(epoch())
