"""What people are told on news of other domains, and of which news nobody is told."""

from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest

from domains.auth.events import SignUpRepeated, UserSignedUp
from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.events import Event, emit, subscribers
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM
from domains.notifications.subscribers import notification_id
from gateway import outbox
from tests.makers import a_user


async def told(owner: asyncpg.Connection) -> list[tuple[str, str, str]]:
    rows = await owner.fetch("select * from notifications.notifications order by id")
    return [(row["type"], row["title"], row["message"]) for row in rows]


@pytest.mark.parametrize(
    ("event", "type", "title"),
    [
        (UserSignedUp, "info", "Welcome to Azora"),
        (SignUpRepeated, "warning", "Somebody tried to sign up with your address"),
    ],
)
async def test_a_person_is_told_of_sign_ups(
    database: Database, owner: asyncpg.Connection, event: type[Event], type: str, title: str
) -> None:
    user = await a_user(database, UserRole.EDUCATOR)
    async with database.session(SYSTEM) as session:
        emit(session, event(user_id=user.id))  # type: ignore[call-arg]

    await outbox.deliver_once(database)

    assert [(kind, text) for kind, text, _ in await told(owner)] == [(type, title)]


async def test_an_event_told_twice_notifies_once(
    database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database, UserRole.EDUCATOR)
    async with database.session(SYSTEM) as session:
        emit(session, UserSignedUp(user_id=user.id))
    await outbox.deliver_once(database)

    await owner.execute("update kernel.outbox set delivered_at = null")
    assert await outbox.deliver_once(database) == 1

    assert len(await told(owner)) == 1


def test_a_notifications_id_is_that_of_its_event_for_each_person() -> None:
    earlier, later, ada, alan = uuid7(), uuid7(), UUID(int=1), UUID(int=2)

    assert notification_id(earlier, ada) == notification_id(earlier, ada)
    assert notification_id(earlier, ada) != notification_id(earlier, alan)
    assert notification_id(earlier, ada) < notification_id(later, ada)
    assert (notification_id(earlier, ada).version, notification_id(later, ada).variant) == (
        7,
        earlier.variant,
    )


UNTOLD = {
    "JobCancelled",
    "JobPosted",
    "StakeClosed",
    "StakeOpened",
    "StakeRewardClaimed",
    "UserEmailChanged",
    "UserErased",
}
"""What people did themselves, or of which those whom it concerns are told one by one."""


def _events(kind: type[Event]) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        if hasattr(each, "topic"):
            yield each
        yield from _events(each)


def test_of_every_event_somebody_is_told_unless_it_is_meant_to_be_quiet() -> None:
    all = {each.__name__ for each in _events(Event) if each.__module__.startswith("domains.")}
    told = {
        event.__name__
        for event, subscriber in subscribers()
        if subscriber.__module__.startswith("domains.notifications.")
    }
    assert all - told == UNTOLD
    assert told & UNTOLD == set()
