"""Records of mining, made by the database's function `mint.mine`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.mint.models import ActivityType

from .calls import rows_from


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenClaim:
    """What is to be paid for, once it is certain that it was done."""

    user_id: UUID
    type: ActivityType
    activity_id: UUID
    worth: int
    """In units of 1e-8, before any halving."""

    difficulty: int
    score: Decimal
    proof_hash: bytes
    details: Mapping[str, Any]
    rivals: Sequence[UUID]
    apart: timedelta


class Ruling(StrEnum):
    """What became of a claim."""

    MINED = "mined"
    ALREADY_MINED = "already mined"
    MINED_RECENTLY = "mined recently"
    WORTHLESS = "worthless"
    WALLET_NOT_ACTIVE = "wallet not active"
    LIMIT_REACHED = "limit reached"
    SUPPLY_EXHAUSTED = "supply exhausted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim, and of which record one may read that."""

    ruling: Ruling
    record_id: UUID | None
    """The new one, or the one in the way."""

    again_at: datetime | None
    """From when the claim may be granted, if only time is in the way."""


MINE = text("select ruling, record_id, again_at from mint.mine(:claims, :moment) order by place")


async def mine(
    session: AsyncSession, claims: Sequence[ProvenClaim], moment: datetime
) -> list[Outcome]:
    """Pay for each claim that can be paid for; what refuses one is nothing to the others."""
    given = {"claims": json.dumps([_plain(claim) for claim in claims], default=str)}
    rows = await rows_from(session, MINE, given | {"moment": moment})
    return [Outcome(Ruling(row.ruling), row.record_id, row.again_at) for row in rows]


def _plain(claim: ProvenClaim) -> dict[str, Any]:
    return {
        "person": claim.user_id,
        "kind": claim.type.value,
        "activity": claim.activity_id,
        "worth": claim.worth,
        "difficulty": claim.difficulty,
        "score": claim.score,
        "proof": claim.proof_hash.hex(),
        "details": dict(claim.details),
        "rivals": list(claim.rivals),
        "apart": claim.apart.total_seconds(),
    }
