"""What other domains may say when somebody wants their account deleted, or takes it back."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import TokenType, User
from domains.auth.public import after_returning, before_leaving, stays
from domains.auth.service import farewells
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from tests.auth.accounts import DELETE, DONE, RESTORE, at_home, told
from tests.auth.people import somebody
from tests.auth.secrets import a_token
from tests.operations import Operations

LEAVE = """
mutation {
  accountDelete {
    purgeAt
    userErrors { __typename message path ... on AccountInUse { reasons } }
  }
}
"""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else is asked."""
    monkeypatch.setattr(farewells, "_checks", [])
    monkeypatch.setattr(farewells, "_works", [])


async def rename(session: AsyncSession, user_id: UUID, name: str) -> None:
    await session.exec(update(User).where(col(User.id) == user_id).values(name=name))


def objects(reason: str, name: str) -> None:
    """Have somebody object, after a change of their own."""

    @before_leaving
    async def check(session: AsyncSession, user_id: UUID) -> Sequence[str]:
        await rename(session, user_id, name)
        return [reason]


async def test_all_reasons_are_told_and_nothing_is_changed(
    alone: None, operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    objects("You hold 3 AZR.", "from below")
    objects("A contract of yours runs.", "from above")

    payload = await told(operations, LEAVE, as_=me)

    assert payload == {
        "purgeAt": None,
        "userErrors": [
            {
                "__typename": "AccountInUse",
                "message": "Settle what is still open first.",
                "path": [],
                "reasons": ["A contract of yours runs.", "You hold 3 AZR."],
            }
        ],
    }
    [row] = await owner.fetch("select name, purge_at from auth.users")
    assert (row["name"], row["purge_at"]) == (user.name, None)
    living = "select count(*) from auth.sessions where revoked_at is null"
    assert await owner.fetchval(living) == 1
    logged = "select count(*) from auth.audit_logs where action = 'user.delete_requested'"
    assert await owner.fetchval(logged) == 0


async def test_who_has_nothing_open_leaves_and_what_was_closed_opens_on_return(
    alone: None, operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)

    @before_leaving
    async def close(session: AsyncSession, user_id: UUID) -> Sequence[str]:
        await rename(session, user_id, "closed")
        return []

    @after_returning
    async def open_again(session: AsyncSession, user_id: UUID) -> None:
        await rename(session, user_id, "open")

    assert (await told(operations, DELETE, as_=me))["userErrors"] == []
    assert await owner.fetchval("select name from auth.users") == "closed"

    token = await a_token(database, user, TokenType.ACCOUNT_RESTORE)
    assert await told(operations, RESTORE, token=token) == DONE
    assert await owner.fetchval("select name from auth.users") == "open"


async def test_rows_that_name_the_person_are_added_while_the_account_is_locked(
    alone: None, operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    """Or a transfer that holds a wallet would wait for the account, and that for the wallet."""
    user = await somebody(database)
    me = await at_home(database, user)
    asked, go_on = asyncio.Event(), asyncio.Event()

    @before_leaving
    async def wait(_session: AsyncSession, _user_id: UUID) -> Sequence[str]:
        asked.set()
        await go_on.wait()
        return []

    leaving: asyncio.Task[Any] = asyncio.create_task(told(operations, DELETE, as_=me))
    async with asyncio.timeout(timedelta(seconds=5).total_seconds()):
        await asked.wait()
        await owner.execute(
            "insert into notifications.notifications (user_id, title, message) "
            "values ($1, 'Sent', 'On its way.')",
            user.id,
        )
        go_on.set()
        assert (await leaving)["userErrors"] == []


async def test_who_is_entered_into_something_with_leaves_only_afterwards(
    alone: None, operations: Operations, database: Database
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)

    async with database.session(SYSTEM) as session:
        assert await stays(session, user.id)
        leaving: asyncio.Task[Any] = asyncio.create_task(told(operations, DELETE, as_=me))
        done, _ = await asyncio.wait([leaving], timeout=0.3)
        assert not done
    assert (await leaving)["userErrors"] == []

    async with database.session(SYSTEM) as session:
        assert not await stays(session, user.id)


async def test_of_somebody_who_is_leaving_nobody_hears_that_they_stay(
    alone: None, operations: Operations, database: Database
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    answers: list[bool] = []

    async def ask_in_vain() -> None:
        async with database.session(SYSTEM) as session:
            answers.append(await stays(session, user.id))

    async with asyncio.TaskGroup() as tasks:

        @before_leaving
        async def ask_meanwhile(_session: AsyncSession, _user_id: UUID) -> Sequence[str]:
            tasks.create_task(ask_in_vain())
            await asyncio.sleep(0.2)
            assert answers == []
            return []

        await told(operations, DELETE, as_=me)

    assert answers == [False]
