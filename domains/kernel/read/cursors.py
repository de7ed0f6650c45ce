"""Cursors: opaque to clients, base64 of the order's name and the row's sort keys as JSON."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domains.kernel.refusal import BadInput

from . import json_text as j
from .meanings import Order
from .symbols import Inputs, Reader

INT4 = 2**31
LONGEST = 10_000
"""Characters of the longest cursor that is looked at."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one order."""

    name: str
    order: Order

    def text(self, keys: Iterable[j.Part]) -> j.Expression:
        """The cursor of a row with these keys, as they are in JSON; null if one is."""
        parts = [part for key in keys for part in (j.Constant(","), key)]
        whole = j.concat([j.Constant(f'["{self.name}"'), *parts, j.Constant("]")])
        return f"translate(encode(convert_to({whole}, 'UTF8'), 'base64'), E'\\n', '')"

    def reader(self, cursor: Reader, kinds: Sequence[Any]) -> Callable[[Inputs], list[Any]]:
        """How a request's cursor becomes the keys' values, which are of these types."""
        plain = [j.plain_type(kind) for kind in kinds]
        return lambda inputs: self._values(cursor(inputs), plain)

    def _values(self, cursor: str, kinds: Sequence[Any]) -> list[Any]:
        try:
            name, *texts = _parsed(cursor)
            if name == self.name and len(texts) == len(kinds):
                return [_typed(text, kind) for text, kind in zip(texts, kinds, strict=True)]
        except (ValueError, TypeError, InvalidOperation, RecursionError):
            pass
        raise BadInput(f"This is not a cursor of this list in this order: {cursor[:80]!r}.")


@lru_cache(100)
def _parsed(cursor: str) -> Any:
    """Its parts, of which each key asks for its own."""
    if len(cursor) > LONGEST:
        raise ValueError("too long")
    return json.loads(base64.b64decode(cursor, validate=True))


def _typed(text: Any, kind: Any) -> Any:
    """A key as the driver takes it; the cursor is the client's, so nothing about it is sure."""
    python_type = kind.python_type
    if python_type is int and isinstance(text, int) and abs(text) < INT4:
        return text
    if not isinstance(text, str) or "\0" in text:
        raise ValueError(text)
    # Half of a surrogate pair is no text that a database keeps; saying so is a ValueError, too.
    text.encode()
    if python_type is datetime:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if python_type is Decimal:
        return _decimal(text, kind)
    return python_type(text)


def _decimal(text: str, kind: sa.Numeric[Any]) -> Decimal:
    """A number that the column could hold."""
    number = Decimal(text)
    precision, scale = kind.precision or 0, kind.scale or 0
    limit = Decimal(10) ** (precision - scale)
    if not number.is_finite() or abs(number) >= limit or number != round(number, scale):
        raise ValueError(text)
    return number
