"""Who leaves gives up what nobody has agreed on, and first ends what was."""

from typing import Any

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.forge.models import ApplicationStatus
from domains.kernel.database import Database
from tests.auth.sessions import a_session
from tests.makers import a_user
from tests.operations import Operations

from .deals import a_deal, everything
from .makers import a_job, an_application

DELETE = """
mutation { accountDelete { userErrors { __typename ... on AccountInUse { reasons } } } }
"""
JOBS = "select array_agg(status::text order by title) from forge.jobs"
OFFERS = "select array_agg(status::text order by proposal) from forge.applications"
TOLD = """
select array_agg(topic order by topic) from kernel.outbox where topic like 'forge.%'
"""


async def leaves(operations: Operations, user: User) -> list[dict[str, Any]]:
    """Why somebody cannot leave; nothing if they did."""
    _, me, _ = await a_session(operations.database, user)
    payload = (await operations.data(DELETE, as_=me))["accountDelete"]
    errors: list[dict[str, Any]] = payload["userErrors"]
    return errors


@pytest.mark.parametrize("side", ["client", "worker"])
async def test_nobody_leaves_a_running_contract(
    operations: Operations, owner: asyncpg.Connection, side: str
) -> None:
    deal = await a_deal(operations, "1000")
    await deal.brought_to("funded")
    before = await everything(owner)
    [error] = await leaves(operations, getattr(deal, side))
    assert error["__typename"] == "AccountInUse"
    assert "You have 1 running contract." in error["reasons"]
    assert await everything(owner) == before


async def test_nobody_leaves_an_open_dispute(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations)
    await deal.brought_to("disputed")
    before = await everything(owner)
    [error] = await leaves(operations, deal.worker)
    assert error["reasons"][:2] == ["You have 1 running contract.", "You have 1 open dispute."]
    assert await everything(owner) == before


async def test_who_leaves_gives_up_their_open_jobs_and_whoever_wanted_them_is_told(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    employer, freelancer = await a_user(database, UserRole.EMPLOYER), await a_user(database)
    wanted = await a_job(database, employer, title="A wanted job")
    await a_job(database, employer, title="Another job")
    await an_application(database, wanted, freelancer)
    assert await leaves(operations, employer) == []
    assert await owner.fetchval(JOBS) == ["cancelled", "cancelled"]
    assert await owner.fetchval(OFFERS) == ["rejected"]
    assert await owner.fetchval(TOLD) == [
        "forge.application.rejected",
        "forge.job.cancelled",
        "forge.job.cancelled",
    ]


async def test_who_leaves_takes_back_what_they_offered(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    freelancer, other = await a_user(database), await a_user(database)
    job = await a_job(database, await a_user(database, UserRole.EMPLOYER))
    late = await a_job(database, await a_user(database, UserRole.EMPLOYER))
    await an_application(database, job, freelancer, proposal="1")
    await an_application(
        database, late, freelancer, proposal="2", status=ApplicationStatus.REJECTED
    )
    await an_application(database, job, other, proposal="3")
    assert await leaves(operations, freelancer) == []
    assert await owner.fetchval(OFFERS) == ["withdrawn", "rejected", "pending"]
    assert await owner.fetchval(JOBS) == ["open", "open"]
    assert await owner.fetchval(TOLD) == ["forge.application.withdrawn"]


async def test_when_all_is_over_one_can_leave(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "1000")
    await deal.brought_to("released")
    assert await leaves(operations, deal.client) == []
