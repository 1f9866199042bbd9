"""Models that turn noise into data by a map that can be undone."""
