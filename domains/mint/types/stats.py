"""What moved, counted and added up."""

from __future__ import annotations

from datetime import date
from enum import Enum

from domains.kernel import prose
from domains.kernel.scalars import Currency
from domains.kernel.stats import (
    DecimalFigures,
    always,
    by,
    by_day,
    by_month,
    by_week,
    figures,
    group,
    row_count,
    stats,
)
from domains.mint import models
from domains.mint.models import TransactionType


@prose.enum
class TransactionGrouping(Enum):
    """By what transactions are counted."""

    TYPE = by("type")
    """By why they were made."""

    DAY = by_day("made_on")
    """By the day on which they were made."""

    WEEK = by_week("made_on")
    """By the week in which they were made."""

    MONTH = by_month("made_on")
    """By the month in which they were made."""


@stats(models.Transaction)
@prose.output
class TransactionStats:
    """Transactions of one currency that have something in common."""

    type: TransactionType | None = group("type")
    """Why they were made; null unless grouped by it."""

    made_on: date | None = group("created_at")
    """The first day of the period in which they were made; null unless grouped by one."""

    currency: Currency = always("currency")
    """What all of them are counted in."""

    count: int = row_count()
    """How many there are."""

    amount: DecimalFigures = figures("amount")
    """How much moved."""
