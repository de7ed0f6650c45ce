"""Values for random arguments: ids and cursors of real rows, and some that are none."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from domains.kernel.node import encode_id
from domains.kernel.read.declarations import PAGE, AnyOf, Many, NodesByIds, Pages, Rows

from .arguments import Place
from .declared import Declared
from .pages import cursor_of

NUMBERS = (0, 1, 1, 2, 2, 3, 4, 7, 20, 100)
BAD_NUMBERS = (-1, 101, 2**31 - 1, -(2**31))
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
BAD_IDS = ("", "Course", "Q291cnNlOg==", "é", "x" * 100, 7)
BAD_CURSORS = ("", "x", "é", "e30=", "bnVsbA==", "WyJORVdFU1QiXQ==", "WyJORVdFU1QiLG51bGxd")


@dataclass(frozen=True, slots=True)
class WorldSupply:
    """Knows all rows, also those that hardly anybody sees."""

    declared: Declared
    rows: Sequence[SQLModel]

    def usual_size(self, type_name: str, field_name: str) -> int:
        if type_name not in (*self.declared.models(), "Query"):
            return 1
        match self.declared.meaning(type_name, field_name):
            case Many(size=size) | Rows(size=size) | AnyOf(size=size):
                return size
            case Pages():
                return PAGE
            case NodesByIds():
                return 3
            case _:
                return 1

    def scalar(self, random: Random, name: str, place: Place) -> Any:
        match name:
            case "ID":
                return self._id(random, place)
            case "Int":
                return random.choice(BAD_NUMBERS if random.random() < 0.015 else NUMBERS)
            case "Boolean":
                return random.random() < 0.5
            case "Decimal":
                return random.choice(BAD_DECIMALS if random.random() < 0.03 else DECIMALS)
            case "String":
                return self._text(random, place)
            case unknown:
                raise TypeError(f"no values for {unknown}")

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
        if random.random() < 0.03 or not isinstance(meaning, Pages):
            return random.choice(BAD_CURSORS)
        names = [*meaning.orders]
        order = random.choice(names) if place.order not in names else place.order
        if place.order is None and random.random() < 0.9:
            order = names[0]
        rows = self._rows_of(self.declared.shown(place.type_name, place.field_name))
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
