"""All money at once: what holds of it, and a machine that tries to break that."""
