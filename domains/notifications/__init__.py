"""Short messages of the platform to one person."""
