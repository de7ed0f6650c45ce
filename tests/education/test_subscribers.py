"""What education does on news of auth."""

from typing import Any

import asyncpg
import pytest

from domains.auth.events import UserSignedUp
from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.viewer import SYSTEM
from gateway import worker
from tests.makers import a_user


async def sign_up(database: Database, role: UserRole, **values: Any) -> None:
    user = await a_user(database, role, **values)
    for _ in range(2):
        async with database.session(SYSTEM) as session:
            emit(session, UserSignedUp(user_id=user.id))
    await worker.deliver_once(database)


async def test_who_signs_up_as_a_student_becomes_one_with_a_wallet_once(
    database: Database, owner: asyncpg.Connection
) -> None:
    await sign_up(database, UserRole.STUDENT, name="Ada King Lovelace")

    students = await owner.fetch("select first_name, last_name from education.students")
    assert [tuple(student) for student in students] == [("Ada King", "Lovelace")]
    assert await owner.fetchval("select count(*) from education.wallets") == 1


@pytest.mark.parametrize("role", [UserRole.EDUCATOR, UserRole.EMPLOYER, UserRole.ADMIN])
async def test_others_do_not(database: Database, owner: asyncpg.Connection, role: UserRole) -> None:
    await sign_up(database, role)

    assert await owner.fetchval("select count(*) from education.students") == 0
