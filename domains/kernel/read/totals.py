"""Sums over rows that belong to a row, as values of the statement around them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select


def total(column: ColumnElement[Any], *where: ColumnElement[bool]) -> ColumnElement[Decimal]:
    """The sum of a column over the rows of its aliased table that match; 0 of none."""
    found = select(func.coalesce(func.sum(column), 0, type_=column.type)).where(*where)
    return found.correlate_except(column.table).scalar_subquery()
