"""Example data to look around in; putting it in twice is the same as once."""
