"""No revision stops a database that is in use: squawk reads their SQL, as `.squawk.toml` says."""

import io
import json
import subprocess
import sysconfig
from pathlib import Path

import pytest
from alembic import command
from alembic.script import Script, ScriptDirectory

from gateway.migrate import configuration

ROOT = Path(__file__).parents[1]
SQUAWK = Path(sysconfig.get_path("scripts")) / "squawk"

LIVE_SINCE = "20261124"
"""Revisions of this day and later change databases that are in use."""

FOUNDING = {
    # No client and no row was there yet that could miss what these take away.
    "adding-not-nullable-field",
    "ban-drop-column",
    "ban-drop-constraint",
    "ban-drop-function",
    "ban-drop-not-null",
    "ban-drop-schema",
    "ban-drop-table",
    "ban-drop-type",
    "ban-set-schema",
    "require-concurrent-index-deletion",
    # Alembic's own table has one.
    "prefer-text-field",
    # The queue's tables are as its library spells them.
    "prefer-identity",
}
"""Rules that the revisions before need not obey. They are read as one, so that whatever
one of them does to a table that another has made counts as done to an empty one."""


def offline(span: str) -> str:
    """The SQL of some revisions, as `alembic upgrade --sql` prints it."""
    config = configuration("")
    config.output_buffer = io.StringIO()
    command.upgrade(config, span, sql=True)
    return config.output_buffer.getvalue()


def found(sql: str) -> list[tuple[str, int]]:
    """What squawk says of SQL: rules and lines."""
    result = subprocess.run(  # noqa: S603 (our own SQL)
        [SQUAWK, "--reporter=json"],
        input=sql,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert result.stdout, result.stderr
    return [(one["rule_name"], one["line"] + 1) for one in json.loads(result.stdout)]


def history() -> list[Script]:
    return list(reversed(list(ScriptDirectory.from_config(configuration("")).walk_revisions())))


def is_live(script: Script) -> bool:
    return Path(script.path).name >= LIVE_SINCE


def test_the_revisions_that_made_the_first_databases_pass_as_a_whole() -> None:
    last = [script for script in history() if not is_live(script)][-1]
    every = found(offline(f"base:{last.revision}"))
    assert [one for one in every if one[0] not in FOUNDING] == []
    assert {rule for rule, _ in every} == FOUNDING


def test_each_revision_of_databases_in_use_passes_by_itself() -> None:
    for script in filter(is_live, history()):
        span = f"{script.down_revision}:{script.revision}"
        assert found(offline(span)) == [], script.path


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("create index i on auth.users (name)", "require-concurrent-index-creation"),
        (
            "create index concurrently i on auth.users (name)",
            "ban-concurrent-index-creation-in-transaction",
        ),
        ("alter table auth.users add column x int not null", "adding-required-field"),
        ("alter table auth.users alter column name type text", "changing-column-type"),
        ("alter table auth.users rename column name to title", "renaming-column"),
        ("alter table auth.users drop column name", "ban-drop-column"),
        ("alter table auth.users add check (name <> '')", "constraint-missing-not-valid"),
        ("alter table auth.users add unique (name)", "disallowed-unique-constraint"),
        ("drop table auth.users", "ban-drop-table"),
    ],
)
def test_what_would_stop_others_is_found(statement: str, rule: str) -> None:
    assert rule in [one for one, _ in found(f"begin; {statement}; commit;")]


@pytest.mark.parametrize(
    "statement",
    [
        "create table a.b (c uuid); alter table a.b add foreign key (c) references auth.users (id)",
        "alter table auth.users add constraint c check (name <> '') not valid",
        "commit; create index concurrently if not exists i on auth.users (name); begin",
        "select kernel.make_partitions()",
    ],
)
def test_what_stops_nobody_is_not(statement: str) -> None:
    assert found(f"begin; {statement}; commit;") == []
