"""`notificationMarkRead` and `notificationsMarkAllRead`, from the outside."""

from typing import Any

import asyncpg

from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.notifications.models import NotificationType
from tests.makers import a_notification, a_user, viewer
from tests.operations import codes

MARK_READ = """
mutation ($id: ID!) {
  notificationMarkRead(input: {id: $id}) {
    notification { type readAt } userErrors { __typename path }
  }
}
"""
MARK_ALL_READ = """
mutation ($input: NotificationsMarkAllReadInput! = {}) {
  notificationsMarkAllRead(input: $input) { marked userErrors { __typename } }
}
"""
NOTIFICATIONS = """
query ($where: NotificationFilter) {
  notifications(where: $where) { totalCount nodes { title } }
  viewer { notifications(where: $where) { totalCount } }
}
"""


async def unread(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval(
        "select count(*) from notifications.notifications where read_at is null"
    )
    return found


async def test_is_read_once(graph: Any, database: Database) -> None:
    user = await a_user(database)
    row = await a_notification(database, user.id)
    id = encode_id("Notification", row.id)

    first = (await graph(MARK_READ, as_=viewer(user), id=id))["notificationMarkRead"]
    again = (await graph(MARK_READ, as_=viewer(user), id=id))["notificationMarkRead"]

    assert first["notification"]["readAt"] is not None
    assert again == first == {"notification": first["notification"], "userErrors": []}


async def test_anothers_or_a_deleted_one_does_not_exist(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    me, other = await a_user(database), await a_user(database)
    theirs = await a_notification(database, other.id)
    deleted = await a_notification(database, me.id, deleted_at=now())

    for row in (theirs, deleted):
        data = await graph(MARK_READ, as_=viewer(me), id=encode_id("Notification", row.id))
        refusal = {"__typename": "NotificationNotFound", "path": ["input", "id"]}
        assert data["notificationMarkRead"] == {"notification": None, "userErrors": [refusal]}

    assert await unread(owner) == 2


async def test_all_of_ones_own_are_read_and_no_others(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    me, other = await a_user(database), await a_user(database)
    for user in (me, me, other):
        await a_notification(database, user.id)
    await a_notification(database, me.id, read_at=now())

    data = await graph(MARK_ALL_READ, as_=viewer(me))

    assert data["notificationsMarkAllRead"] == {"marked": 2, "userErrors": []}
    assert await unread(owner) == 1
    assert (await graph(MARK_ALL_READ, as_=viewer(me)))["notificationsMarkAllRead"]["marked"] == 0


async def test_what_came_later_stays_unread(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    me = await a_user(database)
    seen = await a_notification(database, me.id)
    await a_notification(database, me.id)
    until = {"until": seen.created_at.isoformat()}

    data = await graph(MARK_ALL_READ, as_=viewer(me), input=until)

    assert data["notificationsMarkAllRead"]["marked"] == 1
    assert await unread(owner) == 1


async def test_only_who_is_signed_in_reads(answer: Any, database: Database) -> None:
    row = await a_notification(database, (await a_user(database)).id)

    assert codes(await answer(MARK_READ, id=encode_id("Notification", row.id))) == [
        "UNAUTHENTICATED"
    ]
    assert codes(await answer(MARK_ALL_READ)) == ["UNAUTHENTICATED"]


async def test_people_see_their_own_newest_first_and_narrowed(
    graph: Any, database: Database
) -> None:
    me, other = await a_user(database), await a_user(database)
    await a_notification(database, other.id, title="Theirs")
    await a_notification(database, me.id, title="Read", read_at=now())
    await a_notification(database, me.id, title="Warning", type=NotificationType.WARNING)
    await a_notification(database, me.id, title="News")
    narrowed = {
        "": (None, ["News", "Warning", "Read"]),
        "unread": ({"unread": True}, ["News", "Warning"]),
        "read": ({"unread": False}, ["Read"]),
        "type": ({"type": "WARNING"}, ["Warning"]),
        "types": ({"types": ["INFO", "ERROR"]}, ["News", "Read"]),
    }

    for where, titles in narrowed.values():
        data = await graph(NOTIFICATIONS, as_=viewer(me), where=where)
        assert [row["title"] for row in data["notifications"]["nodes"]] == titles
        assert data["notifications"]["totalCount"] == len(titles)
        assert data["viewer"]["notifications"] == {"totalCount": len(titles)}
