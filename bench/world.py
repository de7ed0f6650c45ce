"""The data that is measured: made by the real migrations, and the same on every machine."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from domains.auth.engine import tokens
from gateway.embedded import Cluster, embedded_postgres
from gateway.inspection import drop_namespaces
from gateway.migrate import migrate

DATA: Final = Path(".data/bench")
DATABASE: Final = "azora_bench"

STUDENTS: Final = 10_000
COURSES: Final = 2_000
MODULES: Final = 10
"""Of each course."""

ENROLLMENTS: Final = 10
"""Of each student."""

EDUCATORS: Final = 40

ADMIN, EDUCATOR, LEARNER, STUDENT, COURSE, MODULE, ENROLLMENT = range(1, 8)
"""The kinds of rows, which stand in their ids."""


def key(kind: int, number: int) -> UUID:
    """The id of a generated row: in the form and order of UUIDv7."""
    return UUID(f"019a0000-0000-7{kind:03x}-8000-{number:012x}")


def _key(kind: int, number: str) -> str:
    """`key` in SQL."""
    return f"('019a0000-0000-7{kind:03x}-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _moment(number: str) -> str:
    return f"'2026-01-01 00:00:00+00'::timestamptz + ({number}) * interval '61.25 seconds'"


USERS = f"""
insert into auth.users (id, email, name, role, created_at, updated_at)
select {_key(ADMIN, "1")}, 'admin@example.org', 'Admin', 'admin'::auth.user_role,
  {_moment("0")}, {_moment("0")}
union all
select {_key(EDUCATOR, "n")}, 'educator' || n || '@example.org', 'Educator ' || n,
  'educator'::auth.user_role, {_moment("n")}, {_moment("n")}
from generate_series(1, {EDUCATORS}) n
union all
select {_key(LEARNER, "n")}, 'student' || n || '@example.org', 'Student ' || n,
  'student'::auth.user_role, {_moment("n")}, {_moment("n")}
from generate_series(1, {STUDENTS}) n
"""

STUDENT_ROWS = f"""
insert into education.students
  (id, user_id, first_name, last_name, email, grade, country, created_at, updated_at)
select {_key(STUDENT, "n")}, {_key(LEARNER, "n")},
  (array['Ada', 'Thandiwe', 'Zoë', 'Björn "Bo"', 'Mary\\Ann'])[1 + n % 5],
  (array['O''Neil', 'Nkosi', 'Smith', 'García'])[1 + n % 4] || ' ' || n,
  'student' || n || '@example.org', case when n % 3 > 0 then 'Grade ' || n % 12 end,
  (array['ZA', 'KE', 'NG', 'DE'])[1 + n % 4], {_moment("n")}, {_moment("n")}
from generate_series(1, {STUDENTS}) n
"""

COURSE_ROWS = f"""
insert into education.courses
  (id, title, description, instructor_id, price, currency, duration_hours, level, category,
   published_at, created_at, updated_at)
select {_key(COURSE, "n")}, 'Course ' || n || ': numbers and "proofs"',
  'What course ' || n || ' is about. ' || repeat('It says so in many words. ', 6),
  {_key(EDUCATOR, f"1 + n % {EDUCATORS}")}, n % 9 * 12.50,
  (array['AZR', 'USD'])[1 + n % 2]::education.currency, 1 + n % 80,
  (array['beginner', 'intermediate', 'advanced'])[1 + n % 3]::education.course_level,
  (array['Mathematics', 'Programming', 'Design', 'Languages', 'History'])[1 + n % 5],
  {_moment("2 * n")}, {_moment("n")}, {_moment("2 * n")}
from generate_series(1, {COURSES}) n
"""

MODULE_ROWS = f"""
insert into education.modules
  (id, course_id, title, description, position, content, created_at, updated_at)
select {_key(MODULE, f"n * {MODULES} + p")}, {_key(COURSE, "n")},
  'Chapter ' || p || ' of course ' || n, case when p % 2 = 0 then 'Part ' || p end, p,
  jsonb_build_object('lessons', jsonb_build_array(repeat('One lesson of it. ', 20))),
  {_moment("n")}, {_moment("n")}
from generate_series(1, {COURSES}) n, generate_series(1, {MODULES}) p
"""

# The numbers run over the students again and again, so that a student's rows lie far apart, as
# they do where people enrol one by one. A prime stride never leads to the same course twice.
ENROLLMENT_ROWS = f"""
insert into education.enrollments
  (id, student_id, course_id, status, progress, enrolled_at, completed_at)
select {_key(ENROLLMENT, "n")}, {_key(STUDENT, f"1 + n % {STUDENTS}")},
  {_key(COURSE, f"1 + (n % {STUDENTS} * 7 + n / {STUDENTS} * 211) % {COURSES}")},
  (array['active', 'completed', 'dropped'])[1 + n % 3]::education.enrollment_status,
  case n % 3 when 1 then 100 else n % 199 / 2.0 end, {_moment("n")},
  case n % 3 when 1 then {_moment("2 * n")} end
from generate_series(0, {STUDENTS * ENROLLMENTS - 1}) n
"""

FILLING = (USERS, STUDENT_ROWS, COURSE_ROWS, MODULE_ROWS, ENROLLMENT_ROWS)

OPEN_SESSION = """
insert into auth.sessions (user_id, token_hash, access_expires_at, expires_at)
values ($1, $2, now() + interval '1d', now() + interval '1d')
"""


@contextmanager
def world() -> Iterator[Cluster]:
    """The running cluster with the data in it; made at the first time, and kept."""
    with embedded_postgres(DATA, database=DATABASE) as cluster:
        wanted = _fingerprint()
        if asyncio.run(_found(cluster)) != wanted:
            asyncio.run(drop_namespaces(cluster.owner_url))
            # Alembic's environment runs an event loop of its own.
            migrate(cluster.owner_url)
            asyncio.run(_fill(cluster, wanted))
        yield cluster


async def sign_in_admin(cluster: Cluster) -> str:
    """A token of the admin, whose earlier ones end."""
    token = tokens.new_access_token()
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        await connection.execute("delete from auth.sessions")
        await connection.execute(OPEN_SESSION, key(ADMIN, 1), tokens.digest(token))
    finally:
        await connection.close()
    return token


def _fingerprint() -> str:
    """Changes with the migrations and with what is filled in."""
    texts = [path.read_text() for path in sorted(Path("migrations/versions").glob("*.py"))]
    return hashlib.sha256("\0".join([*texts, *FILLING]).encode()).hexdigest()


async def _found(cluster: Cluster) -> str | None:
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        said: str | None = await connection.fetchval(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = $1",
            DATABASE,
        )
        return said
    finally:
        await connection.close()


async def _fill(cluster: Cluster, fingerprint: str) -> None:
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        async with connection.transaction():
            for statement in FILLING:
                await connection.execute(statement)
        await connection.execute("vacuum analyze")
        # Last, so that a world half made is made anew.
        await connection.execute(f"comment on database {DATABASE} is '{fingerprint}'")
    finally:
        await connection.close()
