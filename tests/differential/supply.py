"""Values for random arguments: ids and cursors of real rows, and some that are none."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

from graphql import get_named_type
from sqlmodel import SQLModel

from domains.kernel.node import encode_id
from domains.kernel.read.groups import GROUPS, Stats
from domains.kernel.read.meanings import PAGE, AnyOf, Many, NodesByIds, Pages, Rows

from .arguments import Place
from .awkward import MOMENTS
from .declared import Declared
from .pages import cursor_of
from .visible import table_of

NUMBERS = (0, 1, 1, 2, 2, 3, 4, 7, 20, 100)
BAD_NUMBERS = (-1, 101, 366, 367, 2**31 - 1, -(2**31))
WORDS = (
    "SQL",
    "learning",
    '"learning sql"',
    "sql or words",
    "-sql learning",
    "x",
    "",
    "%",
    "_",
    "é",
    "'",
)
CATEGORIES = ("Programming", "", "Data 'Science'", "none such")
DECIMALS = ("0", "0.00000001", "1.5", "100.00", "-1", "9999999999.99999999", "12345.678")
BAD_DECIMALS = ("1e5", "", "12345678901", "0.000000001", 3.5, "NaN")
FLOATS = (0.0, -0.0, 1.5, -1e-300, 1e300, 0.1, 3)
TIMES = tuple(
    text
    for moment in MOMENTS
    if 1 < moment.year < MAXYEAR
    for text in (
        moment.isoformat(),
        (moment + timedelta(microseconds=1)).isoformat().replace("+00:00", "Z"),
        moment.astimezone(timezone(timedelta(hours=-9, minutes=-30))).isoformat(),
    )
)
BAD_FLOATS = ("1.5", "", "NaN", True)
BAD_TIMES = ("2026-01-31T12:00:00", "", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 7, "é")
DATES = ("0002-01-01", "2012-02-29", "2012-03-01", "9998-12-31", "2026-01-31")
BAD_DATES = ("2026-02-30", "", "9999-12-30", 7, "é")
BAD_IDS = ("", "Course", "Q291cnNlOg==", "é", "x" * 100, 7)
BAD_CURSORS = ("", "x", "é", "e30=", "bnVsbA==", "WyJORVdFU1QiXQ==", "WyJORVdFU1QiLG51bGxd")

PLAIN: dict[str, tuple[Sequence[Any], Sequence[Any], float]] = {
    "Int": (NUMBERS, BAD_NUMBERS, 0.015),
    "Float": (FLOATS, BAD_FLOATS, 0.03),
    "Decimal": (DECIMALS, BAD_DECIMALS, 0.03),
    "DateTime": (TIMES, BAD_TIMES, 0.03),
    "Date": (DATES, BAD_DATES, 0.03),
}
"""Values of scalars, values that are refused, and how often one of those is tried."""


@dataclass(frozen=True, slots=True)
class WorldSupply:
    """Knows all rows, also those that hardly anybody sees."""

    declared: Declared
    rows: Sequence[SQLModel]
    elsewhere: frozenset[str] = frozenset()
    """The namespaces that live on clusters of their own."""

    def usual_size(self, type_name: str, field_name: str) -> int:
        if type_name not in (*self.declared.models(), "Query"):
            return 1
        match self.declared.meaning(type_name, field_name):
            case Many(size=size) | Rows(size=size) | AnyOf(size=size):
                return size
            case Pages():
                return PAGE
            case Stats():
                return GROUPS
            case NodesByIds():
                return 3
            case _:
                return 1

    def scalar(self, random: Random, name: str, place: Place) -> Any:
        match name:
            case "ID":
                return self._id(random, place)
            case "String":
                return self._text(random, place)
            case "Boolean":
                return random.random() < 0.5
        usual, bad, likely = PLAIN[name]
        return random.choice(bad if random.random() < likely else usual)

    def leads_on(self, input_name: str, field_name: str) -> bool:
        """Whether a field of an input asks for nothing that another cluster keeps."""
        condition = self.declared.condition(input_name, field_name)
        if (related := condition.get("related")) is None:
            return True
        kind = self.declared.type(input_name).fields[field_name].type
        names = (
            input_name[: -len("Filter")],
            related.of or get_named_type(kind).name[: -len("Filter")],
        )
        ends = {table_of(self.declared.models()[name]).schema for name in names}
        return len(ends) == 1 or not ends & self.elsewhere

    def _text(self, random: Random, place: Place) -> str:
        if place.argument in ("after", "before"):
            return self._cursor(random, place)
        is_category = place.input_field is not None and place.input_field[1] == "category"
        return random.choice(CATEGORIES if is_category else WORDS)

    def _id(self, random: Random, place: Place) -> Any:
        if random.random() < 0.02:
            return random.choice(BAD_IDS)
        names = [*self.declared.models()]
        wanted = self._id_of(place)
        name = wanted if wanted in names and random.random() < 0.96 else random.choice(names)
        rows = self._rows_of(name)
        if not rows or random.random() < 0.1:
            return encode_id(name, UUID(int=random.getrandbits(128)))
        return encode_id(name, random.choice(rows).id)  # type: ignore[attr-defined]

    def _id_of(self, place: Place) -> str | None:
        if place.input_field:
            found: str | None = self.declared.condition(*place.input_field).get("id_of")
            return found
        return self.declared.shown(place.type_name, place.field_name)

    def _cursor(self, random: Random, place: Place) -> str:
        meaning = self.declared.meaning(place.type_name, place.field_name)
        rows = self._rows_of(self.declared.shown(place.type_name, place.field_name))
        if random.random() < 0.03 or not isinstance(meaning, Pages) or not rows:
            return random.choice(BAD_CURSORS)
        names = [*meaning.orders]
        order = random.choice(names) if place.order not in names else place.order
        if place.order is None and random.random() < 0.9:
            order = names[0]
        cursor = cursor_of(random.choice(rows).model_dump(), order, meaning.orders[order])
        return _torn(random, cursor) if random.random() < 0.03 else cursor

    def _rows_of(self, type_name: str) -> list[SQLModel]:
        model = self.declared.models()[type_name]
        return [row for row in self.rows if isinstance(row, model)]


def _torn(random: Random, cursor: str) -> str:
    at = random.randrange(len(cursor))
    if random.random() < 0.5:
        return cursor[:at]
    raw = base64.b64decode(cursor)
    cut = random.randrange(len(raw))
    return base64.b64encode(raw[:cut] + bytes([random.randrange(256)]) + raw[cut + 1 :]).decode()
