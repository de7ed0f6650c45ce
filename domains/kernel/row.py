"""What every table has: an identity, times, and names for its constraints."""

import secrets
import time
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Enum, text
from sqlmodel import Field, SQLModel

from .clock import now

SQLModel.metadata.naming_convention = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}


def uuid7() -> UUID:
    """A time-ordered id (RFC 9562, version 7), so that newer rows have greater keys."""
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    time_bits = milliseconds << 16 | 0x7 << 12 | nanoseconds * 4096 // 1_000_000
    return UUID(int=time_bits << 64 | 0b10 << 62 | secrets.randbits(62))


class PlainRow(SQLModel):
    """A row that something else tells from the others."""


class Row(SQLModel):
    """A row with an identity of its own."""

    id: UUID = Field(
        default_factory=uuid7,
        primary_key=True,
        sa_column_kwargs={"server_default": text("uuidv7()")},
    )
    """Newer rows have greater ones."""


class CreatedRow(Row):
    """A row that remembers when it was made."""

    created_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    """When the row was made."""


class ChangingRow(CreatedRow):
    """A row that also remembers its last change; a trigger of the database keeps that time."""

    updated_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    """When it last changed."""


def enum_type(labels: type[StrEnum], name: str, namespace: str) -> Enum:
    """A native Postgres enum of the owning namespace; its labels are the members' values."""
    return Enum(
        labels,
        name=name,
        schema=namespace,
        values_callable=lambda members: [member.value for member in members],
    )
