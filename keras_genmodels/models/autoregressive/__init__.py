"""Models that predict each value from those before it."""
