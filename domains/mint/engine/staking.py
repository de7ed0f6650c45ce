"""What a stake grows by: simple interest to the microsecond, always rounded down.

It is a function of time alone, so whoever claims often and whoever claims once get the same.
"""

from datetime import datetime, timedelta
from decimal import Decimal

RATES = ((365, Decimal("0.15")), (90, Decimal("0.10")), (1, Decimal("0.05")))
"""A year's reward as a part of the amount, by the days that a term has at least."""

SHORTEST_TERM, LONGEST_TERM = 1, 1825
"""In days."""

YEAR = timedelta(days=365)
RATE_DECIMALS = 4
MICROSECOND = timedelta(microseconds=1)


def rate_of(days: int) -> Decimal:
    """What a term of so many days earns in a year, as a part of the amount."""
    return next(rate for least, rate in RATES if days >= least)


def accrued(amount: int, rate: Decimal, started: datetime, until: datetime) -> int:
    """How much a stake has earned from its start until a moment, all in units of 1e-8."""
    parts = int(rate.scaleb(RATE_DECIMALS))
    lasted = max(until - started, timedelta(0)) // MICROSECOND
    whole: int = 10**RATE_DECIMALS * (YEAR // MICROSECOND)
    return amount * parts * lasted // whole
