"""What education does on news of auth."""

from typing import Any

import asyncpg
import pytest

from domains.auth.events import UserEmailChanged, UserSignedUp
from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.viewer import SYSTEM
from gateway import outbox
from tests.makers import a_student, a_user


async def sign_up(database: Database, role: UserRole, **values: Any) -> None:
    user = await a_user(database, role, **values)
    for _ in range(2):
        async with database.session(SYSTEM) as session:
            emit(session, UserSignedUp(user_id=user.id))
    await outbox.deliver_once(database)


async def test_who_signs_up_as_a_student_becomes_one_with_a_wallet_once(
    database: Database, owner: asyncpg.Connection
) -> None:
    await sign_up(database, UserRole.STUDENT, name="Ada King Lovelace")

    students = await owner.fetch("select first_name, last_name from education.students")
    assert [tuple(student) for student in students] == [("Ada King", "Lovelace")]
    assert await owner.fetchval("select count(*) from education.wallets") == 1


async def test_a_new_student_waits_for_an_address_that_another_gave_up(
    database: Database, owner: asyncpg.Connection
) -> None:
    moved, new = await a_user(database), await a_user(database, email="ada@example.org")
    await a_student(database, moved, email="ada@example.org")
    async with database.session(SYSTEM) as session:
        emit(session, UserSignedUp(user_id=new.id))
        emit(session, UserEmailChanged(user_id=moved.id))

    await outbox.deliver_once(database)
    await owner.execute("update kernel.outbox set next_attempt_at = null")
    await outbox.deliver_once(database)

    students = await owner.fetch("select user_id, email from education.students order by user_id")
    assert [tuple(student) for student in students] == [
        (moved.id, moved.email),
        (new.id, "ada@example.org"),
    ]


@pytest.mark.parametrize("role", [UserRole.EDUCATOR, UserRole.EMPLOYER, UserRole.ADMIN])
async def test_others_do_not(database: Database, owner: asyncpg.Connection, role: UserRole) -> None:
    await sign_up(database, role)

    assert await owner.fetchval("select count(*) from education.students") == 0
