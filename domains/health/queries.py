"""Health's fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages
from domains.kernel.stats import stats_of

from .types import (
    ConstitutionalLog,
    ConstitutionalLogFilter,
    LogOrder,
    ServiceLog,
    ServiceLogFilter,
    ServiceLogGrouping,
    ServiceLogStats,
)


@prose.output
class HealthQuery:
    """How the platform fares, and whether it keeps its constitution."""

    service_log: ServiceLog | None = by_id()
    """A report of a service; for admins only."""

    service_logs: Connection[ServiceLog] | None = pages(orders=LogOrder, where=ServiceLogFilter)
    """The reports of all services; for admins only."""

    log_stats: list[ServiceLogStats] | None = stats_of(
        by=ServiceLogGrouping, where=ServiceLogFilter
    )
    """The reports of all services, counted in groups; for admins only."""

    constitutional_log: ConstitutionalLog | None = by_id()
    """An act that was held against the constitution."""

    constitutional_logs: Connection[ConstitutionalLog] | None = pages(
        orders=LogOrder, where=ConstitutionalLogFilter
    )
    """Acts that concerned the viewer; all acts for an admin."""
