"""The audit log forgets whole months, never too early, and what is left can still be checked."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
from click.testing import CliRunner, Result

from domains.auth.jobs.audit import forget_audit_logs
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from gateway import audit
from gateway.cli_audit import audit as commands
from gateway.settings import Settings, WrongSettings
from tests.partitions import id_of
from tests.postgres import Urls, beside_the_loop, copy, remove

ADD = "insert into auth.audit_logs (id, user_id, action) values ($1, $2, 'logout')"
PARTS = "select relname from pg_class where relispartition and relname like 'audit_logs_2___\\___'"
LEFT = "select chain, position from auth.audit_logs order by chain, position"
BASES = (
    "select chain, base_position from kernel.audit_chains where base_position > 0 order by chain"
)

Run = Callable[..., Result]


@pytest.fixture
async def own(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A migrated database whose partitions are for this test alone."""
    yield await copy(server, f"azora_audited_{worker_id}")
    await remove(server, f"azora_audited_{worker_id}")


@pytest.fixture
async def owned(own: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(own.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def worker(own: Urls) -> AsyncIterator[Database]:
    """The database as a worker has it."""
    database = Database(own.app)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def azora_audit(own: Urls) -> Run:
    """Runs `azora audit …`."""

    def run(*arguments: str, **given: Any) -> Result:
        urls = {"DATABASE_URL": own.app, "AZORA_OWNER_DATABASE_URL": own.owner}
        return beside_the_loop(CliRunner().invoke, commands, [*arguments], env=urls, **given)

    return run


def month(ago: int) -> datetime:
    """The beginning of a month, counted back from this one."""
    years, index = divmod(now().month - 1 - ago, 12)
    return datetime(now().year + years, index + 1, 1, tzinfo=UTC)


def person_of(chain: int) -> UUID:
    return UUID(int=chain)


async def fill(owned: asyncpg.Connection, *rows: tuple[datetime, int]) -> None:
    """Rows of these moments in these chains, and a partition for each month."""
    for number, (moment, chain) in enumerate(rows):
        await owned.execute(ADD, id_of(moment, number), person_of(chain))
    await owned.execute("select kernel.make_partitions()")


async def forget(database: Database) -> None:
    async with database.session(SYSTEM) as session:
        await forget_audit_logs(session)


async def parts(owned: asyncpg.Connection) -> set[str]:
    return {row[0] for row in await owned.fetch(PARTS)}


def part(ago: int) -> str:
    return f"audit_logs_{month(ago):%Y_%m}"


async def breaks(own: Urls, anchored: bytes | None = None) -> list[str]:
    anchor = audit.read_anchor(anchored) if anchored else None
    return [found.what for found in (await audit.verify(own.owner, anchor)).breaks]


async def test_old_months_go_and_the_chains_begin_after_them(
    own: Urls, owned: asyncpg.Connection, worker: Database
) -> None:
    await fill(
        owned,
        (month(16), 1),
        (month(15), 1),
        (month(15), 2),
        (month(3), 1),
        (month(3), 3),
        (now(), 1),
    )
    before = await parts(owned)
    assert {part(16), part(15), part(3)} <= before
    assert await breaks(own) == []
    await forget(worker)
    assert await parts(owned) == before - {part(16), part(15)}
    assert [tuple(row) for row in await owned.fetch(LEFT)] == [(1, 3), (1, 4), (3, 1)]
    assert [tuple(row) for row in await owned.fetch(BASES)] == [(1, 2), (2, 1)]
    assert await breaks(own) == []
    await fill(owned, (now(), 1), (now(), 2))
    await forget(worker)
    assert await breaks(own) == []


async def test_what_is_left_after_months_went_is_still_checked(
    own: Urls, owned: asyncpg.Connection, worker: Database
) -> None:
    await fill(owned, (month(16), 1), (month(3), 1), (now(), 1))
    await forget(worker)
    superuser = await asyncpg.connect(own.superuser)
    await superuser.execute("set session_replication_role = replica")
    await superuser.execute("delete from auth.audit_logs where position = 2")
    assert await breaks(own) == ["the row is missing"]
    await superuser.execute("update kernel.audit_chains set base_position = 2 where chain = 1")
    assert await breaks(own) == ["this row, or the hash before it, was changed"]
    await superuser.close()


async def test_an_old_row_that_stands_behind_a_young_one_waits_for_it(
    own: Urls, owned: asyncpg.Connection, worker: Database
) -> None:
    await fill(owned, (month(3), 1), (month(16), 1))
    before = await parts(owned)
    await forget(worker)
    assert await parts(owned) == before
    assert await breaks(own) == []


async def test_a_row_of_the_turn_of_a_month_expires_with_the_one_behind_it(
    own: Urls, owned: asyncpg.Connection, worker: Database
) -> None:
    turn = month(15)
    late = turn - timedelta(milliseconds=1)
    await fill(owned, (late, 1), (turn, 1), (late, 1), (now(), 1))
    await owned.execute("select auth.forget_audit_logs($1)", turn + timedelta(days=1))
    assert part(16) not in await parts(owned)
    assert part(15) in await parts(owned)
    assert [tuple(row) for row in await owned.fetch(LEFT)] == [(1, 2), (1, 4)]
    assert [tuple(row) for row in await owned.fetch(BASES)] == [(1, 3)]
    assert await breaks(own) == []
    await forget(worker)
    assert part(15) not in await parts(owned)
    assert [tuple(row) for row in await owned.fetch(BASES)] == [(1, 3)]
    assert await breaks(own) == []


@pytest.mark.parametrize("moment", ["now()", "now() - interval '364 days'", "null", "'infinity'"])
async def test_not_even_the_application_can_have_a_younger_row_go(
    own: Urls, owned: asyncpg.Connection, moment: str
) -> None:
    await fill(owned, (month(11), 1), (now(), 1))
    connection = await asyncpg.connect(own.app)
    with pytest.raises(asyncpg.InvalidParameterValueError, match="365 days at least"):
        await connection.execute(f"select auth.forget_audit_logs(cast({moment} as timestamptz))")
    await connection.close()
    assert await owned.fetchval("select count(*) from auth.audit_logs") == 2


def test_no_setting_keeps_it_for_less_than_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.read().audit_days == 400
    monkeypatch.setenv("AZORA_AUDIT_DAYS", "365")
    with pytest.raises(WrongSettings, match="AZORA_AUDIT_DAYS"):
        Settings.read()


async def test_an_anchor_notices_that_rows_expired_too_early(
    own: Urls, owned: asyncpg.Connection
) -> None:
    await fill(owned, (month(3), 1), (month(2), 1), (now(), 1))
    anchored = await audit.anchor(own.owner)
    await fill(owned, (now(), 1))
    superuser = await asyncpg.connect(own.superuser)
    await superuser.execute(
        "update kernel.audit_chains head set (base_position, base_hash) = "
        "(select position, hash from auth.audit_logs where position = 4)"
    )
    await superuser.close()
    assert await breaks(own) == []
    assert await breaks(own, anchored) == ["the anchor's row has expired before its time"]
    old = orjson.loads(anchored) | {"takenAt": month(16).isoformat()}
    assert await breaks(own, orjson.dumps(old)) == []


async def test_the_command_says_that_all_is_well_and_ends_with_one_if_not(
    own: Urls, owned: asyncpg.Connection, azora_audit: Run, tmp_path: Path
) -> None:
    await fill(owned, (now(), 1), (now(), 1), (now(), 2))
    ended = azora_audit("verify")
    assert (ended.exit_code, ended.output) == (
        0,
        "3 rows in 2 chains are as they were written.\n",
    )
    anchored = azora_audit("anchor")
    assert anchored.exit_code == 0
    kept = tmp_path / "anchor.json"
    kept.write_text(anchored.output)
    assert azora_audit("verify", "--anchor", str(kept)).exit_code == 0
    assert azora_audit("verify", "--anchor", "-", input=anchored.output).exit_code == 0

    superuser = await asyncpg.connect(own.superuser)
    await superuser.execute("set session_replication_role = replica")
    changed = await superuser.fetchval(
        "update auth.audit_logs set action = 'x' where chain = 1 and position = 2 returning id"
    )
    await superuser.close()
    ended = azora_audit("verify")
    assert ended.exit_code == 1
    assert ended.stdout == (
        f"chain 1, position 2, id {changed}: this row, or the hash before it, was changed\n"
    )
    assert ended.stderr == "Error: The audit log is not what was written.\n"


async def test_the_command_refuses_a_file_that_is_no_anchor(
    azora_audit: Run, tmp_path: Path
) -> None:
    file = tmp_path / "anchor.json"
    file.write_text("{}")
    ended = azora_audit("verify", "--anchor", str(file))
    assert ended.exit_code == 1
    assert ended.output == "Error: This is no anchor that `azora audit anchor` wrote.\n"
