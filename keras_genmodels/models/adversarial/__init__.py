"""Models that learn by a game between a generator and a discriminator."""
