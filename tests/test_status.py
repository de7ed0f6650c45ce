"""`azora db status` says what of each domain a database has."""

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from click.testing import CliRunner

from domains.kernel.database import Database
from gateway.cli_database import status
from gateway.migrate import configuration
from tests.makers import a_user
from tests.postgres import Urls, beside_the_loop, copy, remove, run

MODELS = {
    "auth": 7,
    "mint": 5,
    "education": 8,
    "forge": 6,
    "sapiens": 9,
    "family": 4,
    "nexus": 4,
    "health": 2,
    "notifications": 1,
}
"""The specification's."""

NAMESPACE, COUNT, ROWS, REVISIONS, POLICIES, INDEXES, BARE_KEYS, SECURED = range(8)


@pytest.fixture
async def own(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A migrated database that is for this test alone."""
    yield await copy(server, f"azora_status_{worker_id}")
    await remove(server, f"azora_status_{worker_id}")


def said(urls: Urls, *options: str) -> str:
    addresses = {"DATABASE_URL": urls.app, "AZORA_OWNER_DATABASE_URL": urls.owner}
    result = beside_the_loop(
        CliRunner().invoke, status, [*options], env=addresses, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def table(output: str) -> dict[str, list[str]]:
    """The lines about namespaces, by their names."""
    rows = [re.split(r"\s{2,}", line) for line in output.splitlines()]
    return {row[NAMESPACE]: row for row in rows if len(row) == len(range(8))}


async def test_a_migrated_database_has_every_model_of_the_specification(own: Urls) -> None:
    output = said(own)
    rows = table(output)
    assert "(up to date)" in output
    assert "9 of 9 namespaces, 46 of 46 models" in output
    assert "no model speaks of" not in output
    assert [*rows] == ["namespace", *MODELS, "kernel"]
    for name, count in MODELS.items():
        row = rows[name]
        assert row[COUNT] == f"{count} of {count}"
        assert int(row[REVISIONS]) >= 1
        assert int(row[POLICIES]) >= 4 * count
        assert int(row[INDEXES]) >= count
        assert row[BARE_KEYS] == "0"
        assert row[SECURED] == "yes"
    assert rows["kernel"][COUNT] == "5 of 5"


async def test_rows_are_counted_in_all_parts_of_a_table(
    own: Urls, database: Database, urls: Urls
) -> None:
    await a_user(database)
    await run(
        urls.owner,
        "insert into auth.audit_logs (id, action) values"
        " (uuidv7(), 'user.login'), (uuidv7(interval '-400 days'), 'user.login')",
    )
    assert table(said(urls))["auth"][ROWS] == "4"
    lines = [line.split() for line in said(urls, "--verbose").splitlines()]
    assert ["auth.AuditLog", "auth.audit_logs", "2"] in lines
    assert ["auth.User", "auth.users", "1"] in lines


async def test_every_model_is_named_when_asked(own: Urls) -> None:
    named = re.findall(r"^(\w+)\.[A-Z]\w+ ", said(own, "-v"), re.MULTILINE)
    assert {name: named.count(name) for name in MODELS} == MODELS


async def test_what_is_missing_or_open_or_nobodys_is_told(own: Urls) -> None:
    await run(
        own.owner,
        "drop table health.logs",
        "alter table auth.users no force row level security",
        "create table forge.leftovers (id int)",
    )
    output = said(own, "-v")
    rows = table(output)
    assert rows["health"][COUNT] == "1 of 2"
    assert "8 of 9 namespaces, 45 of 46 models" in output
    assert rows["auth"][SECURED] == "no: users"
    assert rows["forge"][SECURED] == "no: leftovers"
    assert "Tables that no model speaks of: forge.leftovers" in output
    assert ["health.Log", "health.logs", "missing"] in [
        line.split() for line in output.splitlines()
    ]


async def test_a_key_without_an_index_is_counted(own: Urls) -> None:
    connection = await asyncpg.connect(own.owner)
    indexes = await connection.fetchval(
        "select string_agg(indexrelid::regclass::text, ', ') from pg_index"
        " join pg_attribute on attrelid = indrelid and attnum = indkey[0]"
        " where indrelid = 'notifications.notifications'::regclass and attname = 'user_id'"
    )
    await connection.execute(f"drop index {indexes}")
    await connection.close()
    assert table(said(own))["notifications"][BARE_KEYS] == "1"


async def test_a_database_behind_the_newest_revision_says_so(scratch: Urls) -> None:
    beside_the_loop(command.upgrade, configuration(scratch.owner), "4512913a5d5b")
    output = said(scratch)
    rows = table(output)
    assert "Revision 4512913a5d5b (behind: head is " in output
    assert "1 of 9 namespaces, 7 of 46 models" in output
    assert rows["auth"][: REVISIONS + 1] == ["auth", "7 of 7", "0", "1"]
    assert rows["mint"] == ["mint", "0 of 5", "0", "0", "0", "0", "0", "-"]
