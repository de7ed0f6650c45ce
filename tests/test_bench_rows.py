"""What is measured asks for rows by ids that are computed without the database."""

from uuid import UUID

import asyncpg
import pytest

from bench import rows
from bench.statements import parameters, prepared
from bench.workloads import WORKLOADS
from seed.scale.kinds import COURSE, ENROLLMENT, USER
from seed.scale.terms import Kind, key

IDS = {
    "user": (USER, rows.READER, 0, rows.student_user_id()),
    "admin": (USER, 1, rows.ADMINS, rows.admin_id()),
    "course": (COURSE, 101, 2, rows.course_ids(200)[6]),
    "enrollment": (ENROLLMENT, 9999, 0, rows.enrollment_id(9999)),
}


@pytest.mark.parametrize("name", IDS)
async def test_an_id_is_what_the_seed_makes_of_the_same_number(
    owner: asyncpg.Connection, name: str
) -> None:
    kind, n, j, id = IDS[name]
    assert await _made(owner, kind, n, j) == id


async def _made(owner: asyncpg.Connection, kind: Kind, n: int, j: int) -> UUID:
    made: UUID = await owner.fetchval(f"select {key(kind, str(n), str(j))}")
    return made


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_statement_by_hand_takes_what_the_request_brings(name: str) -> None:
    workload = WORKLOADS[name]
    text = prepared(workload, row_security=True)
    assert ":asked" not in text
    assert ":token" not in text
    assert all(f"${1 + place}::" in text for place, _ in enumerate(parameters(workload)))
