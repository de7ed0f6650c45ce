"""Who teaches leaves once nobody can ask for their money back, and their courses are withdrawn."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg

from domains.education.public import choices
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from tests.makers import a_course
from tests.mint.bank import proven

from .school import School, everything

LEAVE = """
mutation { accountDelete { purgeAt userErrors { ... on AccountInUse { reasons } } } }
"""


async def reasons(school: School, graph: Any) -> list[str]:
    """Why Emmy cannot leave; none if she has left."""
    me = await proven(school.database, school.emmy)
    payload = (await graph(LEAVE, as_=me))["accountDelete"]
    return [reason for error in payload["userErrors"] for reason in error["reasons"]]


async def shown(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select count(published_at) from education.courses")
    return found


async def spend(school: School) -> None:
    """What Emmy has earned is gone."""
    async with school.database.session(SYSTEM) as session:
        leg = mint.Leg(
            school.emmys,
            await mint.issuance(session),
            Decimal("12.5"),
            mint.TransactionType.BURN,
        )
        await mint.post(session, None, "spent", [leg])


async def test_courses_are_withdrawn_as_their_educator_leaves(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await a_course(database, school.emmy)
    colleague, _ = await a_course(database)

    assert await reasons(school, graph) == []

    assert await shown(owner) == 1
    assert await owner.fetchval(
        "select published_at is not null from education.courses where id = $1", colleague.id
    )
    refused = await school.enroll(graph)
    assert refused["userErrors"][0]["__typename"] == "CourseNotFound"


async def test_nobody_leaves_whose_students_could_still_be_paid_back(
    school: School, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    await school.place(graph)
    await spend(school)
    before = await everything(owner)

    assert await reasons(school, graph) == ["1 student of your courses can still be paid back."]

    assert await everything(owner) == before
    clock.move(timedelta(days=choices.refund_days, seconds=1))
    assert await reasons(school, graph) == []
    assert await shown(owner) == 0


async def test_who_has_learned_or_left_without_their_money_is_owed_nothing(
    school: School, graph: Any
) -> None:
    place = await school.place(graph)
    await spend(school)
    await school.complete(graph, 1)
    await school.drop(graph, place, without=True)
    assert await reasons(school, graph) == []
