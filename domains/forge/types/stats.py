"""Figures of jobs."""

from __future__ import annotations

from datetime import date
from enum import Enum

from domains.forge import models
from domains.forge.models import JobStatus
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


@prose.enum
class JobGrouping(Enum):
    """By what jobs are grouped."""

    CATEGORY = by("category")
    """The field that they belong to."""

    STATUS = by("status")
    """How far they are."""

    DAY = by_day("offered_on")
    """The day on which they were offered."""

    WEEK = by_week("offered_on")
    """The week, from Monday, in which they were offered."""

    MONTH = by_month("offered_on")
    """The month in which they were offered."""


@stats(models.Job)
@prose.output
class JobStats:
    """A group of jobs in one currency, of at least one job."""

    category: str | None = group("category")
    """Their field; null unless they are grouped by it."""

    status: JobStatus | None = group("status")
    """How far they are; null unless they are grouped by it."""

    offered_on: date | None = group("created_at")
    """The first day of the period in which they were offered; null unless they are grouped by day,
    week or month."""

    currency: Currency = always("currency")
    """What their budgets are counted in; jobs of two currencies are never in one group."""

    count: int = row_count()
    """How many they are."""

    budget: DecimalFigures = figures("budget")
    """What they are worth to their employers."""
