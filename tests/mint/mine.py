"""What people are said to have done, and short ways to be paid for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import User
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint.models import ActivityType
from domains.mint.public import Proof
from domains.mint.service import mining, provers
from domains.mint.service.mining import Claim
from domains.mint.types.mining import SUBJECTS
from tests.makers import viewer

COURSE = ActivityType.COURSE_COMPLETION
CLAIM = """
mutation ($input: MiningClaimInput!) {
  miningClaim(input: $input) {
    miningRecord {
      id number activityType difficulty score details tokensEarned { amount currency }
    }
    userErrors {
      __typename path
      ... on AlreadyMined { miningRecord { id } }
      ... on MinedRecently { againAt }
      ... on MiningLimitReached { againAt }
    }
  }
}
"""


class Deeds:
    """Who did what, for provers that know nothing else."""

    def __init__(self) -> None:
        self.proofs: dict[tuple[UUID, UUID], Proof] = {}
        self.failing: set[UUID] = set()

    def add(self, user: User, score: Any = 100, activity: UUID | None = None, **more: Any) -> UUID:
        """Somebody did something; gives what."""
        activity = activity or uuid4()
        self.proofs[user.id, activity] = Proof(Decimal(score), **more)
        return activity

    async def prove(self, _session: AsyncSession, user_id: UUID, activity_id: UUID) -> Proof | None:
        if activity_id in self.failing:
            raise LookupError("nobody knows")
        return self.proofs.get((user_id, activity_id))

    @contextmanager
    def known(self) -> Iterator["Deeds"]:
        """Let the mint ask here, and nowhere else, until the end of the context."""
        before = dict(provers._provers)
        for type in ActivityType:
            provers.proves(type)(self.prove)
        try:
            yield self
        finally:
            provers._provers.clear()
            provers._provers.update(before)


async def ask(graph: Any, who: User, activity: UUID, type: ActivityType = COURSE) -> Any:
    """Claim a reward through the graph."""
    given = {"activityType": type.name, "activityId": encode_id(SUBJECTS[type], activity)}
    return (await graph(CLAIM, as_=viewer(who), input=given))["miningClaim"]


def refused(kind: type[UserError], *path: str, **more: Any) -> dict[str, Any]:
    error = {"__typename": kind.__name__, "path": list(path), **more}
    return {"miningRecord": None, "userErrors": [error]}


async def mined(
    database: Database, who: User, activity: UUID, type: ActivityType = COURSE
) -> type[UserError] | None:
    """Claim it past the graph; gives why it was refused."""
    try:
        await database.transaction(SYSTEM, _mine, Claim(who.id, type, activity))
    except Refused as refused:
        return type_of(refused)
    return None


def type_of(refused: Refused) -> type[UserError]:
    return type(refused.errors[0])


async def _mine(session: AsyncSession, _viewer: Viewer, claim: Claim) -> UUID:
    return await mining.mine(session, claim)


async def leave(database: Database, *claims: Claim) -> None:
    """Leave claims to the worker."""
    async with database.session(SYSTEM) as session:
        for claim in claims:
            await mining.mine_later(session, claim)


async def earned(owner: asyncpg.Connection, user: User) -> Decimal:
    """All that somebody has mined."""
    query = "select coalesce(sum(tokens_earned), 0) from mint.mining_records where user_id = $1"
    found: Decimal = await owner.fetchval(query, user.id)
    return found


async def numbers(owner: asyncpg.Connection) -> list[int]:
    """The numbers of all records."""
    rows = await owner.fetch("select number from mint.mining_records order by number")
    return [row["number"] for row in rows]
