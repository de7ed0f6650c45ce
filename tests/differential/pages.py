"""Lists, pages and their cursors, in Python."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domains.kernel.read.meanings import MOST, PAGE, Order
from domains.kernel.refusal import BadInput
from domains.kernel.scalars import datetime_text, decimal_text

from .visible import Row

INT4 = 2**31
SIGNIFICANT = 18


def in_order(rows: Sequence[Row], order: Order) -> list[Row]:
    return sorted(rows, key=lambda row: place_of(row, order), reverse=order.descending)


def place_of(row: Row, order: Order) -> tuple[Any, ...]:
    """What tells where a row stands. Text sorts by code points, as in the database."""
    return tuple(row[name] for name in order.keys)


def text_of(value: Any) -> Any:
    """A key as the graph's scalars write it."""
    match value:
        case Enum():
            return value.value
        case Decimal():
            return decimal_text(value)
        case datetime():
            return datetime_text(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def cursor_of(row: Row, name: str, order: Order) -> str:
    """A row's cursor in a list of this order."""
    parts = [name, *(text_of(row[key]) for key in order.keys)]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def place_at(cursor: str, name: str, order: Order, table: sa.Table) -> tuple[Any, ...]:
    """The place that a cursor names, or a refusal."""
    try:
        parts = json.loads(base64.b64decode(cursor, validate=True))
        if isinstance(parts, list) and parts[:1] == [name] and len(parts) == len(order.keys) + 1:
            kinds = [_kind(table.c[key].type) for key in order.keys]
            return tuple(map(_key, parts[1:], kinds))
    except (ValueError, InvalidOperation):
        pass
    raise BadInput(f"This is not a cursor of this list in this order: {cursor[:80]!r}.")


def _kind(type_: Any) -> Any:
    """The Python type of a column's values, behind SQLAlchemy's decorations."""
    return getattr(type_, "impl_instance", type_).python_type


def _key(part: Any, kind: type) -> Any:
    if kind is int:
        if isinstance(part, int) and abs(part) < INT4:
            return part
        raise ValueError(part)
    if not isinstance(part, str) or "\0" in part:
        raise ValueError(part)
    if kind is datetime:
        moment = datetime.fromisoformat(part)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind is Decimal:
        number = Decimal(part)
        if not number.is_finite() or abs(number.adjusted()) > SIGNIFICANT:
            raise ValueError(part)
        return number
    return kind(part)


def amount(given: int | None, name: str, usual: int, most: int = MOST) -> int:
    """How many items were asked for."""
    number = usual if given is None else given
    if not 0 <= number <= most:
        raise BadInput(f"`{name}` must be from 0 to {most}, not {number}.")
    return number


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that was asked for."""

    order_name: str
    order: Order
    size: int
    backwards: bool
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None

    @classmethod
    def asked(
        cls, orders: Mapping[str, Order], arguments: Mapping[str, Any], table: sa.Table
    ) -> "Window":
        """From a field's arguments; refuses what no page can be made of."""
        chosen = arguments.get("orderBy")
        name = next(iter(orders)) if chosen is None else chosen.name
        order = orders[name]
        first, last = arguments.get("first"), arguments.get("last")
        if first is not None and last is not None:
            raise BadInput("Give `first` or `last`, not both.")
        backwards = last is not None
        size = amount(last, "last", PAGE) if backwards else amount(first, "first", PAGE)
        after, before = (
            None
            if (cursor := arguments.get(side)) is None
            else place_at(cursor, name, order, table)
            for side in ("after", "before")
        )
        return cls(name, order, size, backwards, after, before)

    def page(self, rows: Sequence[Row], show: Callable[[Row], Any]) -> dict[str, Any]:
        """The connection's value; a list of a page is made only if it is selected."""
        found = self._between(in_order(rows, self.order))
        shown = found[max(0, len(found) - self.size) :] if self.backwards else found[: self.size]
        return {
            "edges": lambda _info: [self._edge(row, show) for row in shown],
            "nodes": lambda _info: [show(row) for row in shown],
            "pageInfo": lambda _info: self._page_info(shown, more=len(found) > self.size),
            "totalCount": len(rows),
        }

    def _between(self, rows: list[Row]) -> list[Row]:
        """The rows after the one cursor and before the other."""
        if self.after is not None:
            rows = [row for row in rows if self._precedes(self.after, self._place(row))]
        if self.before is not None:
            rows = [row for row in rows if self._precedes(self._place(row), self.before)]
        return rows

    def _place(self, row: Row) -> tuple[Any, ...]:
        return place_of(row, self.order)

    def _precedes(self, place: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        return place > other if self.order.descending else place < other

    def _edge(self, row: Row, show: Callable[[Row], Any]) -> dict[str, Any]:
        return {"node": show(row), "cursor": cursor_of(row, self.order_name, self.order)}

    def _page_info(self, shown: Sequence[Row], *, more: bool) -> dict[str, Any]:
        cursors = [cursor_of(row, self.order_name, self.order) for row in shown]
        return {
            "hasNextPage": self.before is not None if self.backwards else more,
            "hasPreviousPage": more if self.backwards else self.after is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        }
