"""Stats: counts and figures of rows, together or in groups.

A type of stats says of which table, by what its rows may be grouped, and what is computed:

    @stats(models.Course)
    @prose.output
    class CourseStats:
        category: str | None = group("category")
        published_on: date | None = group("published_at")
        currency: Currency = always("currency")
        count: int = row_count()
        price: DecimalFigures = figures("price")

    @prose.enum
    class CourseGrouping(Enum):
        CATEGORY = by("category")
        MONTH = by_month("published_on")

    course_stats: list[CourseStats] | None = stats_of(by=CourseGrouping, where=CourseFilter)
"""

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from sqlmodel import SQLModel

from . import prose
from .read.declarations import PlannedField, argument
from .read.groups import (
    GROUPS,
    MOST_GROUPS,
    By,
    Figures,
    GroupKey,
    Period,
    RowCount,
    Stats,
    StatsOrder,
)
from .read.meanings import Join, Value

T = TypeVar("T")


@prose.output
class DecimalFigures:
    """What the values of a group come to; those that are null have no part in it."""

    sum: Decimal
    """All of them together."""

    average: Decimal
    """Their mean, rounded to 8 decimals."""

    min: Decimal
    """The least of them."""

    max: Decimal
    """The greatest of them."""


@prose.output
class IntFigures:
    """What the whole numbers of a group come to; those that are null have no part in it."""

    sum: Decimal
    """All of them together, which may be more than an Int holds."""

    average: Decimal
    """Their mean, rounded to 8 decimals."""

    min: int
    """The least of them."""

    max: int
    """The greatest of them."""


def stats(model: type[SQLModel]) -> Callable[[type[T]], type[T]]:
    """Say whose rows a type counts."""

    def count(cls: type[T]) -> type[T]:
        cls.__counted__ = model  # type: ignore[attr-defined]
        return cls

    return count


def group(source: str | Value) -> Any:
    """What rows may be grouped by: a column, or an expression; null for those that are not.

    A field of a type with an id shows the row that the key names; a field of type `date` shows the
    first day of the period that a time lies in.
    """
    return PlannedField(GroupKey(source))


def always(source: str | Value) -> Any:
    """What rows are grouped by in any case, so that amounts of two currencies are never added."""
    return PlannedField(GroupKey(source, always=True))


def row_count() -> Any:
    return PlannedField(RowCount())


def figures(source: str | Value) -> Any:
    """Sum, average, least and greatest of a column or an expression.

    The field's type is `DecimalFigures` or `IntFigures`; it may be null where the values may be.
    """
    return PlannedField(Figures(source))


def by(field: str) -> By:
    """A member of the enum of groupings: by a field of the stats, as Python calls it."""
    return By(field)


def by_day(field: str) -> By:
    return By(field, Period.DAY)


def by_week(field: str) -> By:
    return By(field, Period.WEEK)


def by_month(field: str) -> By:
    return By(field, Period.MONTH)


def stats_of(
    *,
    by: type[Enum],
    where: type[Any] | None = None,
    there: str | None = None,
    here: str = "id",
) -> Any:
    """A list of stats: of a relation's rows if `there` is named, otherwise of all.

    `by` is the enum of groupings, `where` the same input as of the list of those rows.
    """
    join = Join(here, (there,)) if there else None
    arguments = [
        argument(
            "by",
            list[by],  # type: ignore[valid-type]
            "What rows are grouped by, each at most once. If left out, all are one group, or one "
            "for each value of what always is grouped by. A group has at least one row.",
            [],
        ),
        argument(
            "first",
            int | None,
            f"At most so many groups, {GROUPS} unless said, up to {MOST_GROUPS}.",
            GROUPS,
        ),
        argument("order_by", StatsOrder, "How the groups are sorted.", StatsOrder.KEYS),
    ]
    if where is not None:
        arguments.append(
            argument("where", where | None, "Which rows count; all if left out.", None)
        )
    return PlannedField(Stats(join, {member.name: member.value for member in by}), arguments)
