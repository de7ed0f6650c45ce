"""Plans and row-level security each hide others' rows, even where the other one is missing."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, Viewer
from gateway.execution import Gateway
from tests.lesson import Class, a_class
from tests.makers import a_user, viewer
from tests.operations import Operations
from tests.postgres import Urls


@pytest.fixture
async def lesson(database: Database) -> Class:
    return await a_class(database)


@pytest.mark.parametrize("root", ["node", "course"])
async def test_an_invisible_row_is_null_as_one_that_does_not_exist(
    operations: Operations, lesson: Class, root: str
) -> None:
    query = f"query($id: ID!) {{ {root}(id: $id) {{ id }} }}"
    shown = encode_id("Course", lesson.course.id)
    assert await operations.data(query, id=shown) == {root: {"id": shown}}
    for key in (lesson.hidden.id, uuid4()):
        assert await operations.data(query, id=encode_id("Course", key)) == {root: None}


OWN = "{ viewer { email student { enrollments { totalCount } } } students { totalCount } }"


ROLE = re.compile(r"(set_config\('azora\.role', )'\w+'")


@dataclass(slots=True)
class Sent:
    """A planned statement and its parameters, the first of which says who asks."""

    sql: str
    arguments: list[Any]

    def by(self, viewer: Viewer) -> tuple[str, list[Any]]:
        """The same, but row-level security is told of somebody else."""
        user_id, role = viewer.settings
        sql, count = ROLE.subn(rf"\1'{role}'", self.sql)
        assert count == 1
        return sql, [user_id, *self.arguments[1:]]


class RecordingDatabase(Database):
    """Remembers the last planned statement."""

    sent: Sent

    async def value(self, sql: str, arguments: Sequence[Any], namespace: str | None = None) -> Any:
        self.sent = Sent(sql, [*arguments])
        return await super().value(sql, arguments, namespace)


@pytest.fixture
async def recording(urls: Urls, database: Database) -> AsyncIterator[RecordingDatabase]:
    recording = RecordingDatabase(urls.app)
    await recording.open()
    yield recording
    await recording.close()


@pytest.fixture
async def sent(recording: RecordingDatabase, gateway: Gateway, lesson: Class) -> Sent:
    """The statement that shows a student their own account, after it did so."""
    data = await Operations(gateway, recording).data(OWN, as_=lesson.viewer)
    assert data == shown_to(lesson)
    return recording.sent


def shown_to(lesson: Class) -> dict[str, Any]:
    student = {"enrollments": {"totalCount": 1}}
    return {
        "viewer": {"email": lesson.user.email, "student": student},
        "students": {"totalCount": 1},
    }


NOTHING = {"data": {"viewer": None, "students": {"totalCount": 0}}}


async def test_where_plans_let_all_through_row_security_shows_nothing_of_others(
    sent: Sent, recording: RecordingDatabase, lesson: Class
) -> None:
    for stranger in (ANONYMOUS, viewer(lesson.other_user)):
        assert json.loads(await recording.value(*sent.by(stranger))) == NOTHING


async def test_where_row_security_lets_all_through_plans_show_nothing_of_others(
    sent: Sent, owner: asyncpg.Connection, lesson: Class
) -> None:
    assert await owner.fetchval("select count(*) from education.students") == 2
    body = await owner.fetchval(sent.sql, *sent.arguments)
    assert json.loads(body) == {"data": shown_to(lesson)}


async def test_the_plan_of_an_admin_shows_others_nothing_but_their_own(
    recording: RecordingDatabase, gateway: Gateway, lesson: Class
) -> None:
    query = "{ students { totalCount } }"
    admin = viewer(await a_user(recording, UserRole.ADMIN))
    assert await Operations(gateway, recording).data(query, as_=admin) == {
        "students": {"totalCount": 2}
    }
    sent = recording.sent
    assert json.loads(await recording.value(*sent.by(lesson.viewer))) == {
        "data": {"students": {"totalCount": 1}}
    }


async def test_the_settings_of_a_statement_are_in_force_before_it_reads(
    sent: Sent, urls: Urls, lesson: Class
) -> None:
    connection = await asyncpg.connect(urls.app)
    try:
        await connection.execute(f"set azora.user_id = '{lesson.other_user.id}'")
        await connection.execute("set azora.role = 'admin'")
        # More often than Postgres makes plans for the values at hand.
        for _ in range(8):
            own = await connection.fetchval(sent.sql, *sent.arguments)
            assert json.loads(own) == {"data": shown_to(lesson)}
            sql, arguments = sent.by(ANONYMOUS)
            assert json.loads(await connection.fetchval(sql, *arguments)) == NOTHING
        assert await connection.fetchval("select current_setting('azora.role')") == "admin"
    finally:
        await connection.close()


async def test_nothing_of_a_viewer_is_left_on_a_connection(
    sent: Sent, recording: RecordingDatabase
) -> None:
    left = "select current_setting('azora.user_id') || current_setting('azora.role')"
    assert await recording.value(left, []) == ""
