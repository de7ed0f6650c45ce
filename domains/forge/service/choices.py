"""What the operator may choose; set once, before the first request."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True)
class Choices:
    """What the platform takes, and how long people may take."""

    fee_bps: int = 0
    """What part of a freelancer's money is the platform's, in basis points; what was agreed on
    before it changed keeps the fee of its day."""

    auto_release: timedelta = timedelta(days=7)
    """How long after something was handed in the employer's silence counts as approval."""

    escalate_after: timedelta = timedelta(days=7)
    """How long a dispute is open before it is pressing."""


choices = Choices()
