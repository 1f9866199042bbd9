"""Models that learn the way back from noise to data."""
