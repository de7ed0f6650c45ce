"""The rules of work and of what is paid for it."""
