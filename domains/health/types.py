"""What health shows: the reports of services, and acts held against the constitution."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import strawberry

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Node
from domains.kernel.read.declarations import NEWEST, ascending, matching, node, one
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import Period, within
from domains.kernel.read.words import LONGEST_SEARCH, has_words
from domains.kernel.scalars import OpenJSON
from domains.kernel.stats import by, by_day, by_month, by_week, group, row_count, stats

from . import models
from .models import LogLevel

prose.enum(LogLevel)


@prose.enum
class LogOrder(Enum):
    """How logs are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    OLDEST = ascending("id")
    """The earliest first."""


@node(models.Log)
@prose.output
class ServiceLog(Node):
    """A report of a service of the platform; it is never changed."""

    level: LogLevel
    """How much it matters."""

    service: str
    """Which service reports."""

    message: str
    """What it reports."""

    details: OpenJSON
    """More of it, in the service's own form."""

    created_at: datetime
    """When it was written."""


@filters
class ServiceLogFilter:
    """Which reports of services."""

    level: LogLevel | None = matching(lambda log, level: log.level == level)
    """Those of this level."""

    levels: list[LogLevel] | None = matching(lambda log, levels: one_of(log.level, levels))
    """Those of one of these levels."""

    service: str | None = matching(lambda log, service: log.service == service)
    """Those of this service."""

    created_at: Period | None = matching(lambda log, period: within(log.created_at, period))
    """Those written in this time."""

    search: str | None = matching(
        lambda log, text: has_words(log.message, text), longest=LONGEST_SEARCH
    )
    """Those whose message has these words; also `"a phrase"`, `or`, and `-word`."""


@prose.enum
class ServiceLogGrouping(Enum):
    """By what reports of services are grouped."""

    LEVEL = by("level")
    """How much they matter."""

    SERVICE = by("service")
    """Which service reports."""

    DAY = by_day("written_on")
    """The day on which they were written."""

    WEEK = by_week("written_on")
    """The week, from Monday, in which they were written."""

    MONTH = by_month("written_on")
    """The month in which they were written."""


@stats(models.Log)
@prose.output
class ServiceLogStats:
    """A group of reports of services, of at least one report."""

    level: LogLevel | None = group("level")
    """Their level; null unless they are grouped by it."""

    service: str | None = group("service")
    """Their service; null unless they are grouped by it."""

    written_on: date | None = group("created_at")
    """The first day of the period in which they were written; null unless they are grouped by day,
    week or month."""

    count: int = row_count()
    """How many they are."""


@node(models.ConstitutionalLog)
@prose.output
class ConstitutionalLog(Node):
    """An act that was held against the constitution; it is never changed."""

    action: str
    """What was done."""

    article: str | None
    """The article that it was held against, as a Roman numeral; null for no single one."""

    compliant: bool | None
    """Whether it kept the constitution; null where nobody has judged."""

    score: Decimal | None
    """How well it did, from 0 to 100; null where it was not marked."""

    details: OpenJSON
    """What was judged, and the reasons."""

    created_at: datetime
    """When it was written."""

    user: User | None = one(here="user_id")
    """Whom it concerned; null if nobody, or if they are gone."""


@filters
class ConstitutionalLogFilter:
    """Which acts."""

    article: str | None = matching(lambda log, article: log.article == article)
    """Those held against this article, as a Roman numeral: `IV`."""

    compliant: bool | None = matching(lambda log, compliant: log.compliant.is_(compliant))
    """Those that kept the constitution; if false, those that broke it."""

    action: str | None = matching(lambda log, action: log.action == action)
    """Those of this name."""

    created_at: Period | None = matching(lambda log, period: within(log.created_at, period))
    """Those written in this time."""

    user_id: strawberry.ID | None = matching(lambda log, id: log.user_id == id, id_of="User")
    """Those that concerned this person."""
