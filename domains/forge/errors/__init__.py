"""Why the forge refuses."""
