"""Lines of the log that are written together: none is lost, and none has to wait long."""

import asyncio
import json
import logging
from collections.abc import Iterator
from time import perf_counter, time

import pytest

from gateway import journal
from gateway.journal import Entry, Journal
from gateway.telemetry import configure_logging

SOON = 1.0


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """A journal of a program whose log is JSON."""
    root, formerly = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    made = Journal()
    monkeypatch.setattr(journal, "JOURNAL", made)
    yield made
    root.handlers[:] = formerly
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def end(number: int) -> None:
    Entry(f"r{number}", "POST", perf_counter() - 0.25, "Hello").write(200, number)


async def said(capsys: pytest.CaptureFixture[str], count: int) -> list[dict[str, object]]:
    """The first lines on standard error, once there are so many."""
    lines: list[str] = []
    async with asyncio.timeout(SOON):
        while len(lines) < count:
            await asyncio.sleep(0.005)
            lines += capsys.readouterr().err.splitlines()
    return [json.loads(line) for line in lines]


async def test_lines_come_in_their_order_and_say_when_it_was(
    kept: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(as_json=True)
    before = time()
    for number in range(100):
        end(number)
    after = time()
    assert capsys.readouterr().err == ""

    lines = await said(capsys, 100)

    assert [line["request_id"] for line in lines] == [f"r{number}" for number in range(100)]
    for number, line in enumerate(lines):
        moment, taken = line.pop("time"), line.pop("ms")
        assert stamp(before) <= str(moment) <= stamp(after)
        assert isinstance(taken, float)
        assert 250 <= taken < 1000
        assert line == {
            "level": "INFO",
            "logger": "azora.requests",
            "message": "request",
            "request_id": f"r{number}",
            "method": "POST",
            "operation": "Hello",
            "status": 200,
            "bytes": number,
        }


def stamp(moment: float) -> str:
    record = logging.LogRecord("", logging.INFO, "", 0, "", (), None)
    record.created = moment
    told: str = json.loads(logging.getLogger().handlers[0].format(record))["time"]
    return told


async def test_a_program_that_ends_writes_what_is_left(
    kept: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(as_json=True)
    end(1)
    kept.write()
    assert [line["request_id"] for line in await said(capsys, 1)] == ["r1"]


def test_a_loop_that_ended_early_keeps_no_line_of_the_next_one(
    kept: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(as_json=True)

    async def leave() -> None:
        end(1)

    async def stay() -> list[dict[str, object]]:
        end(2)
        return await said(capsys, 2)

    asyncio.run(leave())
    assert [line["request_id"] for line in asyncio.run(stay())] == ["r1", "r2"]
