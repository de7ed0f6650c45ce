"""The outbox is delivered once, in order for each thing, whatever fails meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import UserRole
from domains.kernel import events
from domains.kernel.database import Database
from domains.kernel.events import Event, emit, subscribe
from domains.kernel.row import uuid7
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from domains.notifications.models import Notification
from gateway import worker
from gateway.outbox import deliver_once
from tests.makers import a_user


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung(Event):
    """A bell was rung, so many times as its number says."""

    topic: ClassVar[str] = "tests.bell.rung"
    aggregate: ClassVar[str] = "bell_id"

    bell_id: UUID
    number: int


class Broken(Exception):
    """What a failing subscriber raises."""


@dataclass
class Bells:
    """A subscriber that keeps what it hears, in Python and in the database."""

    listener_id: UUID
    heard: list[tuple[UUID, int]] = field(default_factory=list)
    broken: set[UUID] = field(default_factory=set)
    news: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def hear(self, session: AsyncSession, event: Rung, entry_id: UUID) -> None:
        self.heard.append((event.bell_id, event.number))
        self.news.put_nowait(event.number)
        session.add(Notification(user_id=self.listener_id, title="Bell", message=str(entry_id)))
        await session.flush()
        if event.bell_id in self.broken:
            raise Broken


@pytest.fixture
async def bells(database: Database) -> AsyncIterator[Bells]:
    """The only subscriber of the events of these tests."""
    listener = await a_user(database, UserRole.EMPLOYER)
    bells = Bells(listener.id)
    subscribe(Rung)(bells.hear)
    yield bells
    events._subscribers.pop(Rung.topic)


async def ring(database: Database, *rung: tuple[UUID, int], as_: Viewer = SYSTEM) -> None:
    async with database.session(as_) as session:
        for bell_id, number in rung:
            emit(session, Rung(bell_id=bell_id, number=number))
            await session.flush()


async def kept(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select count(*) from notifications.notifications")
    return found


async def make_due(owner: asyncpg.Connection) -> None:
    await owner.execute("update kernel.outbox set next_attempt_at = now()")


async def test_an_event_is_delivered_once(
    database: Database, owner: asyncpg.Connection, bells: Bells
) -> None:
    bell = uuid7()
    await ring(database, (bell, 1), (bell, 2))

    assert await deliver_once(database) == 2
    assert await deliver_once(database) == 0

    assert bells.heard == [(bell, 1), (bell, 2)]
    assert await kept(owner) == 2
    assert await owner.fetchval("select bool_and(delivered_at is not null) from kernel.outbox")


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.STUDENT])
async def test_anybodys_transaction_may_tell_an_event(
    database: Database, bells: Bells, role: Role
) -> None:
    bell = uuid7()
    await ring(database, (bell, 1), as_=Viewer(uuid7(), role))

    assert await deliver_once(database) == 1


async def test_what_is_rolled_back_is_never_told(
    database: Database, owner: asyncpg.Connection, bells: Bells
) -> None:
    async def ring_and_fail(session: AsyncSession, _viewer: Viewer) -> None:
        emit(session, Rung(bell_id=uuid7(), number=1))
        await session.flush()
        raise Broken

    with pytest.raises(Broken):
        await database.transaction(ANONYMOUS, ring_and_fail)

    assert await deliver_once(database) == 0
    assert await owner.fetchval("select count(*) from kernel.outbox") == 0


async def test_workers_beside_each_other_deliver_each_event_once_and_in_order(
    database: Database, owner: asyncpg.Connection, bells: Bells
) -> None:
    some = [uuid7() for _ in range(5)]
    for number in range(6):
        await ring(database, *((bell, number) for bell in some))

    delivered = await asyncio.gather(*(deliver_once(database) for _ in range(4)))
    while more := await deliver_once(database):
        delivered.append(more)

    assert sum(delivered) == await kept(owner) == 30
    for bell in some:
        assert [number for heard, number in bells.heard if heard == bell] == [*range(6)]


async def test_a_failure_undoes_the_work_and_holds_back_what_follows_of_the_same_thing(
    database: Database,
    owner: asyncpg.Connection,
    bells: Bells,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = uuid7(), uuid7()
    bells.broken.add(broken)
    await ring(database, (broken, 1), (broken, 2), (sound, 1))

    assert await deliver_once(database) == 1

    assert bells.heard == [(broken, 1), (sound, 1)]
    assert await kept(owner) == 1
    [entry] = await owner.fetch(
        "select attempts, delivered_at, next_attempt_at > now() as later, last_error"
        " from kernel.outbox order by position limit 1"
    )
    assert tuple(entry) == (1, None, True, "Broken")
    assert [record.levelname for record in caplog.records] == ["WARNING"]

    bells.broken.clear()
    await make_due(owner)
    assert await deliver_once(database) == 2
    assert bells.heard[2:] == [(broken, 1), (broken, 2)]


async def test_after_ten_failures_an_event_is_left_and_the_next_goes_on(
    database: Database,
    owner: asyncpg.Connection,
    bells: Bells,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bell = uuid7()
    bells.broken.add(bell)
    await ring(database, (bell, 1))
    for _ in range(12):
        assert await deliver_once(database) == 0
        await make_due(owner)

    bells.broken.clear()
    await ring(database, (bell, 2))

    assert await deliver_once(database) == 1
    assert bells.heard == [(bell, 1)] * 10 + [(bell, 2)]
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 9 + [logging.ERROR]


async def test_each_wait_is_twice_as_long_as_the_one_before(
    database: Database, owner: asyncpg.Connection, bells: Bells
) -> None:
    bell = uuid7()
    bells.broken.add(bell)
    await ring(database, (bell, 1))
    waits = []
    for _ in range(3):
        await deliver_once(database)
        waits.append(
            await owner.fetchval(
                "select extract(epoch from next_attempt_at - now()) from kernel.outbox"
            )
        )
        await make_due(owner)

    assert [float(wait) for wait in waits] == pytest.approx([2, 4, 8], abs=0.9)


async def test_an_event_without_subscribers_counts_as_delivered(
    database: Database, owner: asyncpg.Connection
) -> None:
    await ring(database, (uuid7(), 1))

    assert await deliver_once(database) == 1


async def heard(bells: Bells) -> int:
    """The number of the next ring."""
    return await asyncio.wait_for(bells.news.get(), 4)


async def test_in_the_background_events_are_delivered_as_they_come(
    database: Database, bells: Bells
) -> None:
    bell = uuid7()
    await ring(database, (bell, 1))

    async with worker.background(database):
        assert await heard(bells) == 1
        await ring(database, (bell, 2))
        assert await heard(bells) == 2

    await ring(database, (bell, 3))
    assert bells.heard == [(bell, 1), (bell, 2)]


async def test_lost_connections_are_made_again(
    database: Database,
    superuser: tuple[asyncpg.Connection, str],
    bells: Bells,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "RECONNECT_SECONDS", 0.05)
    bell = uuid7()

    async with worker.background(database):
        await ring(database, (bell, 1))
        assert await heard(bells) == 1
        # By then it waits.
        await asyncio.sleep(0.3)
        await superuser[0].execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and usename = 'azora_app'"
        )
        await asyncio.sleep(0.1)
        await ring(database, (bell, 2))
        assert await heard(bells) == 2
