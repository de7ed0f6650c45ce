"""The audit log is a chain of hashes: nobody can write it anew without being found out."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.audit import Action
from domains.auth.models import AuditLog
from domains.auth.repository.audit import TOLD
from domains.auth.service.audit import note
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM, Viewer
from gateway import audit
from tests.makers import a_user, put
from tests.postgres import Urls

CLIENT = Client("192.0.2.7", "Test/1.0", "request-1")

ROWS = "select * from auth.audit_logs order by chain, position"
POSITIONS = "select chain, array_agg(position order by position) from auth.audit_logs group by 1"
HEADS = "select chain, position from kernel.audit_chains where position > 0"


def person_of(chain: int, number: int = 1) -> UUID:
    """Somebody whose rows are part of a chain."""
    return UUID(int=number << 8 | chain)


async def noted(database: Database, *people: UUID, action: Action = Action.LOGIN_FAILED) -> None:
    async def write(session: AsyncSession, _viewer: Viewer) -> None:
        for person in people:
            note(session, action, CLIENT, user_id=person, outcome="failure", reason="password")

    await database.transaction(SYSTEM, write)


async def breaks(urls: Urls, anchored: bytes | None = None) -> list[str]:
    anchor = audit.read_anchor(anchored) if anchored else None
    return [str(found) for found in (await audit.verify(urls.owner, anchor)).breaks]


# Linking


async def test_fifty_at_once_leave_no_gap_in_any_chain(
    database: Database, owner: asyncpg.Connection, urls: Urls
) -> None:
    people = [person_of(number % 3, number) for number in range(50)]
    await asyncio.gather(
        *(noted(database, person, people[-1 - index]) for index, person in enumerate(people))
    )
    found = {row[0]: row[1] for row in await owner.fetch(POSITIONS)}
    assert sum(map(len, found.values())) == 100
    assert found == {chain: [*range(1, len(found[chain]) + 1)] for chain in (0, 1, 2)}
    assert {row[0]: row[1] for row in await owner.fetch(HEADS)} == {
        chain: len(positions) for chain, positions in found.items()
    }
    assert await breaks(urls) == []


async def test_two_who_write_of_the_same_people_in_another_order_do_not_block_each_other(
    database: Database, owner: asyncpg.Connection
) -> None:
    first, second = person_of(1), person_of(2)
    met, tries = asyncio.Barrier(2), []

    async def write(session: AsyncSession, _viewer: Viewer, *people: UUID) -> None:
        tries.append(people)
        for person in people:
            note(session, Action.LOGIN_FAILED, CLIENT, user_id=person)
            await session.flush()
        if len(tries) <= 2:
            await met.wait()

    await asyncio.gather(
        database.transaction(SYSTEM, write, first, second),
        database.transaction(SYSTEM, write, second, first),
    )
    assert len(tries) == 2
    assert await owner.fetchval("select count(*) from auth.audit_logs") == 4


async def test_those_who_do_not_keep_the_order_are_tried_again(
    database: Database, owner: asyncpg.Connection, urls: Urls
) -> None:
    met, tries = asyncio.Barrier(2), []

    async def write(session: AsyncSession, _viewer: Viewer, *people: UUID) -> None:
        tries.append(people)
        for number, person in enumerate(people):
            session.add(AuditLog(user_id=person, action="logout"))
            await session.flush()
            if number == 0 and len(tries) <= 2:
                await met.wait()

    await asyncio.gather(
        database.transaction(SYSTEM, write, person_of(1), person_of(2)),
        database.transaction(SYSTEM, write, person_of(2), person_of(1)),
    )
    assert len(tries) == 3
    assert await owner.fetchval("select count(*) from auth.audit_logs") == 4
    assert await breaks(urls) == []


async def test_whoever_adds_a_row_does_not_say_where_it_stands(
    database: Database, owner: asyncpg.Connection, urls: Urls
) -> None:
    await noted(database, person_of(3))
    for zone in ("UTC", "Africa/Johannesburg", "Asia/Kathmandu"):
        await owner.execute(f"set timezone = '{zone}'; set datestyle = 'German'")
        await owner.execute(
            "insert into auth.audit_logs (user_id, action, chain, position, hash, ip, details) "
            "values ($1, 'logout', 9, 99, 'x', '192.0.2.0/24', '{\"b\": 1.50, \"a\": null}')",
            person_of(3),
        )
    await owner.execute("reset all")
    assert [tuple(row) for row in await owner.fetch(POSITIONS)] == [(3, [1, 2, 3, 4])]
    assert await breaks(urls) == []


async def test_the_application_cannot_reach_the_heads(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.app)
    try:
        await connection.execute("select set_config('azora.role', 'system', false)")
        for statement in (
            "select from kernel.audit_chains",
            "update kernel.audit_chains set position = 0",
            "insert into kernel.audit_chains (chain) values (1)",
            "delete from kernel.audit_chains",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


def test_the_hash_vouches_for_every_column() -> None:
    columns = set(AuditLog.__table__.c.keys())  # type: ignore[attr-defined]
    assert columns == {*TOLD, "position", "hash"}


async def test_a_row_of_somebody_erased_stays_what_it_was(
    database: Database, owner: asyncpg.Connection, urls: Urls
) -> None:
    user = await a_user(database)
    await put(database, AuditLog(user_id=user.id, action="login.succeeded"))
    await owner.execute("delete from auth.users where id = $1", user.id)
    assert await owner.fetchval("select user_id from auth.audit_logs") == user.id
    assert await breaks(urls) == []


# Finding out

TAMPERINGS = {
    "a changed action": (
        "update auth.audit_logs set action = 'logout' where chain = 1 and position = 2",
        [(1, 2, "this row, or the hash before it, was changed")],
    ),
    "a changed time": (
        (
            "update auth.audit_logs set created_at = created_at - interval '1 microsecond' "
            "where chain = 1 and position = 4"
        ),
        [(1, 4, "this row, or the hash before it, was changed")],
    ),
    "a changed detail": (
        "update auth.audit_logs set details = '{}' where chain = 2 and position = 1",
        [(2, 1, "this row, or the hash before it, was changed")],
    ),
    "a forgotten person": (
        "update auth.audit_logs set user_id = null where chain = 2 and position = 3",
        [(2, 3, "this row, or the hash before it, was changed")],
    ),
    "a changed row with a hash of its own": (
        (
            "update auth.audit_logs set action = 'logout', hash = sha256('x') "
            "where chain = 1 and position = 2"
        ),
        [
            (1, 2, "this row, or the hash before it, was changed"),
            (1, 3, "this row, or the hash before it, was changed"),
        ],
    ),
    "a deleted row": (
        "delete from auth.audit_logs where chain = 1 and position = 2",
        [(1, 2, "the row is missing")],
    ),
    "two deleted rows": (
        "delete from auth.audit_logs where chain = 1 and position in (2, 3)",
        [(1, 2, "the rows up to 3 are missing")],
    ),
    "a deleted beginning": (
        "delete from auth.audit_logs where chain = 2 and position = 1",
        [(2, 1, "the row is missing")],
    ),
    "a deleted end": (
        "delete from auth.audit_logs where chain = 2 and position = 4",
        [(2, 4, "the row is missing")],
    ),
    "a deleted chain": (
        "delete from auth.audit_logs where chain = 2",
        [(2, 1, "the rows up to 4 are missing")],
    ),
    "a deleted head": (
        "delete from kernel.audit_chains where chain = 2",
        [(2, 4, "the chain ends at 0, and rows go on")],
    ),
    "an inserted row": (
        "insert into auth.audit_logs (action, chain, position, hash) values ('logout', 1, 2, 'x')",
        [(1, 2, "a second row has this position")],
    ),
    "an added row": (
        "insert into auth.audit_logs (action, chain, position, hash) values ('logout', 1, 5, 'x')",
        [
            (1, 5, "this row, or the hash before it, was changed"),
            (1, 5, "the chain ends at 4, and rows go on"),
        ],
    ),
    "a row in the place of another": (
        "update auth.audit_logs set position = 5 - position where chain = 1 and position in (2, 3)",
        [
            (1, 2, "this row, or the hash before it, was changed"),
            (1, 3, "this row, or the hash before it, was changed"),
            (1, 4, "this row, or the hash before it, was changed"),
        ],
    ),
    "a head that was moved back with its rows": (
        (
            "delete from auth.audit_logs where chain = 1 and position = 4;"
            "update kernel.audit_chains set position = 3 where chain = 1"
        ),
        [(1, 3, "the last row is not the one that was added last")],
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_it_is_found_out(
    database: Database, superuser: tuple[asyncpg.Connection, str], urls: Urls, name: str
) -> None:
    statement, expected = TAMPERINGS[name]
    for number in range(4):
        await noted(database, person_of(1, number), person_of(2, number))
    assert await breaks(urls) == []
    await past_all_guards(superuser[0], statement)
    report = await audit.verify(urls.owner)
    assert [(each.chain, each.position, each.what) for each in report.breaks] == expected


async def past_all_guards(connection: asyncpg.Connection, statement: str) -> None:
    """What somebody can do to whom the whole server belongs."""
    await connection.execute(f"set session_replication_role = replica; {statement}")
    await connection.execute("reset session_replication_role")


async def test_a_log_that_was_written_anew_is_found_out_by_an_anchor(
    database: Database, superuser: tuple[asyncpg.Connection, str], urls: Urls
) -> None:
    connection, _ = superuser
    for number in range(4):
        await noted(database, person_of(1, number), person_of(2, number))
    anchored = await audit.anchor(urls.owner)
    await noted(database, person_of(1))
    assert await breaks(urls, anchored) == []
    kept = "id, created_at, user_id, outcome, ip, details"
    await connection.execute(f"create temp table kept as {ROWS}")
    await past_all_guards(
        connection, "delete from auth.audit_logs; delete from kernel.audit_chains"
    )
    await connection.execute(
        f"insert into auth.audit_logs ({kept}, action) select {kept}, "
        "case when chain = 1 and position = 2 then 'logout' else action end "
        "from kept order by chain, position; drop table kept"
    )
    assert await breaks(urls) == []
    doubt = "the anchor knows another row here: all up to it is in doubt"
    assert [text.rpartition(": all")[0] for text in await breaks(urls, anchored)]
    found = (await audit.verify(urls.owner, audit.read_anchor(anchored))).breaks
    assert [(each.chain, each.position, each.what) for each in found] == [
        (1, 4, doubt),
        (2, 4, doubt),
    ]


async def test_an_end_that_was_cut_off_with_its_head_is_found_out_by_an_anchor(
    database: Database, superuser: tuple[asyncpg.Connection, str], urls: Urls
) -> None:
    for number in range(3):
        await noted(database, person_of(1, number))
    anchored = await audit.anchor(urls.owner)
    await past_all_guards(
        superuser[0],
        "delete from auth.audit_logs where position = 3; update kernel.audit_chains head "
        "set position = 2, hash = (select hash from auth.audit_logs where position = 2)",
    )
    assert await breaks(urls) == []
    assert await breaks(urls, anchored) == [
        "chain 1, position 3: the anchor's row is missing, and all after it"
    ]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"takenAt": 1, "chains": {}}', b"\xff"])
def test_a_file_that_is_no_anchor_is_refused(content: bytes) -> None:
    with pytest.raises(audit.WrongAnchor):
        audit.read_anchor(content)
