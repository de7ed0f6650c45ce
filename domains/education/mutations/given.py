"""What an input holds of the thing that it is about."""

from typing import Any

import strawberry

NAMES = frozenset({"course_id", "idempotency_key"})
"""Fields that name the thing it belongs to, or the request."""


def told(input: Any) -> dict[str, Any]:
    """The columns of something new."""
    return {name: value for name, value in vars(input).items() if name not in NAMES}


def changed(input: Any) -> dict[str, Any]:
    """The columns that change: those that are not left out."""
    fields = vars(input).items()
    return {name: some.value for name, some in fields if isinstance(some, strawberry.Some)}
