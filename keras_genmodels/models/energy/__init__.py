"""Models that give every example an energy: the lower, the likelier."""
