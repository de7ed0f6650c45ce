"""The data that is measured: the scaled seed, and what the measurements need besides."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import UUID

import asyncpg

import seed
from bench.rows import FILLING, NOTICES, STUDENTS, admin_id, notice_id, student_user_id
from domains.auth.engine import tokens
from domains.kernel.database import Database
from gateway import roles
from gateway.embedded import Cluster, embedded_postgres
from gateway.identity import configure_identity
from gateway.inspection import drop_namespaces
from gateway.migrate import migrate
from gateway.settings import Profile, Settings
from seed import scale

DATA: Final = Path(".data/bench")
DATABASE: Final = "azora_bench"

SETTINGS: Final = {
    # Statements are counted in a run of their own; while time is taken nothing is.
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "none",
    "max_connections": "200",
}

ADMIN: Final = "admin"
STUDENT: Final = "student"
"""Who is signed in, as workloads name them."""

WRITTEN = """
insert into notifications.notifications (id, user_id, title, message, type, created_at)
select id, $2, 'Reminder ' || number, 'The next chapter of your course is waiting.', 'info',
  timestamptz '2025-06-01 00:00:00+00'
from unnest($1::uuid[]) with ordinality as notices (id, number)
"""
UNREAD = """
update notifications.notifications set read_at = null
where user_id = $1 and id between $2 and $3 and read_at is not null
"""
OPEN_SESSION = """
insert into auth.sessions (user_id, token_hash, access_expires_at, expires_at)
values ($1, $2, now() + interval '1d', now() + interval '1d')
"""
CLOSE_SESSIONS = "delete from auth.sessions where user_id = $1 and expires_at > now()"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with a session."""

    token: str
    user_id: UUID
    role: str


@contextmanager
def world(students: int = STUDENTS) -> Iterator[Cluster]:
    """The running cluster with the data in it; made at the first time, and kept."""
    with worlds([students]) as made:
        yield made[students]


@contextmanager
def worlds(sizes: Iterable[int]) -> Iterator[dict[int, Cluster]]:
    """Worlds of so many students, each in a database of its own in the same cluster."""
    with embedded_postgres(DATA, database="postgres", settings=SETTINGS) as cluster:
        made = {students: beside(cluster, f"{DATABASE}_{students}") for students in sizes}
        for students, each in made.items():
            asyncio.run(_prepare(cluster, each))
            wanted = _fingerprint(students)
            if asyncio.run(_found(each)) != wanted:
                _make(each, students, wanted)
        yield made


def beside(cluster: Cluster, database: str) -> Cluster:
    """The addresses of another database of a cluster."""
    given = {each.name: getattr(cluster, each.name) for each in fields(cluster)}
    paths = {name: urlsplit(url)._replace(path=f"/{database}") for name, url in given.items()}
    return Cluster(**{name: urlunsplit(parts) for name, parts in paths.items()})


def name_of(cluster: Cluster) -> str:
    """The name of a cluster's database."""
    return unquote(urlsplit(cluster.owner_url).path[1:])


async def sign_in(cluster: Cluster) -> Mapping[str, SignedIn]:
    """Sessions of those who ask, whose earlier ones end."""
    people = {ADMIN: admin_id(), STUDENT: student_user_id()}
    found = {role: SignedIn(tokens.new_access_token(), id, role) for role, id in people.items()}
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        for person in found.values():
            await connection.execute(CLOSE_SESSIONS, person.user_id)
            digest = tokens.digest(person.token)
            await connection.execute(OPEN_SESSION, person.user_id, digest)
    finally:
        await connection.close()
    return found


async def make_unread(cluster: Cluster) -> None:
    """Have the student read none of these yet, so that every contestant finds the same to do."""
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        first, last = notice_id(0), notice_id(NOTICES - 1)
        await connection.execute(UNREAD, student_user_id(), first, last)
        await connection.execute("vacuum notifications.notifications")
    finally:
        await connection.close()


async def _prepare(cluster: Cluster, world: Cluster) -> None:
    """The database with its extensions; the roles keep their passwords."""
    urls = {roles.OWNER: cluster.owner_url, roles.APP: cluster.app_url}
    passwords = {role: unquote(urlsplit(url).password or "") for role, url in urls.items()}
    await roles.prepare(cluster.superuser_url, name_of(world), passwords)


def _fingerprint(students: int) -> str:
    """Changes with the migrations and with what is filled in."""
    folders = ("migrations/versions", "seed", "seed/scale")
    paths = (path for folder in folders for path in sorted(Path(folder).glob("*.py")))
    texts = [str(students), str(NOTICES), WRITTEN, *FILLING, *(path.read_text() for path in paths)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


async def _found(cluster: Cluster) -> str | None:
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        said: str | None = await connection.fetchval(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = $1",
            name_of(cluster),
        )
        return said
    finally:
        await connection.close()


def _make(cluster: Cluster, students: int, fingerprint: str) -> None:
    asyncio.run(drop_namespaces(cluster.owner_url))
    # Alembic's environment runs an event loop of its own.
    migrate(cluster.owner_url)
    asyncio.run(fill(cluster, students))
    # Last, so that a world half made is made anew.
    asyncio.run(_note(cluster, fingerprint))


async def fill(cluster: Cluster, students: int) -> None:
    """All rows, in a migrated database without any."""
    configure_identity(Settings(profile=Profile.TEST))
    database = Database(cluster.owner_url)
    await database.open()
    try:
        await seed.run(database)
    finally:
        await database.close()
    await scale.run(cluster.owner_url, students, lambda _more: None)
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        async with connection.transaction():
            await _add(connection, students)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def _note(cluster: Cluster, fingerprint: str) -> None:
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        await connection.execute(f"comment on database {name_of(cluster)} is '{fingerprint}'")
    finally:
        await connection.close()


async def _add(connection: asyncpg.Connection, students: int) -> None:
    """What the measurements need besides."""
    for statement in FILLING:
        await connection.execute(statement, 1, students)
    notices = [notice_id(number) for number in range(NOTICES)]
    await connection.execute(WRITTEN, notices, student_user_id())
