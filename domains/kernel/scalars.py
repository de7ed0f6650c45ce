"""The graph's own scalars: one canonical text each, the same from Python and from Postgres."""

from datetime import MAXYEAR, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NewType

import strawberry
from email_validator import EmailNotValidError, validate_email
from strawberry.types.scalar import ScalarDefinition

from . import prose
from .refusal import BadInput

EmailAddress = NewType("EmailAddress", str)
OpenJSON = NewType("OpenJSON", object)

MOST_DIGITS = 18
SCALE = 8


def datetime_text(value: datetime) -> str:
    """RFC 3339 in UTC, with only those digits of the fraction that are not trailing zeros."""
    text = value.isoformat()
    moment, dot, rest = text.partition(".")
    return moment + "." + rest[:6].rstrip("0") + rest[6:] if dot else text


def parse_datetime(value: Any) -> datetime:
    if not isinstance(value, str):
        raise BadInput("A DateTime is a string such as 2026-01-31T12:00:00Z.")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadInput("A DateTime is a string such as 2026-01-31T12:00:00Z.") from None
    if moment.utcoffset() is None:
        raise BadInput("A DateTime needs its offset from UTC, or Z.")
    if not 1 < moment.year < MAXYEAR:
        # The driver takes the first and the last moment that Python knows for infinities.
        raise BadInput("A DateTime lies between the years 2 and 9998.")
    return moment


def parse_date(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadInput("A Date is a string such as 2026-01-31.") from None
    if not 1 < day.year < MAXYEAR:
        raise BadInput("A Date lies between the years 2 and 9998.")
    return day


def decimal_text(value: Decimal) -> str:
    """Plain notation without exponent and without trailing zeros: `0`, `12.5`, `100`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def parse_decimal(value: Any) -> Decimal:
    """Strings only, because a JSON number may already have lost digits."""
    message = f'A Decimal is a string such as "12.50", with at most {SCALE} decimals.'
    if not isinstance(value, str) or not value.isascii() or len(value) > MOST_DIGITS + 2:
        raise BadInput(message)
    whole, _, fraction = value.removeprefix("-").partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()) or value.endswith("."):
        raise BadInput(message)
    if len(fraction) > SCALE or len(whole) > MOST_DIGITS - SCALE:
        raise BadInput(message)
    return Decimal(value)


def parse_email(value: Any) -> str:
    """An address in its normal form, lower case throughout, so that it is compared as a whole."""
    if not isinstance(value, str):
        raise BadInput("An EmailAddress is a string.")
    try:
        found = validate_email(value, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadInput(f"Not an email address: {error}") from None
    return found.normalized.lower()


def _scalar(name: str, description: str, serialize: Any, parse: Any) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=serialize, parse_value=parse
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        "A moment in UTC, as RFC 3339 writes it: `2026-01-31T12:00:00.25+00:00`.",
        datetime_text,
        parse_datetime,
    ),
    date: _scalar("Date", "A day: `2026-01-31`.", date.isoformat, parse_date),
    Decimal: _scalar(
        "Decimal",
        "An exact number as a string in plain notation, without trailing zeros: `12.5`. "
        "At most 8 decimals.",
        decimal_text,
        parse_decimal,
    ),
    EmailAddress: _scalar("EmailAddress", "An email address, in lower case.", str, parse_email),
    OpenJSON: _scalar(
        "JSON",
        "Any JSON value, where the content is truly open.",
        lambda value: value,
        lambda value: value,
    ),
}


@prose.enum
class Currency(StrEnum):
    """The currencies of the platform."""

    AZR = "AZR"
    """Azora's own token."""

    BTC = "BTC"
    """Bitcoin."""

    ETH = "ETH"
    """Ether."""

    USD = "USD"
    """United States dollar."""


@prose.output
class Money:
    """An amount, never without its currency."""

    amount: Decimal
    """How much."""

    currency: Currency
    """Of what."""
