"""Sending money: one statement outside of any transaction, which is one of its own."""

from decimal import Decimal
from uuid import UUID

from domains.auth.public import PROVEN_SINCE, proof_needed_since
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer

TRANSFER = f"""
select mint.transfer($1, $2, $3, $4, $5, $6, $7, $8) as id
where {PROVEN_SINCE}($8, $1, $9, $10)
"""


async def transfer(
    database: Database,
    viewer: Viewer,
    *,
    key: str,
    wallet_id: UUID,
    address: str,
    amount: Decimal,
    reason: str | None,
    administers: bool,
) -> UUID | None:
    """Move money, once for the key; None, and nothing moves, without a recent proof."""
    order = (viewer.user_id, administers, key, wallet_id, address, amount, reason)
    proof = (viewer.session_id, now(), proof_needed_since())
    row = await database.call(TRANSFER, [*order, *proof])
    return row["id"] if row else None
