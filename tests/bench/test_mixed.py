"""Answers are told from failures, and what was seen of locks is told in full."""

import pytest

from bench.load import Load
from bench.machine import Setting
from bench.mixed_clients import Ask, Seen
from bench.mixed_locks import LOGGED
from bench.mixed_record import Mixed, Phase, text

OK = b"http/1.1 200 ok"
BUSY = b"http/1.1 503 service unavailable"


@pytest.mark.parametrize(
    ("writes", "status", "body", "answered"),
    [
        (False, OK, b'{"data":{"course":null}}', True),
        (False, BUSY, b'{"data":{"course":null}}', False),
        (False, OK, b'{"errors":[{"message":"no"}]}', False),
        (False, OK, b'{"data":{"a":null},"errors":[{"message":"no"}]}', False),
        (True, OK, b'{"data":{"m":{"userErrors":[]}}}', True),
        (True, OK, b'{"data":{"m":{"userErrors":[{"message":"no"}]}}}', False),
        (True, OK, b'{"data":{"m":null},"errors":[{"message":"no"}]}', False),
    ],
)
def test_what_counts_as_an_answer(
    writes: bool,  # noqa: FBT001 (a case's part)
    status: bytes,
    body: bytes,
    answered: bool,  # noqa: FBT001 (a case's part)
) -> None:
    seen = Seen()
    seen.note(Ask(writes, b""), 0.1, status, body)
    assert seen.errors == (not answered)
    assert (seen.reads, seen.writes) == (([], [0.1]) if writes else ([0.1], []))


def test_the_log_says_whose_wait_was_long() -> None:
    line = (
        "2026-01-01 00:00:00.000 UTC [4711] azora_app@azora_bench LOG:  process 4711 still waiting "
        "for ShareLock on transaction 751 after 10.193 ms"
    )
    assert [found[1] for found in LOGGED.finditer(line)] == ["4711"]


def test_every_phase_counts_in_what_is_said() -> None:
    setting = Setting("2026-01-01 00:00 UTC", "make bench ARGS=mixed", (), {})
    reads, writes = Load(800, 800, 1, 5, 9), Load(200, 200, 1, 7, 20)
    alone = Phase(reads, None, 1, 0, 100, 0, 0, 0, 0)
    beside = Phase(reads, writes, 2, 3, 100, 4, 5, 6, 7)
    said = text(Mixed(setting, 1, 1, 8, (alone, beside)))
    assert "| the writers          |        200 |   7.00 |  20.00 |" in said
    assert "- 80% reads; 3 errors, 3 deadlocks" in said
    assert "of 8 connections for reads, 4 were found waiting for a lock in 100 looks" in said
    assert "the log tells of 5 that waited for longer than 10 ms" in said
    assert "of those for writes, 6 were found waiting, and the log tells of 7" in said
