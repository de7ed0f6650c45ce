"""What the operator may choose; set once, before the first request."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True)
class Choices:
    """When a student who gives up a course is paid back."""

    refund_days: int = 14
    """How long after it was paid for."""

    refund_progress: int = 20
    """Percent of the course, of which the student must have done less."""

    @property
    def refund_window(self) -> timedelta:
        return timedelta(days=self.refund_days)


choices = Choices()
