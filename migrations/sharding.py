"""Whether namespaces live in different clusters, where no key can point across."""

import os

from alembic import context
from sqlalchemy import ForeignKeyConstraint


def is_sharded() -> bool:
    """As `-x sharded=yes` or, without it, AZORA_SHARDED says."""
    said = context.get_x_argument(as_dictionary=True).get("sharded")
    return (said or os.environ.get("AZORA_SHARDED", "no")).lower() in {"yes", "true", "1", "on"}


def crosses(key: ForeignKeyConstraint) -> bool:
    """Whether a key points into another namespace."""
    return key.referred_table.schema != key.parent.schema
