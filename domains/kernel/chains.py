"""Where the chains of the audit log begin and end.

Each row of the log carries a hash of itself and of the row before it in its chain. The last hash
of a chain stands here too, so that rows missing at the end are missed. Only the trigger that adds
to a chain, and the function that lets old rows go, write this; both are the owner's.
"""

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, text
from sqlmodel import Field

from .policy import nobody, protect
from .row import PlainRow

CHAINS = 32
"""How many there are: two rows of one chain are added one after the other."""

NOTHING = bytes(32)
"""What the first row of a chain has before it."""

_NO_HASH = text(f"'\\x{NOTHING.hex()}'")


class AuditChain(PlainRow, table=True):
    """One chain."""

    __tablename__ = "audit_chains"
    __table_args__ = (
        CheckConstraint("base_position between 0 and position", name="base_position"),
        {"schema": "kernel"},
    )

    chain: int = Field(
        sa_type=SmallInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    position: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """How many rows were ever added."""

    hash: bytes = Field(default=NOTHING, sa_column_kwargs={"server_default": _NO_HASH})
    """The last row's."""

    base_position: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )
    """Up to here rows have expired: they may be gone."""

    base_hash: bytes = Field(default=NOTHING, sa_column_kwargs={"server_default": _NO_HASH})
    """The hash of the last one that has."""


protect(AuditChain, visible=nobody)
