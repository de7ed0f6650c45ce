"""What is asked for again with the same key is done once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.database import Bounds, Database
from domains.kernel.once import IdempotencyConflict, IdempotencyKeyInvalid, once
from domains.kernel.refusal import Refused
from domains.kernel.viewer import SYSTEM, Viewer
from domains.notifications.models import Notification
from tests.makers import a_user
from tests.postgres import Urls

CALLERS = 30


@pytest.fixture
async def crowded(wiped: None, urls: Urls) -> AsyncIterator[Database]:
    """A database with a connection for every caller."""
    database = Database(urls.app, Bounds(writes=CALLERS, wait_ms=20_000, statement_ms=20_000))
    yield database
    await database.close()


async def _write(session: AsyncSession, _viewer: Viewer, actor: UUID, key: str, title: str) -> UUID:
    async def work() -> UUID:
        note = Notification(user_id=actor, title=title, message="Hello")
        session.add(note)
        if not title:
            raise Refused(IdempotencyConflict())
        return note.id

    return await once(session, actor, key, ("write", title), work)


async def _refusal(database: Database, actor: UUID, key: str, title: str) -> type | None:
    try:
        await database.transaction(SYSTEM, _write, actor, key, title)
    except Refused as refused:
        return type(refused.errors[0])
    return None


async def _written(owner: asyncpg.Connection) -> list[str]:
    rows = await owner.fetch("select title from notifications.notifications order by title")
    return [row[0] for row in rows]


async def test_the_same_request_many_times_at_once_is_done_once_and_answered_alike(
    crowded: Database, owner: asyncpg.Connection
) -> None:
    actor = (await a_user(crowded)).id
    calls = (crowded.transaction(SYSTEM, _write, actor, "k", "One") for _ in range(CALLERS))
    assert len(set(await asyncio.gather(*calls))) == 1
    assert await _written(owner) == ["One"]


async def test_of_two_requests_with_one_key_one_is_done(
    crowded: Database, owner: asyncpg.Connection
) -> None:
    actor = (await a_user(crowded)).id
    told = await asyncio.gather(*(_refusal(crowded, actor, "k", title) for title in ("One", "Two")))
    assert Counter(told) == {None: 1, IdempotencyConflict: 1}
    assert len(await _written(owner)) == 1


async def test_a_key_is_its_owners_alone(database: Database, owner: asyncpg.Connection) -> None:
    for title in ("One", "Two"):
        actor = (await a_user(database)).id
        assert await _refusal(database, actor, "k", title) is None
    assert await _written(owner) == ["One", "Two"]


async def test_what_is_refused_leaves_its_key_unused(
    database: Database, owner: asyncpg.Connection
) -> None:
    actor = (await a_user(database)).id
    assert await _refusal(database, actor, "k", "") is IdempotencyConflict
    assert await _refusal(database, actor, "k", "One") is None
    assert await _written(owner) == ["One"]


@pytest.mark.parametrize("key", ["", "k" * 256, "a\0b"])
async def test_a_key_that_is_none_is_refused(database: Database, key: str) -> None:
    assert await _refusal(database, uuid4(), key, "One") is IdempotencyKeyInvalid
