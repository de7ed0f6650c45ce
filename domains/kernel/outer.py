"""Columns of the row under test inside a policy's own sub-select."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal


class _Outer(ColumnElement[Any]):
    """A column that brings no table with it: the statement around it has that table already.

    A policy is also compiled by itself, without a statement around it, where SQLAlchemy would
    list the row's table once more inside the sub-select.
    """

    __visit_name__ = "outer"
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(_Outer)
def _column(element: _Outer, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.column, **options))


def outer(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The row's column, for comparison with another table's inside `exists(…)`."""
    return _Outer(column)
