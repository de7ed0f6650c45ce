"""Connections for single statements: never too many, never lost, never one that is busy."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domains.kernel import connections, statements
from domains.kernel.connections import Connections, Terms
from domains.kernel.outcome import OutcomeUnknown
from tests.postgres import Urls

NAME = f"azora tests of connections {os.getpid()}"
"""Several processes test at once, on one server."""

THERE = "select count(*) from pg_stat_activity where application_name = $1"
TERMINATE = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = $1"
)
BUSY = THERE + " and wait_event = 'PgSleep'"
BACKEND = "select pg_backend_pid() where 0 < $1::integer"
KNOWN = "select count(*) from pg_prepared_statements where statement like $1"

Making = Callable[..., Any]


@pytest.fixture
async def making(urls: Urls) -> Making:
    """Makes so many connections at most."""

    @asynccontextmanager
    async def make(most: int) -> AsyncIterator[Connections]:
        made = Connections(Terms(urls.app, most, 5000, {"application_name": NAME}))
        yield made
        made.close()

    return make


@pytest.fixture
async def overseer(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """Sees and ends the connections of everybody."""
    connection = await asyncpg.connect(urls.superuser)
    yield connection
    await connection.close()


async def soon(overseer: asyncpg.Connection, query: str, numbers: range) -> bool:
    """Whether as many are there as one of the numbers says, or will be in a moment."""
    for _ in range(250):
        if await overseer.fetchval(query, NAME) in numbers:
            return True
        await asyncio.sleep(0.02)
    return False


async def gone(overseer: asyncpg.Connection, query: str = THERE, most: int = 0) -> bool:
    """Whether no more than so many are there, or will be in a moment."""
    return await soon(overseer, query, range(most + 1))


async def busy(overseer: asyncpg.Connection) -> bool:
    """Whether one sleeps as it was told to, or will in a moment."""
    return await soon(overseer, BUSY, range(1, 100))


def page_faults(process: int) -> int:
    """How often it was given memory, by `/proc/<pid>/stat` in proc(5)."""
    stat = Path(f"/proc/{process}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[7])


async def test_many_who_ask_at_once_share_the_connections_agreed_on(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(3) as made:
        found = await asyncio.gather(*(made.value(BACKEND, [1]) for _ in range(60)))
        assert len(set(found)) == 3
        assert await overseer.fetchval(THERE, NAME) == 3


async def test_who_asks_alone_gets_the_connection_that_was_used_last(making: Making) -> None:
    async with making(3) as made:
        await asyncio.gather(*(made.value("select pg_sleep(0.05)::text", []) for _ in range(3)))
        assert len({await made.value(BACKEND, [1]) for _ in range(10)}) == 1


async def test_who_waits_too_long_is_refused_and_takes_nothing_along(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(1) as made:
        asked = asyncio.create_task(made.value("select pg_sleep(1)::text", []))
        assert await busy(overseer)
        made.terms = replace(made.terms, wait_ms=100)
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await made.value(BACKEND, [1])
        await asked
        assert await made.value("select 1", []) == 1


async def test_those_who_wait_are_served_in_their_order(making: Making) -> None:
    order: list[int] = []

    async def ask(made: Connections, number: int) -> None:
        await made.value("select $1::integer", [number])
        order.append(number)

    async with making(1) as made:
        await asyncio.gather(*(ask(made, number) for number in range(20)))
    assert order == [*range(20)]


async def test_a_statement_that_is_given_up_ends_in_the_database_too(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(1) as made:
        task = asyncio.create_task(made.value("select pg_sleep(30)::text", []))
        assert await busy(overseer)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await made.value("select 1", []) == 1
        assert await gone(overseer, BUSY)
        assert await overseer.fetchval(THERE, NAME) == 1


async def test_none_is_lost_whoever_gives_up_and_whenever(
    making: Making, overseer: asyncpg.Connection
) -> None:
    chance = random.Random(6)  # noqa: S311 (which of them give up)

    async def ask(made: Connections) -> None:
        task = asyncio.create_task(made.value("select pg_sleep(0.002)::text", []))
        await asyncio.sleep(chance.random() * 0.03)
        task.cancel()
        await asyncio.wait([task])

    async with making(4) as made:
        for _ in range(8):
            await asyncio.gather(*(ask(made) for _ in range(40)))
        found = await asyncio.gather(*(made.value(BACKEND, [1]) for _ in range(60)))
        assert len(set(found)) <= 4
        assert await gone(overseer, most=4)


async def test_a_refused_statement_leaves_its_connection_as_it_was(making: Making) -> None:
    async with making(1) as made:
        before = await made.value(BACKEND, [1])
        with pytest.raises(asyncpg.DivisionByZeroError):
            await made.value("select 1 / $1::integer", [0])
        with pytest.raises(asyncpg.DataError):
            await made.value(BACKEND, ["no number"])
        assert await made.value(BACKEND, [1]) == before


async def test_connections_that_the_server_ended_are_replaced(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(2) as made:
        # Sometimes the server's word comes in one turn of the event loop, and the end in another.
        for _ in range(20):
            await asyncio.gather(*(made.value("select pg_sleep(0.01)::text", []) for _ in range(2)))
            await overseer.execute(TERMINATE, NAME)
            assert await gone(overseer)
            found = await asyncio.gather(*(made.value("select 1", []) for _ in range(10)))
            assert found == [1] * 10


async def test_a_connection_lost_in_the_middle_makes_room_for_who_waits(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(1) as made:
        lost = asyncio.create_task(made.rows("select pg_sleep(30)::text", []))
        assert await busy(overseer)
        waiting = asyncio.create_task(made.value("select 1", []))
        await overseer.execute(TERMINATE, NAME)
        with pytest.raises(OutcomeUnknown):
            await lost
        assert await waiting == 1


async def test_what_only_reads_is_asked_again_if_its_connection_is_lost(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(1) as made:
        asked = asyncio.create_task(made.value("select pg_sleep(0.4)::text || 'done'", []))
        assert await busy(overseer)
        await overseer.execute(TERMINATE, NAME)
        assert await asked == "done"


async def test_what_loses_a_second_connection_is_not_asked_a_third_time(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(1) as made:
        asked = asyncio.create_task(made.value("select pg_sleep(30)::text", []))
        for _ in range(2):
            assert await busy(overseer)
            await overseer.execute(TERMINATE, NAME)
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await asked


async def test_who_waits_as_all_is_closed_is_refused_at_once(
    making: Making, overseer: asyncpg.Connection
) -> None:
    async with making(1) as made:
        asked = asyncio.create_task(made.value("select pg_sleep(30)::text", []))
        waiting = asyncio.create_task(made.value("select 1", []))
        assert await busy(overseer)
    ended = await asyncio.wait_for(asyncio.gather(asked, waiting, return_exceptions=True), 5)
    assert isinstance(ended[1], ConnectionError)
    with pytest.raises(ConnectionError):
        await made.value("select 1", [])
    # A server that sleeps does not notice that nobody listens any more.
    await overseer.execute(TERMINATE, NAME)


async def test_what_is_not_used_is_closed(
    making: Making, overseer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.1)
    async with making(3) as made:
        await asyncio.gather(*(made.value("select pg_sleep(0.02)::text", []) for _ in range(3)))
        assert await gone(overseer)
        assert await made.value("select 1", []) == 1


async def test_a_long_answer_takes_no_memory_anew_from_the_system(making: Making) -> None:
    long = (
        "select pg_backend_pid() || string_agg(repeat('x', 200), '') from generate_series(1, 1000)"
    )
    async with making(1) as made:
        backend = int((await made.value(long, [])).partition("x")[0])
        before = page_faults(backend)
        for _ in range(20):
            await made.value(long, [])
        assert page_faults(backend) - before < 100


async def test_a_statement_is_kept_from_its_second_time_on(making: Making) -> None:
    async with making(1) as made:
        counts = []
        for _ in range(3):
            await made.value("select 'once or twice'", [])
            counts.append(await made.value(KNOWN, ["%once or twice%"]))
        assert counts == [0, 1, 1]


async def test_statements_are_kept_up_to_a_length_in_all(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "LONGEST_IN_ALL", 1000)
    async with making(1) as made:
        for number in [*range(50)] * 2:
            await made.value(f"select {number} -- {'x' * 300}", [])
        assert await made.value(KNOWN, ["select % -- xxx%"]) <= 3
        # The last one is there; whichever was dropped is made again.
        assert await made.value(f"select 49 -- {'x' * 300}", []) == 49
        assert await made.value(f"select 0 -- {'x' * 300}", []) == 0


async def test_only_the_last_statements_count_as_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_SEEN", 2)
    seen = statements.Seen()
    assert Counter(map(seen.before, ["a", "b", "a", "c", "a"])) == {False: 4, True: 1}
