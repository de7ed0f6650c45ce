"""Every statement of a write on the namespace `forge`, and every lock."""

from . import invariants, invariants_of_contracts  # noqa: F401 (declared when imported)
