"""Groups of rows and their figures, in Python's exact numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

from domains.kernel.read.groups import (
    GROUPS,
    MOST_GROUPS,
    By,
    Figures,
    GroupKey,
    Period,
    RowCount,
    Stats,
)
from domains.kernel.read.meanings import Value
from domains.kernel.refusal import BadInput

from .declared import Declared
from .pages import amount
from .visible import Row

Key = tuple[Any, ...]


def groupings(stats: Stats, members: Sequence[Enum]) -> list[By]:
    """What rows are grouped by; refuses two ways of grouping by one field."""
    for index, member in enumerate(members):
        for other in members[:index]:
            if other is member:
                raise BadInput(f"`by` names {member.name} twice.")
            if stats.groupings[other.name].field == stats.groupings[member.name].field:
                raise BadInput(f"Group by {other.name} or by {member.name}, not by both.")
    return [stats.groupings[member.name] for member in members]


def number_of_groups(given: int | None) -> int:
    return amount(given, "first", GROUPS, MOST_GROUPS)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Makes the groups of one list."""

    declared: Declared
    type_name: str
    expressions: Mapping[tuple[str, ...], Mapping[UUID, Any]]
    link: Callable[[str, UUID | None], Any]
    """What stands for the row of a type that a key names."""

    def groups(
        self, stats: Stats, rows: Sequence[Row], given: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        asked = {each.field: each for each in groupings(stats, given["by"])}
        names = [*asked, *(name for name in self._always() if name not in asked)]
        found: dict[Key, list[Row]] = {}
        for row in rows:
            key = tuple(self._key(asked.get(name), name, row) for name in names)
            found.setdefault(key, []).append(row)
        keys = _in_order([*found], [name in asked and asked[name].period for name in names])
        if given["orderBy"].name == "COUNT":
            keys.sort(key=lambda key: -len(found[key]))
        shown = keys[: number_of_groups(given.get("first"))]
        return [self._shown(dict(zip(names, key, strict=True)), found[key]) for key in shown]

    def _fields(self) -> dict[str, tuple[str, Any]]:
        """The names of fields in the graph and their meanings, by their names in Python."""
        return {
            self.declared.python_name(self.type_name, name): (
                name,
                self.declared.meaning(self.type_name, name),
            )
            for name in self.declared.type(self.type_name).fields
        }

    def _always(self) -> list[str]:
        return [
            name
            for name, (_, meaning) in self._fields().items()
            if isinstance(meaning, GroupKey) and meaning.always
        ]

    def _value(self, source: str | Value, name: str, row: Row) -> Any:
        if isinstance(source, str):
            return row[source]
        return self.expressions[self.type_name, self._fields()[name][0]][row["id"]]

    def _key(self, by: By | None, name: str, row: Row) -> Any:
        value = self._value(self._fields()[name][1].source, name, row)
        return value if by is None or by.period is None else _first_day(by.period, value)

    def _shown(self, keys: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, (graph_name, meaning) in self._fields().items():
            match meaning:
                case RowCount():
                    shown[graph_name] = len(rows)
                case Figures(source):
                    shown[graph_name] = _figures([self._value(source, name, row) for row in rows])
                case GroupKey():
                    shown[graph_name] = self._shown_key(graph_name, keys.get(name))
        return shown

    def _shown_key(self, graph_name: str, key: Any) -> Any:
        kind = self.declared.shown(self.type_name, graph_name)
        return self.link(kind, key) if kind in self.declared.models() else key


def _in_order(keys: list[Key], periods: Sequence[Any]) -> list[Key]:
    """By the first parts, then by the second ones …; null last, and the latest period first."""
    for index in reversed(range(len(periods))):
        known = [key for key in keys if key[index] is not None]
        known.sort(key=partial(_rank, index), reverse=bool(periods[index]))
        keys = [*known, *(key for key in keys if key[index] is None)]
    return keys


def _rank(index: int, key: Key) -> Any:
    """Where a key stands among its like: an enum's members stand as they are declared."""
    part = key[index]
    return [*type(part)].index(part) if isinstance(part, Enum) else part


def _first_day(period: Period, moment: datetime | None) -> date | None:
    if moment is None:
        return None
    day = moment.astimezone(UTC).date()
    match period:
        case Period.WEEK:
            return day - timedelta(days=day.isoweekday() - 1)
        case Period.MONTH:
            return day.replace(day=1)
    return day


def _figures(values: Sequence[Any]) -> dict[str, Any] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    total = sum(map(Fraction, known), Fraction())
    return {
        "sum": _rounded(total),
        "average": _rounded(total * Fraction(1, len(known))),
        "min": min(known),
        "max": max(known),
    }


def _rounded(number: Fraction) -> Decimal:
    """With eight decimals, a half away from zero. The text of a Decimal is taken whole."""
    units = int(abs(number) * 10**8 + Fraction(1, 2))
    whole, rest = divmod(units, 10**8)
    return Decimal(f"{'-' if number < 0 else ''}{whole}.{rest:08}")
