"""What educators earn with their courses."""

from __future__ import annotations

from domains.kernel import prose
from domains.kernel.scalars import Money

from .nodes import Course


@prose.output
class CourseEarnings:
    """What one course has brought in to its educator."""

    course: Course | None
    """The course."""

    payments: int
    """How often it was paid for."""

    refunds: int
    """How often that was paid back."""

    gross: Money
    """What was paid for it."""

    refunded: Money
    """What of that was paid back."""

    net: Money
    """What is left."""
