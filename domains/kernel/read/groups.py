"""What the fields of stats mean: the keys of groups of rows, and figures of each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from domains.kernel import prose

from .meanings import Join, Value

GROUPS = 100
"""Groups of a list when the client does not say."""

MOST_GROUPS = 366
"""The most groups that a client may ask for: a year of days."""


class Period(Enum):
    """Parts of the calendar by which times are grouped, in UTC."""

    DAY = "day"
    WEEK = "week"
    """From Monday, as ISO 8601 has it."""

    MONTH = "month"


@dataclass(frozen=True, slots=True)
class By:
    """A way of grouping: by a field of the stats, a time by the period that it lies in."""

    field: str
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What the rows of a group have in common; null unless they are grouped by it.

    A key of other rows is shown as the row that it names, a time as the first day of its period.
    """

    source: str | Value
    """The column, or an expression."""

    always: bool = False
    """Whether rows are grouped by it in any case."""


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows a group has."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the values of a group's rows come to; null where none of them has one."""

    source: str | Value


@dataclass(frozen=True, slots=True)
class Stats:
    """A list of groups: of a relation's rows, or of all that the viewer may see."""

    join: Join | None
    groupings: Mapping[str, By]
    """By the name of the enum's member."""


@prose.enum
class StatsOrder(Enum):
    """How groups are sorted."""

    KEYS = "keys"
    """By what they were grouped by, in the order given, then by what always is a group of its own:
    the latest period first, all else ascending; null comes last."""

    COUNT = "count"
    """The largest group first; those of one size by their keys."""
