"""Inputs that say from where to where, for `where` inputs over times, amounts and numbers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Integer, Numeric, and_, type_coerce

from domains.kernel import prose


@prose.input
class Period:
    """From one moment until another; an end that is left out is open."""

    since: datetime | None = strawberry.UNSET
    """At this moment or later."""

    until: datetime | None = strawberry.UNSET
    """Before this moment."""


@prose.input
class DecimalRange:
    """From one amount to another, both included; an end that is left out is open."""

    min: Decimal | None = strawberry.UNSET
    """At least so much."""

    max: Decimal | None = strawberry.UNSET
    """At most so much."""


@prose.input
class IntRange:
    """From one number to another, both included; an end that is left out is open."""

    min: int | None = strawberry.UNSET
    """At least so many."""

    max: int | None = strawberry.UNSET
    """At most so many."""


def within(column: ColumnElement[datetime], period: Mapping[str, Any]) -> ColumnElement[bool]:
    """Whether a time lies in a period; one that is not known lies in none."""
    return and_(*_bounds(column, period))


def _bounds(
    column: ColumnElement[datetime], period: Mapping[str, Any]
) -> Iterator[ColumnElement[bool]]:
    yield column.is_not(None)
    if period.get("since") is not None:
        yield column >= period["since"]
    if period.get("until") is not None:
        yield column < period["until"]


def between(column: ColumnElement[Any], ends: Mapping[str, Any]) -> ColumnElement[bool]:
    """Whether a number lies in a range; one that is not known lies in none."""
    return and_(*_ends(column, ends))


def _ends(column: ColumnElement[Any], ends: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    # Of the column's own type an end might be too great, or be rounded.
    kind = Integer() if isinstance(column.type, Integer) else Numeric()
    yield column.is_not(None)
    if ends.get("min") is not None:
        yield column >= type_coerce(ends["min"], kind)
    if ends.get("max") is not None:
        yield column <= type_coerce(ends["max"], kind)
