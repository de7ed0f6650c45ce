"""Every statement of a write on the namespace `auth`, and the functions that it calls."""
