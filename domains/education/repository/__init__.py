"""Every statement of a write on the namespace `education`."""

from . import invariants  # noqa: F401 (declared when imported)
