"""Every scalar has one text, whether Python or Postgres writes it, and takes no other."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from domains.kernel.read import json_text
from domains.kernel.refusal import BadInput
from domains.kernel.scalars import (
    datetime_text,
    decimal_text,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_email,
)

DECIMALS = ["0", "0.00000000", "-0.00000001", "1", "12.50", "100", "9999999999.99999999", "-250.10"]
MOMENTS = [
    datetime(2026, 1, 31, 12, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 120_000, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC),
    datetime(2, 1, 1, tzinfo=UTC),
    datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]
TEXTS = [
    "",
    "plain",
    'quo"te',
    "back\\slash",
    "line\nfeed\ttab",
    "\x01\x1f\x7f",
    "émoji 🎓",
    "</script>",
]


async def written(owner: asyncpg.Connection, kind: Any, value: str, type_: str) -> Any:
    """What Postgres writes for a value of a column of this kind."""
    text = json_text.concat([json_text.leaf("value", kind, never_null=False)])
    await owner.execute("set timezone to 'UTC'")
    return json.loads(
        await owner.fetchval(f"select {text} from (select $1::{type_} as value) v", value)
    )


@pytest.mark.parametrize("value", DECIMALS)
async def test_decimals_are_written_alike(owner: asyncpg.Connection, value: str) -> None:
    number: Any = Decimal(value)
    assert await written(owner, sa.Numeric(18, 8), number, "numeric(18,8)") == decimal_text(number)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_moments_are_written_alike(owner: asyncpg.Connection, moment: Any) -> None:
    kind = sa.DateTime(timezone=True)
    assert await written(owner, kind, moment, "timestamptz") == datetime_text(moment)


@pytest.mark.parametrize("text", TEXTS)
async def test_texts_survive(owner: asyncpg.Connection, text: str) -> None:
    assert await written(owner, sa.Text(), text, "text") == text


async def test_nulls_days_numbers_and_truth(owner: asyncpg.Connection) -> None:
    day: Any = date(2026, 1, 31)
    number: Any = 2_147_483_647
    none: Any = None
    yes: Any = True
    assert await written(owner, sa.Date(), day, "date") == "2026-01-31"
    assert await written(owner, sa.Integer(), number, "int") == 2_147_483_647
    assert await written(owner, sa.Boolean(), yes, "bool") is True
    for kind, type_ in ((sa.Text(), "text"), (sa.Numeric(), "numeric"), (sa.JSON(), "jsonb")):
        assert await written(owner, kind, none, type_) is None


def test_a_decimal_is_plain_without_trailing_zeros() -> None:
    texts = [decimal_text(Decimal(value)) for value in ("0E-8", "1E+3", "-0", "4.00000000", "4.10")]
    assert texts == ["0", "1000", "0", "4", "4.1"]


ARABIC_ONE = "\N{ARABIC-INDIC DIGIT ONE}"
NO_TEXT = [1, 1.5, True, None]
NO_NUMBER = ["", "-", ".5", "5.", "1e3", "NaN", "Infinity", " 1", "1 ", "+1", "1_0", ARABIC_ONE]
TOO_LONG = ["1.123456789", "12345678901", "0" * 30]


@pytest.mark.parametrize("value", [*NO_TEXT, *NO_NUMBER, *TOO_LONG, "--1", "1.-1"])
def test_what_is_no_decimal_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse_decimal(value)


def test_a_decimal_is_taken_exactly() -> None:
    assert parse_decimal("9999999999.99999999") == Decimal("9999999999.99999999")
    assert parse_decimal("-0.00000001") == Decimal("-0.00000001")


@pytest.mark.parametrize(
    "value",
    [
        0,
        None,
        "",
        "now",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "infinity",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    ],
)
def test_what_is_no_moment_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse_datetime(value)


def test_a_moment_keeps_its_instant() -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2)))
    assert parse_datetime("2026-01-31T12:00:00+02:00") == noon
    assert parse_datetime("2026-01-31T10:00:00Z") == noon


@pytest.mark.parametrize("value", [0, None, "", "2026-02-30", "31.01.2026"])
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse_date(value)


@pytest.mark.parametrize(
    "value", [1, "", "a", "a@", "a@b", "a@b\r\nBcc: c@d.org", "a b@example.com"]
)
def test_what_is_no_address_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse_email(value)


def test_an_address_is_lower_case() -> None:
    assert parse_email("Student@Azora.World") == "student@azora.world"


class Shade(Enum):
    """Labels that are not their names."""

    DARK = "dark"
    LIGHT = "light"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (None, '"dark"'),
        ({"dark": "DARK", "light": "LIGHT"}, '"DARK"'),
        ({"dark": "DIM", "light": "LIGHT"}, '"DIM"'),
        ({"light": "LIGHT"}, '"DARK"'),
    ],
)
async def test_a_label_is_shown_as_its_name_and_without_names_as_it_is(
    owner: asyncpg.Connection, names: dict[str, str] | None, shown: str
) -> None:
    part = json_text.leaf("given.label", sa.Enum(Shade), names, never_null=True)
    said = f"select {json_text.concat([part])} from (select 'dark'::text as label) given"
    assert await owner.fetchval(said) == shown
