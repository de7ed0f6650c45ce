"""`azora jobs` and `/metrics` say what waits and what was given up, and nothing of its content."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from click.testing import CliRunner, Result

from domains.kernel import queue
from domains.kernel.database import Database
from domains.kernel.queue import enqueue
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM
from gateway.app import create_app
from gateway.cli_jobs import jobs
from gateway.settings import Profile, Settings
from tests.postgres import Urls, beside_the_loop
from tests.worker import work_off

NAME = "tests.write"
CONTENT = "what a letter says"

Run = Callable[..., Result]


class Unwilling(Exception):
    """What the task raises until it is willing."""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the only task has done, which fails at once for good until it is said to be willing."""
    monkeypatch.setattr("gateway.tasks.MOST_ATTEMPTS", 1)
    written: list[str] = []

    async def write(_database: Database, given: dict[str, Any]) -> None:
        if given["text"] == CONTENT and "willing" not in written:
            raise Unwilling(CONTENT)
        written.append(given["text"])

    queue.register(NAME, write)
    yield written
    queue._tasks.pop(NAME)


@pytest.fixture
def azora_jobs(urls: Urls) -> Run:
    """Runs `azora jobs …`."""

    def run(*arguments: str) -> Result:
        environment = {"DATABASE_URL": urls.app}
        return beside_the_loop(CliRunner().invoke, jobs, [*arguments], env=environment)

    return run


async def leave(database: Database, text: str = CONTENT, key: str | None = None) -> None:
    async with database.session(SYSTEM) as session:
        await enqueue(session, NAME, {"text": text}, key=key)


async def give_up(database: Database, **how: Any) -> None:
    await leave(database, **how)
    await work_off(database)


async def give_up_event(owner: asyncpg.Connection) -> UUID:
    entry: UUID = await owner.fetchval(
        "insert into kernel.outbox (topic, aggregate_id, body, attempts, last_error)"
        " values ('tests.letter.lost', $1, $2, 10, 'Unwilling') returning id",
        uuid7(),
        f'{{"text": "{CONTENT}"}}',
    )
    return entry


def rows(result: Result) -> list[list[str]]:
    """The cells of the lines below the head."""
    assert result.exit_code == 0, result.output
    return [re.split(r"\s{2,}", line) for line in result.output.splitlines()[1:]]


async def test_what_waits_and_what_was_given_up_is_listed_by_name(
    database: Database, owner: asyncpg.Connection, written: list[str], azora_jobs: Run
) -> None:
    await give_up(database)
    event = await give_up_event(owner)
    await leave(database)

    listed = rows(azora_jobs("list"))
    assert [[*row[1:4], row[6]] for row in listed] == [
        [NAME, "dead", "1", "Unwilling"],
        [NAME, "waiting", "0", "-"],
        ["tests.letter.lost", "dead", "10", "Unwilling"],
    ]
    dead = rows(azora_jobs("list", "--dead"))
    assert dead == [listed[0], listed[2]]
    assert dead[1][0] == str(event)
    assert CONTENT not in azora_jobs("list").output


async def test_where_there_is_nothing_that_is_said(database: Database, azora_jobs: Run) -> None:
    assert azora_jobs("list").output == "Nothing waits.\n"
    assert azora_jobs("list", "--dead").output == "Nothing was given up.\n"
    assert azora_jobs("retry", "--all").output == "Tried again: 0.\n"


async def test_a_task_that_was_given_up_is_tried_again_by_its_number(
    database: Database, owner: asyncpg.Connection, written: list[str], azora_jobs: Run
) -> None:
    await give_up(database)
    await give_up(database)
    first = rows(azora_jobs("list", "--dead"))[0][0]
    written.append("willing")

    assert azora_jobs("retry", first).output == "Tried again: 1.\n"
    await work_off(database)
    assert written == ["willing", CONTENT]
    assert len(rows(azora_jobs("list", "--dead"))) == 1


async def test_an_event_that_was_given_up_is_tried_again_by_its_uuid(
    database: Database, owner: asyncpg.Connection, azora_jobs: Run
) -> None:
    event = await give_up_event(owner)
    assert azora_jobs("retry", str(event)).output == "Tried again: 1.\n"
    await work_off(database)
    assert await owner.fetchval("select delivered_at is not null from kernel.outbox")


async def test_everything_that_was_given_up_is_tried_again(
    database: Database, owner: asyncpg.Connection, written: list[str], azora_jobs: Run
) -> None:
    await give_up(database)
    await give_up(database)
    await give_up_event(owner)
    written.append("willing")

    assert azora_jobs("retry", "--all").output == "Tried again: 3.\n"
    await work_off(database)
    assert written == ["willing", CONTENT, CONTENT]
    assert azora_jobs("list").output == "Nothing waits.\n"


async def test_of_tasks_with_one_key_the_newest_is_tried_again(
    database: Database, written: list[str], azora_jobs: Run
) -> None:
    for _ in range(2):
        await give_up(database, key="one")
    written.append("willing")

    assert azora_jobs("retry", "--all").output == "Tried again: 2.\n"
    await work_off(database)
    assert written == ["willing", CONTENT]
    assert azora_jobs("list").output == "Nothing waits.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say which one, or --all."),
        (["1", "--all"], "Say which one, or --all."),
        (["x"], "x is neither a number nor a UUID."),
        (["999999999"], "Nothing with the id 999999999 was given up."),
        (["99999999999999999999"], "99999999999999999999 is neither a number nor a UUID."),
        (
            ["0197e0a6-0000-7000-8000-000000000000"],
            "Nothing with the id 0197e0a6-0000-7000-8000-000000000000 was given up.",
        ),
    ],
)
async def test_what_is_not_there_cannot_be_tried_again(
    database: Database, azora_jobs: Run, arguments: list[str], said: str
) -> None:
    result = azora_jobs("retry", *arguments)
    assert result.exit_code != 0
    assert said in result.output


async def test_what_still_waits_is_not_tried_again(
    database: Database, written: list[str], azora_jobs: Run
) -> None:
    await leave(database)
    [[number, *_]] = rows(azora_jobs("list"))
    assert azora_jobs("retry", number).exit_code == 1


async def test_the_metrics_count_what_waits_and_what_was_given_up(
    database: Database,
    owner: asyncpg.Connection,
    written: list[str],
    client: httpx.AsyncClient,
) -> None:
    await give_up(database)
    for _ in range(3):
        await leave(database)
    await give_up_event(owner)

    lines = (await client.get("/metrics")).text.splitlines()
    assert [line for line in lines if "azora_backlog" in line] == [
        "# TYPE azora_backlog gauge",
        'azora_backlog{kind="task",state="waiting"} 3',
        'azora_backlog{kind="task",state="running"} 0',
        'azora_backlog{kind="task",state="dead"} 1',
        'azora_backlog{kind="event",state="waiting"} 0',
        'azora_backlog{kind="event",state="dead"} 1',
    ]


async def test_without_a_database_the_metrics_say_what_they_know() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    app = create_app(Settings(profile=Profile.TEST, database_url=nowhere))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://azora") as client,
    ):
        response = await client.get("/metrics")
    assert response.status_code == httpx.codes.OK
    assert "azora_cache_lookups_total" in response.text
    assert "azora_backlog" not in response.text
