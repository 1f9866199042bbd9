"""Machinery of the package, not for its users: no name here is public."""
