"""What auth does in the background."""

from . import audit, letters, sweeps  # noqa: F401 (a task is known once it is imported)
