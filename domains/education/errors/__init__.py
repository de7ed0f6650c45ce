"""Why education refuses."""
