"""Columns that several tables of the namespace have."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, text
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT
from sqlmodel import Field

from domains.kernel.scalars import Currency
from domains.mint.public import CURRENCY

NAMESPACE = "forge"
AMOUNT = Numeric(18, 8)
BASIS_POINTS = 10_000
"""All of an amount."""

SKILLS_MADE = (
    "cardinality(skills) <= 50 and array_position(skills, null) is null and '' <> all (skills)"
)
"""What a list of skills must be like."""


def skill_list() -> Any:
    """What work asks for or somebody can do; upper and lower case are one."""
    return Field(
        default_factory=list,
        sa_type=ARRAY(CITEXT),
        sa_column_kwargs={"server_default": text("'{}'")},
    )


def amount() -> Any:
    """Money."""
    return Field(sa_type=AMOUNT)


def nothing_yet() -> Any:
    """Money that grows from 0."""
    return Field(default=Decimal(0), sa_type=AMOUNT, sa_column_kwargs={"server_default": text("0")})


def counted() -> Any:
    """A number that grows from 0."""
    return Field(default=0, sa_column_kwargs={"server_default": text("0")})


def azr() -> Any:
    """The currency of the row's money: of the type that wallets have, as the key to them needs."""
    return Field(
        default=Currency.AZR,
        sa_type=CURRENCY,
        sa_column_kwargs={"server_default": text("'AZR'")},
    )
