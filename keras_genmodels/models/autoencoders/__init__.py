"""Models that encode data into a latent space and decode it again."""
