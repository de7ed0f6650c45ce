"""Why auth refuses."""
